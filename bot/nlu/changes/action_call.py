"""What the action server is told of a conversation: all that was understood now, and of what was before only the order.

Rasa 3.6 sends every event whole, and with each message all that was understood of it: some 40 kB a turn, which one side
writes out, the other reads, and no action of ours looks at.
"""

from __future__ import annotations

import hashlib
import inspect
from typing import Any

import rasa
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

# The source of the method that is replaced, as Rasa 3.6.21 has it. With another one, this module has to be read again.
KNOWN_SOURCE_SHA256 = "428795b944f22edba142d278ec47a30098975b01463ba337ec447dade52a0492"


class ActionCallChangedError(Exception):
    """Raised when Rasa's own call of an action is no longer the one that this module replaces."""


def install_short_call() -> None:
    """Make Rasa tell the action server of earlier events only what they were, when, and which slot they set.

    Raises:
        ActionCallChangedError: Rasa's method has changed.
    """
    if RemoteAction._action_call_format is short_call:  # noqa: SLF001 - there is no public way in.
        return
    if source_sha256() != KNOWN_SOURCE_SHA256:
        raise ActionCallChangedError(
            "Rasa calls the action server differently now. Compare RemoteAction._action_call_format with "
            "bot/nlu/changes/action_call.py, then update KNOWN_SOURCE_SHA256."
        )
    RemoteAction._action_call_format = short_call  # noqa: SLF001 - as above.


def short_call(action: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """Give what the action server is sent: slots and latest message as Rasa gives them, the events in short.

    Args:
        action: The action to be run.
        tracker: The conversation.
        domain: Rasa's domain; written out only for an action that asks for it.
    """
    call = {
        "next_action": action.name(),
        "sender_id": tracker.sender_id,
        "tracker": {**tracker.current_state(), "events": [_in_short(event) for event in tracker.events]},
        "version": rasa.__version__,
    }
    if (
        not action._is_selective_domain_enabled()  # noqa: SLF001 - as above.
        or domain.does_custom_action_explicitly_need_domain(action.name())
    ):
        call["domain"] = domain.as_dict()
    return call


def source_sha256() -> str:
    """Return the fingerprint of the source of Rasa's own method."""
    source = inspect.getsource(RemoteAction._action_call_format)  # noqa: SLF001 - as above.
    return hashlib.sha256(source.encode()).hexdigest()


def _in_short(event: Event) -> dict[str, Any]:
    short = {"event": event.type_name, "timestamp": event.timestamp}
    return {**short, "name": event.key} if isinstance(event, SlotSet) else short
