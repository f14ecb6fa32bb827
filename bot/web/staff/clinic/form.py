"""The clinic's values as the fields of a form, and a sent form as the clinic's values."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import FormData

from bot.clinic import WEEKDAYS, Clinic, clock_time
from bot.clinic_settings.values import CHANGED_HERE, as_json
from bot.errors import InvalidMessageError

LONGEST = 1000
EMPTY_DATES = 3
"""Fields for closed days that are still to be filled in; saving gives more."""
FIRST_QUESTIONS = 4
LABELS = {
    "hours": "Opening hours",
    "holidays": "Closed days",
    "after_hours": "When you are closed",
    "phone": "Phone",
    "email": "Email",
    "address": "Address",
    "website": "Website",
    "prices": "Prices",
    "insurers": "Insurers",
    "payment": "Payment",
    "arrival": "What to bring, when to come",
    "driving": "Driving home",
    "parking": "Parking",
    "accessibility": "Wheelchairs, walkers, steps and lifts",
    "practitioners": "Who gives the treatments",
    "first_questions": "First questions",
}
NOT_SAID = "not said"
IN_TURN = "Your treatments take turns"


def read_form(form: FormData) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """Read a sent form.

    Returns:
        What each value is to be, what it was on the page that was sent, and what is wrong with some, by name.

    Raises:
        InvalidMessageError: It is not the form of our page.
    """
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name in CHANGED_HERE:
        if name == "hours":
            values[name], problem = _hours(form)
        elif name == "holidays":
            values[name], problem = _days([str(day) for day in form.getlist(name)]), ""
        elif name == "first_questions":
            values[name], problem = list(dict.fromkeys(str(topic) for topic in form.getlist(name) if topic)), ""
        else:
            values[name] = " ".join(str(form.get(name, "")).split())
            problem = f"may have {LONGEST} characters at most" if len(values[name]) > LONGEST else ""
        if problem:
            problems[name] = problem
    return values, _seen(form), problems


def _seen(form: FormData) -> dict[str, Any]:
    try:
        seen = json.loads(str(form.get("seen", "")))
    except ValueError:
        seen = None
    if not isinstance(seen, dict) or set(seen) != set(CHANGED_HERE):
        raise InvalidMessageError("The form was not complete. Go back, reload the page and try again.")
    return seen


def _hours(form: FormData) -> tuple[dict[str, str], str]:
    hours, problem = {}, ""
    for day in WEEKDAYS:
        opens, closes = (str(form.get(f"{day}-{end}", "")).strip() for end in ("opens", "closes"))
        hours[day] = f"{opens}-{closes}" if opens or closes else "closed"
        if bool(opens) != bool(closes):
            problem = problem or f"{day.capitalize()}: fill in both times, or neither if you are closed"
        elif opens and opens >= closes:
            problem = problem or f"{day.capitalize()}: closing time must be after opening time"
    return hours, problem


def _days(written: Sequence[str]) -> list[str]:
    return sorted({day.strip() for day in written if day.strip()})


def shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give values as the page's fields have them."""
    hours = []
    for day in WEEKDAYS:
        opens, _, closes = ("" if values["hours"][day] == "closed" else values["hours"][day]).partition("-")
        hours.append({"day": day, "opens": opens, "closes": closes})
    questions = values["first_questions"]
    return {
        **values,
        "hours": hours,
        "holidays": [*values["holidays"], *[""] * EMPTY_DATES],
        "first_questions": [*questions, *[""] * (FIRST_QUESTIONS - len(questions))],
    }


def first_questions(
    topics: Mapping[str, str], treatments: Mapping[str, str], chosen: Sequence[str]
) -> dict[str, dict[str, str]]:
    """Give what the chat may offer to begin with, in groups, each as clinic.yml has it with the words for it.

    Args:
        topics: The titles of topics.
        treatments: The names of the clinic's treatments.
        chosen: What is chosen now: it can be kept, whatever it is.
    """
    groups = {IN_TURN: dict(topics)}
    for treatment, name in treatments.items():
        groups[name] = {f"{treatment}.{topic}": f"{name}: {title}" for topic, title in topics.items()}
    known = {question for group in groups.values() for question in group}
    others = {question: question for question in chosen if question not in known}
    return {**groups, "No longer offered": others} if others else groups


def now(clinic: Clinic) -> dict[str, Any]:
    """Give the values that hold, by name."""
    return {name: as_json(clinic, name) for name in CHANGED_HERE}


def in_words(name: str, value: Any, titles: Mapping[str, str]) -> str:
    """Say a value in a line.

    Args:
        name: Which one.
        value: As it is kept (`as_json`).
        titles: The words for first questions.
    """
    if not value:
        return NOT_SAID
    if name == "hours":
        return ", ".join(f"{day[:3].capitalize()} {_spoken(hours)}" for day, hours in value.items())
    if name == "holidays":
        return ", ".join(dt.date.fromisoformat(day).strftime("%d %b %Y").lstrip("0") for day in value)
    if name == "first_questions":
        return "; ".join(titles.get(topic, topic) for topic in value)
    return str(value)


def changes_in_words(name: str, before: Any, after: Any, titles: Mapping[str, str]) -> tuple[str, str]:
    """Say what a value was and is; of opening hours only the days that differ."""
    if name == "hours":
        days = [day for day in WEEKDAYS if before.get(day) != after.get(day)] or list(WEEKDAYS)
        before, after = ({day: hours.get(day, "closed") for day in days} for hours in (before, after))
    return in_words(name, before, titles), in_words(name, after, titles)


def _spoken(hours: str) -> str:
    if hours == "closed":
        return "closed"
    return " to ".join(clock_time(dt.time.fromisoformat(time)) for time in hours.split("-"))
