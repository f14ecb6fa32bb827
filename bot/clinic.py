"""The clinic as clinic.yml describes it: what it decides for itself, and when it is open."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from bot.errors import InvalidContactError
from bot.periods import is_a_year, is_period, waking_hours
from bot.reading.emails import read_email
from bot.reading.phones import digits_dialled, is_region, region_of
from bot.yaml_file import read_as

FIRST_QUESTIONS = ("definition", "session_count", "side_effects", "cost")
"""Topics that the chat offers to begin with, where the clinic has not chosen; what is no topic of its is left out."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS = re.compile(r"^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$")
_TARGET = re.compile(r"^(now|[1-9]\d{0,2} (minutes?|hours?|business days?))$")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_ORIGIN = re.compile(r"https://([a-z0-9-]+\.)+[a-z0-9-]+(:\d{1,5})?|https?://(localhost|127\.0\.0\.1)(:\d{1,5})?")
_USUAL_PORTS = {"https": ":443", "http": ":80"}
"""Browsers leave them out of an origin."""
_FIRST_QUESTION = re.compile(r"([a-z_]+\.)?[a-z_]+")
_PLACEHOLDER = re.compile(r"\{clinic\.([a-z_]+)\}")


class _Said(BaseModel):
    """A part of the file; what is named and left empty counts as not said."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, said: object) -> object:
        if not isinstance(said, dict):
            return said
        fields = cls.model_fields
        return {
            name: value
            for name, value in said.items()
            if value is not None or name not in fields or fields[name].is_required()
        }


class ReplyTargets(_Said):
    """How soon staff take a ticket, by its urgency; `bot.calendar.due` turns it into a time."""

    emergency: str = "now"
    urgent: str = "5 minutes"
    soon: str = "15 minutes"
    routine: str = "1 business day"
    call_back: str = "1 business day"

    @field_validator("*")
    @classmethod
    def _readable(cls, value: str) -> str:
        if not _TARGET.match(value):
            raise ValueError(f'"{value}" is no target; write now, 5 minutes, 2 hours or 1 business day')
        return value


class AlertLists(_Said):
    """Whom an urgent or unclaimed ticket is told to by email; an empty list means the staff accounts."""

    first: tuple[str, ...] = ()
    after_hours: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    patients_words: bool = False

    @field_validator("first", "after_hours", "next")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            _check_address(address)
        return value


class Retention(_Said):
    """How long what is kept (`bot.periods`); empty keeps it for ever. What each is stands in docs/privacy.md."""

    conversations: str = "2 years"
    tickets: str = "2 years"
    appointments: str = "2 years"
    notifications: str = "30 days"
    not_delivered: str = "90 days"
    sign_ins: str = "90 days"
    assistant_memory: str = "30 days"
    exports: str = "7 days"
    backups: str = ""
    audit: str = "6 years"

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, said: object) -> object:
        """Here what is left empty is said: it must not be deleted after a time that nobody chose."""
        told = said.items() if isinstance(said, dict) else None
        return said if told is None else {name: "" if value is None else value for name, value in told}

    @field_validator("*")
    @classmethod
    def _readable(cls, value: str) -> str:
        if value and not is_period(value):
            raise ValueError(f'"{value}" is no time; write 90 days, 6 months or 2 years, or "" to keep it')
        return value

    @field_validator("audit")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and not is_a_year(value):
            raise ValueError("the audit log is kept for a year at least")
        return value


class Widget(_Said):
    """The websites whose pages may show the chat, each by its origin; with none listed, none may."""

    origins: tuple[str, ...] = ()

    @field_validator("origins")
    @classmethod
    def _as_browsers_write_them(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not _ORIGIN.fullmatch(origin) or origin.endswith(_USUAL_PORTS[origin.partition(":")[0]]):
                raise ValueError(
                    f'"{origin}" is no origin; write https:// and the name of the website in small letters, nothing '
                    'after it, such as "https://www.example.org"'
                )
        return value


class Clinic(_Said):
    """A clinic's own facts; an empty value means that it has not said."""

    sample: bool = False
    name: str = Field(min_length=1)
    country: str = ""
    phone: str = Field(min_length=1)
    email: str = ""
    address: str = ""
    website: str = ""
    emergency_number: str = Field(min_length=3)
    crisis_line: str = "988"
    timezone: str
    hours: dict[str, str]
    holidays: tuple[dt.date, ...] = ()
    accent_color: str = "#0b6b5d"
    languages: tuple[str, ...] = ("en",)
    treatments: tuple[str, ...] = Field(min_length=1)
    first_questions: tuple[str, ...] = FIRST_QUESTIONS
    after_hours: str = ""
    one_person_approves: bool = False
    reply_targets: ReplyTargets = ReplyTargets()
    staff_silence_minutes: int = Field(default=20, ge=1, le=480)
    alerts: AlertLists = AlertLists()
    widget: Widget = Widget()
    weekly_figures: bool = False
    quiet_hours: str = "20:00-09:00"
    reopen_hours: int = Field(default=48, ge=0, le=720)
    retention: Retention = Retention()
    prices: str = ""
    insurers: str = ""
    payment: str = ""
    arrival: str = ""
    driving: str = ""
    parking: str = ""
    accessibility: str = ""
    practitioners: str = ""
    privacy_notice: str = ""
    map_link: str = "https://www.openstreetmap.org/search?query={address}"

    @field_validator("phone", "emergency_number", "crisis_line")
    @classmethod
    def _can_be_called(cls, value: str) -> str:
        dialled = digits_dialled(value)
        if dialled != value:
            instead = f'write the digits: "{dialled}"' if dialled else 'write one number, such as "312-555-0142"'
            raise ValueError(f'"{value}" cannot be called from a phone; {instead}')
        return value

    @field_validator("email")
    @classmethod
    def _can_be_written_to(cls, value: str) -> str:
        if value:
            _check_address(value)
        return value

    @field_validator("privacy_notice")
    @classmethod
    def _can_be_opened(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError(f'"{value}" is no address of a page; write one that begins with https://')
        return value

    @field_validator("map_link")
    @classmethod
    def _finds_the_address(cls, value: str) -> str:
        if value and not (value.startswith("https://") and "{address}" in value):
            raise ValueError(f'"{value}" finds no address; write one that begins with https:// and holds {{address}}')
        return value

    @field_validator("accent_color")
    @classmethod
    def _is_color(cls, value: str) -> str:
        if not _COLOR.fullmatch(value):
            raise ValueError(f'"{value}" is no color; write # and six digits or letters to f, such as "#0b6b5d"')
        return value

    @field_validator("country")
    @classmethod
    def _known_country(cls, value: str) -> str:
        if value and not is_region(value):
            raise ValueError(f'"{value}" is no country; write its two letters, such as US or GB')
        return value.upper()

    @field_validator("quiet_hours")
    @classmethod
    def _is_a_night(cls, value: str) -> str:
        waking_hours(value)
        return value

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("is no time zone; use a name like America/Chicago") from error
        return value

    @field_validator("hours")
    @classmethod
    def _readable_hours(cls, value: dict[str, str]) -> dict[str, str]:
        for day, hours in value.items():
            if day not in WEEKDAYS:
                raise ValueError(f'"{day}" is no day of the week; write monday to sunday')
            if hours != "closed" and not _is_span(hours):
                raise ValueError(f'{day} is "{hours}"; write "08:30-17:00" or closed')
        return value

    def follow(self, other: Clinic) -> None:
        """Become as another one: whoever was given this one reads the values that hold now.

        Only `bot.clinic_settings` calls it. All values change in one step, so nobody reads half of each.
        """
        object.__setattr__(self, "__dict__", dict(other.__dict__))

    @field_validator("first_questions")
    @classmethod
    def _are_topics(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for question in value:
            if not _FIRST_QUESTION.fullmatch(question):
                raise ValueError(
                    f'"{question}" is no question; write a topic, such as cost, or a treatment and a topic, such as '
                    "prp.cost"
                )
        return value

    def first_asked(self) -> list[tuple[str, str]]:
        """Give the questions that the chat offers to begin with, each as a topic and the treatment it is asked of.

        Where the clinic names a topic alone, its treatments take turns, so that the questions span them.
        """
        asked, turn = [], 0
        for question in self.first_questions:
            treatment, _dot, topic = question.rpartition(".")
            if not treatment:
                treatment, turn = self.treatments[turn % len(self.treatments)], turn + 1
            asked.append((topic, treatment))
        return asked

    @property
    def main_treatment(self) -> str:
        """The treatment meant when none is named."""
        return self.treatments[0]

    @property
    def region(self) -> str:
        """The country whose way of writing phone numbers holds here, as two letters."""
        return region_of(self.country, self.phone, self.timezone)

    def today(self) -> dt.date:
        """Give the day it is at the clinic."""
        return dt.datetime.now(ZoneInfo(self.timezone)).date()

    def opening(self, day: dt.date) -> tuple[dt.datetime, dt.datetime] | None:
        """Give the times, in the clinic's zone, at which it opens and closes that day, or None."""
        match = _HOURS.match(self.hours.get(WEEKDAYS[day.weekday()], "closed"))
        if match is None or day in self.holidays:
            return None
        zone = ZoneInfo(self.timezone)
        numbers = [int(part) for part in match.groups()]
        start = dt.datetime.combine(day, dt.time(numbers[0], numbers[1]), zone)
        return start, dt.datetime.combine(day, dt.time(numbers[2], numbers[3]), zone)

    def waking_hours(self) -> tuple[dt.time, dt.time]:
        """Give when, by a patient's clock, messages that they did not ask for may come, and when no more."""
        return waking_hours(self.quiet_hours)

    def is_open(self, now: dt.datetime) -> bool:
        """Tell whether staff answer at that aware time."""
        opening = self.opening(now.astimezone(ZoneInfo(self.timezone)).date())
        # By UTC: the clock on the wall shows an hour twice when summer ends.
        return opening is not None and opening[0].astimezone(dt.UTC) <= now < opening[1].astimezone(dt.UTC)

    def hours_text(self) -> str:
        """List the opening hours in a sentence, days with the same hours together."""
        groups: list[tuple[list[str], str]] = []
        for day in WEEKDAYS:
            hours = self.hours.get(day, "closed")
            if groups and groups[-1][1] == hours:
                groups[-1][0].append(day.capitalize())
            else:
                groups.append(([day.capitalize()], hours))
        parts = []
        for days, hours in groups:
            span = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
            parts.append(f"{span} {_spoken(hours)}")
        return ", ".join(parts)

    def fill(self, text: str, unset: Callable[[str], str]) -> str:
        """Put the clinic's values in for `{clinic.name}` and the like.

        Args:
            text: A text of an answer or a fixed response.
            unset: Says what to ask for instead of a value that the clinic left empty, given its name.
        """
        return _PLACEHOLDER.sub(lambda match: self._value(match.group(1)) or unset(match.group(1)), text)

    def has_all_of(self, text: str) -> bool:
        """Tell whether the clinic has said every value that a text holds."""
        return not self.unsaid_in(text)

    def unsaid_in(self, text: str) -> list[str]:
        """List the values that a text holds and the clinic has left empty."""
        return [name for name in _PLACEHOLDER.findall(text) if not self._value(name)]

    def _value(self, name: str) -> str:
        return self.hours_text() if name == "hours" else str(getattr(self, name, "") or "")


def clock_time(time: dt.datetime | dt.time) -> str:
    """Say a time as people do: 5 pm, 8:30 am."""
    hour = time.hour % 12 or 12
    minutes = f":{time.minute:02d}" if time.minute else ""
    return f"{hour}{minutes} {'am' if time.hour < 12 else 'pm'}"


def _check_address(value: str) -> None:
    try:
        read_email(value)
    except InvalidContactError as error:
        raise ValueError(f'"{value}" is no email address; write one like name@example.com') from error


def _is_span(hours: str) -> bool:
    """Tell whether hours can be read, and end after they start."""
    match = _HOURS.match(hours)
    if match is None:
        return False
    start_hour, start_minute, end_hour, end_minute = (int(part) for part in match.groups())
    try:
        return dt.time(start_hour, start_minute) < dt.time(end_hour, end_minute)
    except ValueError:
        return False


def _spoken(hours: str) -> str:
    match = _HOURS.match(hours)
    if match is None:
        return "closed"
    start, end = match.groups()[:2], match.groups()[2:]
    return " to ".join(clock_time(dt.time(int(h), int(m))) for h, m in (start, end))


def load_clinic(path: Path) -> Clinic:
    """Read clinic.yml.

    Raises:
        ContentError: It is missing or broken; the message names each place, with its line and what to write.
    """
    return read_as(path, Clinic)[0]
