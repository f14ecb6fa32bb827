"""What a conversation has been about, which follow-ups such as "and PRP?" go on about, and when that is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions.base import Slots
from actions.understood import Asked
from bot.knowledge.answering.parts import ONE_PROBLEM_TOPICS
from bot.knowledge.answering.question import Answered
from bot.knowledge.mentioned import Mentioned
from bot.vocabulary import CONDITIONS_TREATED

LONGEST_PAUSE = 30 * 60
"""Seconds after which a patient who comes back is not taken to go on where they left off."""
MOST_TURNS_APART = 6
"""After this many messages about something else a follow-up refers to nothing."""
MOST_TOLD = 20
MOST_TAKEN_OVER = 5
"""So many answers in a row take a treatment over that only a question before them named."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What was spoken of.

    Attributes:
        topic: What the last answered question was about.
        treatments: The treatments it was about.
        took_over: How many answers since have taken these over because the question named none.
        named: The conditions, body parts and medicines named with it.
        told: Ids of the answers that were served.
    """

    topic: str | None = None
    treatments: tuple[str, ...] = ()
    took_over: int = 0
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
            took_over=int(tracker.get_slot(Slots.TOOK_OVER) or 0),
            named=tuple(tracker.get_slot(Slots.PLACES) or ()),
            told=tuple(tracker.get_slot(Slots.TOLD) or ()),
        )

    def treatments_for(self, asked: Asked) -> tuple[str, ...]:
        """Give the treatments that a question takes over: always a follow-up, else so many in a row."""
        goes_on = asked.follow_up is not None or self.took_over < MOST_TAKEN_OVER
        return self.treatments if goes_on else ()

    def named_for(self, asked: Asked, mentioned: Mentioned) -> tuple[str, ...]:
        """Give the conditions, body parts and medicines that a question means: its own, else those of the one before.

        What is asked of one problem goes on about the problem of the question right before it; of a question on
        something else, such as who may have it, a body part is the problem, and a condition may be history.
        """
        if asked.named or asked.follow_up is not None:
            return asked.named or self.named
        if asked.topic not in ONE_PROBLEM_TOPICS - {CONDITIONS_TREATED}:
            return ()
        of_the_problem = self.topic in ONE_PROBLEM_TOPICS
        return tuple(
            name
            for name in self.named
            if name in mentioned.body_parts or (of_the_problem and name in mentioned.conditions)
        )

    def after(self, asked: Asked, answered: Answered, mentioned: Mentioned) -> Context:
        """Give what was spoken of once a question is answered; what it did not go on about is over.

        Args:
            asked: The question.
            answered: What came of it.
            mentioned: Says what names are.
        """
        told = tuple(reply.answer_id for reply in answered.replies if reply.answer_id is not None)
        if asked.topic is None:
            return self
        treatments = () if answered.changes_subject else answered.treatments or self.treatments_for(asked)
        names_one = bool(asked.treatments) or answered.changes_subject
        return replace(
            self,
            topic=asked.topic,
            treatments=treatments,
            took_over=0 if names_one or not treatments else self.took_over + 1,
            named=self.named_for(asked, mentioned),
            told=(*self.told, *told),
        )

    def as_events(self) -> list[dict[str, Any]]:
        """Give the events that keep it in the slots."""
        return [
            SlotSet(Slots.TOPIC, self.topic),
            SlotSet(Slots.TREATMENTS, list(self.treatments)),
            SlotSet(Slots.TOOK_OVER, self.took_over),
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
