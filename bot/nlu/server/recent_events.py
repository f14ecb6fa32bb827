"""The events of the conversations that were saved last, as objects and as JSON, so that neither is made anew each turn.

What counts is what the database holds: the objects are used only for the very text that they belong to.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rasa.shared.core.events import Event, deserialise_events

MOST_CONVERSATIONS = 16
"""With some 150 kB each; as many as are likely to be in the middle of something at the same time."""


@dataclass(frozen=True)
class _Saved:
    text: str
    pieces: Sequence[str]
    # As they were read from `pieces`; None for what was saved and not read since.
    events: Sequence[Event | None]


class RecentEvents:
    """Writes the events of a conversation as JSON, and reads them again."""

    def __init__(self) -> None:
        self._saved: dict[str, _Saved] = {}

    def written(self, conversation_id: str, events: Sequence[Event]) -> str:
        """Return events as a list in JSON.

        Args:
            conversation_id: Whose.
            events: All that are to be saved of it.
        """
        saved = self._saved.get(conversation_id)
        known = {} if saved is None else {id(event): at for at, event in enumerate(saved.events) if event is not None}
        pieces, kept = [], []
        for event in events:
            at = known.get(id(event))
            # An event never changes once it is saved.
            pieces.append(json.dumps(event.as_dict()) if saved is None or at is None else saved.pieces[at])
            kept.append(None if at is None else event)
        text = f"[{', '.join(pieces)}]"
        self._keep(conversation_id, _Saved(text, pieces, kept))
        return text

    def read(self, conversation_id: str, text: str) -> list[Event]:
        """Return the events that a text of `written` holds.

        Args:
            conversation_id: Whose.
            text: What the database holds of it.
        """
        saved = self._saved.get(conversation_id)
        if saved is None or saved.text != text:
            self._saved.pop(conversation_id, None)
            read: list[Any] = deserialise_events(json.loads(text))
            return read
        new = [piece for piece, event in zip(saved.pieces, saved.events, strict=True) if event is None]
        fresh = iter(deserialise_events(json.loads(f"[{', '.join(new)}]")))
        events = [next(fresh) if event is None else event for event in saved.events]
        self._keep(conversation_id, _Saved(text, saved.pieces, events))
        return events

    def _keep(self, conversation_id: str, saved: _Saved) -> None:
        self._saved.pop(conversation_id, None)
        self._saved[conversation_id] = saved
        if len(self._saved) > MOST_CONVERSATIONS:
            del self._saved[next(iter(self._saved))]
