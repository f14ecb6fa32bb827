"""What a planned message says to one patient: its paragraphs with their values, and how to end such messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.clinic import Clinic, clock_time
from bot.plans.entries import Plan, Step
from bot.plans.serving import Standing
from bot.reply import Citation, Option, Reply
from bot.vocabulary import ReplyKind

PLACES = frozenset({"appointment.day", "appointment.time", "appointment.place"})
"""What of an appointment a text may hold."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What of an appointment is said in a message; `body_part` is never empty."""

    patient_name: str
    body_part: str
    starts_at: dt.datetime
    timezone: str

    @property
    def day(self) -> str:
        """The day, as people say it."""
        local = self._local
        return f"{local:%A, %B} {local.day}"

    @property
    def time(self) -> str:
        """The time by the patient's clock."""
        return clock_time(self._local)

    @property
    def _local(self) -> dt.datetime:
        return self.starts_at.astimezone(ZoneInfo(self.timezone))


def text_of(step: Step, visit: Visit, clinic: Clinic, ending: str) -> str:
    """Give the words of a message; a paragraph whose value the clinic has left empty is left out.

    It says who writes and for whom: a phone may be shared.
    """
    first_name = visit.patient_name.split()[0]
    said = [filled(claim.text, visit, clinic) for claim in step.says if clinic.has_all_of(claim.text)]
    return "\n".join([f"{clinic.name}, for {first_name}:", *said, ending])


def reply_of(
    plan: Plan,
    step: Step,
    visit: Visit,
    clinic: Clinic,
    *,
    ending: str,
    planned: int | None,
    standing: Standing,
    choices: Sequence[str] = (),
    citations: Sequence[Citation] = (),
) -> Reply:
    """Make what is said to the patient.

    Args:
        plan: The plan.
        step: Its message.
        visit: The appointment.
        clinic: Whose values it holds.
        ending: How to end such messages.
        planned: The number of the planned message; None for an example.
        standing: How its words stand.
        choices: What a patient can answer to a check-in.
        citations: The sources behind it.
    """
    approval = standing.approval
    return Reply(
        kind=ReplyKind.ANSWER,
        text=text_of(step, visit, clinic, ending),
        treatments=(plan.treatment,),
        citations=tuple(citations),
        sample=approval is None,
        reviewed_by=None if approval is None else approval.by,
        reviewed_on=None if approval is None else _day_of(approval.at, clinic),
        planned=planned,
        check_in=step.check_in,
        options=tuple(Option(title=choice) for choice in (choices if step.check_in else ())),
    )


def filled(text: str, visit: Visit, clinic: Clinic) -> str:
    """Put an appointment's and the clinic's values in."""
    for name, value in (
        ("day", visit.day),
        ("time", visit.time),
        ("place", visit.body_part),
    ):
        text = text.replace(f"{{appointment.{name}}}", value)
    return clinic.fill(text, lambda _name: "")


def days_words(day: int) -> str:
    """Say on which day a message comes, counted from the appointment's."""
    if day == 0:
        return "on the day"
    count = f"{abs(day)} day{'s' if abs(day) > 1 else ''}"
    return f"{count} before" if day < 0 else f"{count} after"


def example(clinic: Clinic) -> Visit:
    """Give a made-up visit, to show or to read a message where it is nobody's yet."""
    at = dt.datetime(2026, 12, 10, 15, 30, tzinfo=dt.UTC)
    return Visit(patient_name="Ann", body_part="knee", starts_at=at, timezone=clinic.timezone)


def _day_of(moment: dt.datetime, clinic: Clinic) -> str:
    return moment.astimezone(ZoneInfo(clinic.timezone)).date().isoformat()


def filled_for_reading(step: Step, clinic: Clinic) -> str:
    """Give a message as a patient would read it, to say how hard that is."""
    visit = example(clinic)
    return " ".join(filled(claim.text, visit, clinic) for claim in step.says if clinic.has_all_of(claim.text))
