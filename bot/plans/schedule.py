"""When which message of a plan is due: worked out from the plan, the appointment, the consent and the clinic alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from zoneinfo import ZoneInfo

from bot.plans.entries import Plan, Step

AFTER_THE_START = dt.timedelta(hours=1)
"""What is said on the day itself is for whoever has been treated."""


class Held(str, Enum):
    """Why a message is not sent though its time has come."""

    CANCELLED = "cancelled"
    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    PAUSED = "paused"


@dataclass(frozen=True, kw_only=True)
class Appointed:
    """What of an appointment its messages depend on.

    Attributes:
        starts_at: When it begins, aware.
        timezone: The zone of the patient's clock.
        is_cancelled: Whether it is.
        is_paused: Whether staff have its messages wait.
    """

    starts_at: dt.datetime
    timezone: str
    is_cancelled: bool = False
    is_paused: bool = False

    @property
    def day(self) -> dt.date:
        """The day of the appointment by the patient's calendar."""
        return self.starts_at.astimezone(ZoneInfo(self.timezone)).date()


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """Whether a patient may be sent what they did not ask for.

    Attributes:
        consents: Whether an agreement of theirs stands for this number.
        opted_out: Whether the number wants no texts at all.
    """

    consents: bool
    opted_out: bool = False


@dataclass(frozen=True, kw_only=True)
class Due:
    """One message of a plan for one appointment.

    Attributes:
        step: Which message.
        day: The day of the appointment that it is about.
        opens: From when on it may be sent.
        closes: From when on it is too late; where that is not after `opens`, there is no time for it.
        held: Why it is not sent even then; None if nothing speaks against it.
    """

    step: str
    day: dt.date
    opens: dt.datetime
    closes: dt.datetime
    held: Held | None

    def is_open(self, now: dt.datetime) -> bool:
        """Say whether it may be sent at an aware time."""
        return self.held is None and self.opens <= now < self.closes


def schedule(
    plan: Plan, appointed: Appointed, agreed: Agreed, waking_hours: tuple[dt.time, dt.time]
) -> tuple[Due, ...]:
    """Give the messages of a plan for an appointment, each with its window.

    Args:
        plan: The plan.
        appointed: The appointment.
        agreed: What its patient agreed to.
        waking_hours: From and until when, by a patient's clock, messages may come at all (`Clinic.waking_hours`).
    """
    held = held_by(appointed, agreed)
    windows = [(step, _window(step, appointed, waking_hours)) for step in plan.messages]
    return tuple(
        Due(step=step.id, day=appointed.day, opens=opens, closes=closes, held=held) for step, (opens, closes) in windows
    )


def held_by(appointed: Appointed, agreed: Agreed) -> Held | None:
    """Say why nothing of an appointment's plan may be sent; None if it may."""
    if appointed.is_cancelled:
        return Held.CANCELLED
    if agreed.opted_out:
        return Held.OPTED_OUT
    if not agreed.consents:
        return Held.NO_CONSENT
    return Held.PAUSED if appointed.is_paused else None


def _window(step: Step, appointed: Appointed, waking_hours: tuple[dt.time, dt.time]) -> tuple[dt.datetime, dt.datetime]:
    zone = ZoneInfo(appointed.timezone)
    day = appointed.day + dt.timedelta(days=step.day)
    begins, ends = waking_hours
    opens = _moment(day, max(step.at, begins), zone)
    closes = _moment(day, min(step.until, ends), zone)
    if step.day < 0:
        closes = min(closes, appointed.starts_at)
    else:
        opens = max(opens, appointed.starts_at + AFTER_THE_START)
    return opens, closes


def _moment(day: dt.date, clock: dt.time, zone: ZoneInfo) -> dt.datetime:
    """Give when a clock shows a time: the first time where it does so twice, an hour on where it never does."""
    return dt.datetime.combine(day, clock, zone).astimezone(dt.UTC)
