"""The look-up of an event's class by its name, done once for each name.

Rasa 3.6 walks through all classes of events, and asks each whether it is abstract, for every event of every message:
those of the conversation so far, and those that an action sets.
"""

from __future__ import annotations

from functools import lru_cache

from rasa.shared.core.events import Event


def install_cached_lookup() -> None:
    """Make Rasa remember which class a name stands for; what it finds, and the error for none, stay its own."""
    if not hasattr(Event.resolve_by_type, "cache_info"):
        Event.resolve_by_type = staticmethod(lru_cache(maxsize=None)(Event.resolve_by_type))
