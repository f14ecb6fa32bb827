"""Whether the domain is empty, asked of each domain once.

Rasa 3.6 writes the whole domain out, and an empty one beside it, for every message that it understands.
"""

from __future__ import annotations

from rasa.shared.core.domain import Domain

_KNOWN = "_is_empty_known_by_frontdesk"
_own_is_empty = Domain.is_empty


def install_known_emptiness() -> None:
    """Make a domain remember whether it is empty; none of ours changes once it is loaded."""
    Domain.is_empty = is_empty


def is_empty(domain: Domain) -> bool:
    """Say whether a domain is empty, as Rasa's own method does."""
    known: bool | None = domain.__dict__.get(_KNOWN)
    if known is None:
        known = domain.__dict__[_KNOWN] = bool(_own_is_empty(domain))
    return known
