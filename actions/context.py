"""What a conversation has been about, which follow-ups such as "and PRP?" go on about, and when that is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from bot.vocabulary import Slots

LONGEST_PAUSE = 30 * 60
"""Seconds after which a patient who comes back is not taken to go on where they left off."""
MOST_TURNS_APART = 6
"""After this many messages about something else a follow-up refers to nothing."""
MOST_TOLD = 20


@dataclass(frozen=True, kw_only=True)
class Context:
    """What was spoken of.

    Attributes:
        topic: What the last answered question was about.
        treatments: The treatments it was about.
        named: The conditions, body parts and medicines named with it.
        told: Ids of the answers that were served.
    """

    topic: str | None = None
    treatments: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    @classmethod
    def of(cls, tracker: Tracker) -> Context:
        """Read it from the slots; empty if it is too old."""
        if _is_stale(tracker.events):
            return cls()
        return cls(
            topic=tracker.get_slot(Slots.TOPIC),
            treatments=tuple(tracker.get_slot(Slots.TREATMENTS) or ()),
            named=tuple(tracker.get_slot(Slots.PLACES) or ()),
            told=tuple(tracker.get_slot(Slots.TOLD) or ()),
        )

    def as_events(self) -> list[dict[str, Any]]:
        """Give the events that keep it in the slots."""
        return [
            SlotSet(Slots.TOPIC, self.topic),
            SlotSet(Slots.TREATMENTS, list(self.treatments)),
            SlotSet(Slots.PLACES, list(self.named)),
            SlotSet(Slots.TOLD, list(self.told[-MOST_TOLD:])),
        ]


def _is_stale(events: Sequence[dict[str, Any]]) -> bool:
    """Say whether the last answer is too long ago, in time or in turns; the events' own clock tells."""
    set_at = next(
        (
            place
            for place in range(len(events) - 1, -1, -1)
            if (events[place].get("event"), events[place].get("name")) == ("slot", Slots.TOPIC)
        ),
        None,
    )
    if set_at is None:
        return False
    asked = [event for event in events[set_at:] if event.get("event") == "user"]
    if not asked:
        return False
    # Each message keeps the talk going, so the pause is the longest one between two of them.
    times = [float(events[set_at].get("timestamp") or 0), *(float(event.get("timestamp") or 0) for event in asked)]
    pause = max(later - earlier for earlier, later in pairwise(times))
    return pause > LONGEST_PAUSE or len(asked) > MOST_TURNS_APART
