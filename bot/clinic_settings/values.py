"""Which values of clinic.yml the console changes, their one form as JSON, and whether a clinic may have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from bot.clinic import WEEKDAYS, Clinic
from bot.reading.mistakes import in_words

CHANGED_HERE = (
    "hours",
    "holidays",
    "after_hours",
    "phone",
    "email",
    "address",
    "website",
    "prices",
    "insurers",
    "payment",
    "arrival",
    "driving",
    "parking",
    "accessibility",
    "practitioners",
    "first_questions",
)
"""What people of a clinic change in its everyday life. All else stands in clinic.yml alone: whom it names in an
emergency, what it offers and how long it keeps what are decisions that whoever runs the server takes part in."""


class BadValuesError(ValueError):
    """Raised when a clinic may not have some values; says of each what is wrong.

    Args:
        problems: What is wrong, by the value's name.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"{name} {problem}" for name, problem in problems.items()))


def as_json(clinic: Clinic, name: str) -> Any:
    """Give a value in the one form in which values are kept and compared."""
    if name == "hours":
        return {day: _padded(clinic.hours.get(day, "closed")) for day in WEEKDAYS}
    return clinic.model_dump(mode="json", include={name})[name]


def with_values(clinic: Clinic, values: Mapping[str, Any]) -> Clinic:
    """Give the clinic with some values in place of its own, checked as those of clinic.yml are.

    Raises:
        BadValuesError: It may not have them.
    """
    try:
        return Clinic.model_validate({**clinic.model_dump(), **values})
    except ValidationError as error:
        raise BadValuesError({str(found["loc"][0]): in_words(found) for found in error.errors()}) from error


def _padded(hours: str) -> str:
    """Write `8:30-17:00` as `08:30-17:00`, which is the same to a clinic and to a browser's field for a time."""
    if hours == "closed":
        return hours
    return "-".join(time.rjust(5, "0") for time in hours.split("-"))
