"""What a plan file may say: the messages that a patient gets before and after a treatment."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator, model_validator

from bot.knowledge.files.entries import ClaimEntry, Line, Strict

LONGEST_MESSAGE = 600
"""Letters of a message: four texts on most phones."""
FIRST_DAY, LAST_DAY = -30, 180


def _clock(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError('must be a time in quotes, such as "10:00"')  # noqa: TRY004 (pydantic tells ValueErrors)
    try:
        return dt.datetime.strptime(value, "%H:%M").time()  # noqa: DTZ007 (a time of day has no zone)
    except ValueError:
        raise ValueError(f'"{value}" is no time; write it as "10:00"') from None


Clock = Annotated[dt.time, BeforeValidator(_clock)]


class Step(Strict):
    """One message of a plan.

    Attributes:
        id: Its name, which never changes: what was sent is known by it.
        title: What staff call it.
        day: Counted from the appointment's: negative before it, 0 on it.
        at: When it may be sent from, by the patient's clock.
        until: When it is too late.
        check_in: Whether it asks how it goes, so that what comes back is looked at.
        says: Its paragraphs, each with its sources or plain advice.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)
    title: Line = Field(min_length=3, max_length=60)
    day: int = Field(ge=FIRST_DAY, le=LAST_DAY)
    at: Clock
    until: Clock
    check_in: bool = False
    says: tuple[ClaimEntry, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _can_be_sent(self) -> Step:
        if self.until <= self.at:
            raise ValueError("'until' must be later than 'at', on the same day")
        if self.check_in and self.day < 0:
            raise ValueError("a check-in asks how it goes after the treatment; 'day' must be 0 or more")
        letters = sum(len(claim.text) + 2 for claim in self.says)
        if letters > LONGEST_MESSAGE:
            raise ValueError(f"the message has {letters} letters; at most {LONGEST_MESSAGE} are read on a phone")
        return self

    @property
    def words(self) -> str:
        """Its paragraphs, as they are written."""
        return "\n".join(claim.text for claim in self.says)

    @property
    def version(self) -> str:
        """What changes when anything changes that a patient gets, or what it rests on: its title may."""
        said = self.model_dump(mode="json", exclude={"title"})
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


class Plan(Strict):
    """The messages around a treatment, in one language.

    Attributes:
        sample: Whether patients get what nobody has approved all the same, with that remark; never in production.
    """

    treatment: str = Field(max_length=60)
    language: str = Field(default="en", pattern=r"^[a-z]{2}$")
    owner: str = Field(min_length=1, max_length=120)
    sample: bool = False
    messages: tuple[Step, ...] = Field(min_length=1)

    @field_validator("messages")
    @classmethod
    def _each_once(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        ids = [step.id for step in steps]
        for name in ids:
            if ids.count(name) > 1:
                raise ValueError(f"'{name}' stands here twice; give each message a name of its own")
        for step, later in _pairs(steps):
            if step.day == later.day and step.at < later.until and later.at < step.until:
                raise ValueError(
                    f"{step.id} and {later.id} may be sent at the same time; a patient reads one at a time"
                )
        return steps

    def step(self, step_id: str) -> Step | None:
        """Give the message of a name, or None if there is none."""
        return next((step for step in self.messages if step.id == step_id), None)


Plans = Mapping[tuple[str, str], Plan]
"""The plans by treatment and language."""


def _pairs(steps: Sequence[Step]) -> Iterator[tuple[Step, Step]]:
    for place, step in enumerate(steps):
        for later in steps[place + 1 :]:
            yield step, later
