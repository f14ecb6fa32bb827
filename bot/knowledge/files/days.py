"""Which days a message names ("today", "on Saturday", "Thanksgiving", "December 24"), by data/knowledge/days.yml."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from bot.clinic import WEEKDAYS
from bot.reading.phrases import Phrases, plain_words
from bot.yaml_file import read_as

FILE = "days.yml"
MOST_DAYS = 3
NOW = "now"
_AHEAD = {"today": 0, NOW: 0, "tomorrow": 1}
_WEEKEND = "weekend"
_MONTHS = {dt.date(2000, number, 1).strftime("%B").casefold(): number for number in range(1, 13)}
_NAMES_OF_MONTHS = "|".join([*_MONTHS, *(f"{name[:3]}" for name in _MONTHS), "sept"])
_DATE = re.compile(
    rf" (?:(?P<month>{_NAMES_OF_MONTHS}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"|(?P<day_first>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month_last>{_NAMES_OF_MONTHS}))(?= )"
)


class Holiday(BaseModel):
    """A day of the year that has a name: a date, or such as the fourth Thursday of November.

    Attributes:
        name: How it is called.
        words: What it is known by.
        month: Its month, from 1.
        day: Its day in the month.
        weekday: Its day of the week, where it moves.
        nth: Which of these in the month; -1 is the last.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    words: tuple[str, ...] = Field(min_length=1)
    month: int = Field(ge=1, le=12)
    day: int | None = Field(default=None, ge=1, le=31)
    weekday: str | None = None
    nth: int | None = Field(default=None, ge=-1, le=5)

    @field_validator("words")
    @classmethod
    def _readable(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        Phrases(words)
        return words

    @field_validator("weekday")
    @classmethod
    def _is_weekday(cls, value: str | None) -> str | None:
        if value is not None and value not in WEEKDAYS:
            raise ValueError(f'"{value}" is no day of the week; write monday to sunday')
        return value

    @model_validator(mode="after")
    def _is_a_day(self) -> Holiday:
        if (self.day is None) == (self.weekday is None or not self.nth):
            raise ValueError("needs a day, or a weekday and which one of the month (nth)")
        return self

    def on_or_after(self, today: dt.date) -> dt.date:
        """Give the next such day."""
        this_year = self._in(today.year)
        return this_year if this_year >= today else self._in(today.year + 1)

    def _in(self, year: int) -> dt.date:
        if self.weekday is None or self.nth is None:
            return dt.date(year, self.month, self.day or 1)
        days = [dt.date(year, self.month, 1) + dt.timedelta(days=count) for count in range(31)]
        there = [day for day in days if day.month == self.month and day.weekday() == WEEKDAYS.index(self.weekday or "")]
        return there[self.nth if self.nth < 0 else min(self.nth, len(there)) - 1]


@dataclass(frozen=True, kw_only=True)
class NamedDay:
    """A day that a message names.

    Attributes:
        date: Which day it is.
        holiday: Its name, if it is a holiday.
        now: Whether this very moment is meant.
    """

    date: dt.date
    holiday: str | None = None
    now: bool = False


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    days: Mapping[str, tuple[str, ...]] = {}
    holidays: tuple[Holiday, ...] = ()

    @field_validator("days")
    @classmethod
    def _known(cls, value: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        for name, words in value.items():
            if name not in {*_AHEAD, _WEEKEND, *WEEKDAYS}:
                raise ValueError(f'"{name}" is no day; write now, today, tomorrow, weekend, or monday to sunday')
            Phrases(words)
        return value


class Days:
    """Finds the days that a message names."""

    def __init__(self, days: Mapping[str, Sequence[str]] | None = None, holidays: Sequence[Holiday] = ()) -> None:
        """Take what `from_file` reads."""
        self._days = {name: Phrases(words) for name, words in (days or {}).items()}
        self._holidays = [(holiday, Phrases(holiday.words)) for holiday in holidays]

    @classmethod
    def from_file(cls, path: Path) -> Days:
        """Read the file; a clinic may go without one.

        Raises:
            ContentError: Something in it is wrong; names the line.
        """
        if not path.is_file():
            return cls()
        said, _raw = read_as(path, _File)
        return cls(said.days, said.holidays)

    def named(self, text: str, today: dt.date) -> list[NamedDay]:
        """Give the days that a text names, the first `MOST_DAYS` of them: holidays, dates, then days of the week.

        Args:
            text: The patient's words.
            today: The day it is at the clinic; each day named is the next such day.
        """
        said = plain_words(text)
        holidays = []
        for holiday, words in self._holidays:
            if words.are_in(said):
                holidays.append(NamedDay(date=holiday.on_or_after(today), holiday=holiday.name))
                said = words.cut_from(said)  # "Christmas Eve" is not Christmas, too.
        dates = [NamedDay(date=date) for date in _dates(said, today)]
        near = [day for name, words in self._days.items() if words.are_in(said) for day in _near(name, today)]
        found: dict[dt.date, NamedDay] = {}
        for day in [*holidays, *dates, *near]:
            found.setdefault(day.date, day)
        return list(found.values())[:MOST_DAYS]


def _near(name: str, today: dt.date) -> list[NamedDay]:
    if name in _AHEAD:
        return [NamedDay(date=today + dt.timedelta(days=_AHEAD[name]), now=name == NOW)]
    names = ("saturday", "sunday") if name == _WEEKEND else (name,)
    ahead = ((WEEKDAYS.index(one) - today.weekday()) % 7 for one in names)
    return [NamedDay(date=today + dt.timedelta(days=days)) for days in ahead]


def _dates(said: str, today: dt.date) -> list[dt.date]:
    dates = []
    for match in _DATE.finditer(said):
        month = (match["month"] or match["month_last"])[:3]
        number = next(number for name, number in _MONTHS.items() if name.startswith(month))
        for year in (today.year, today.year + 1):
            try:
                date = dt.date(year, number, int(match["day"] or match["day_first"]))
            except ValueError:
                continue
            if date >= today:
                dates.append(date)
                break
    return dates
