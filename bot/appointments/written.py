"""An appointment as somebody wrote it, made into one that can be kept: every value of it is read here alone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.appointments.models import AppointmentSource, AppointmentStatus
from bot.appointments.treatment_names import TreatmentNames
from bot.channels.consents import ConsentChannel, Given
from bot.clinic import Clinic
from bot.db.folding import fold
from bot.errors import InvalidAppointmentError, InvalidContactError
from bot.reading.phones import read_phone, without_extension

T = TypeVar("T")

LONGEST_ID, LONGEST_NAME, LONGEST_PLACE = 120, 120, 60
_LANGUAGE = re.compile(r"[a-z]{2}")
_PLACE = re.compile(r"[^\W\d_][\w '/-]*")
_TIMES = ("%H:%M", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p")
_CHANNELS = ", ".join(channel.value for channel in ConsentChannel)


@dataclass(frozen=True, kw_only=True)
class Written:
    """An appointment's values as they stand in a form, a line of a table or a resource; empty is not said.

    Attributes:
        starts_at: The moment, where it is said as one; `date`, `time` and `zone` say it otherwise.
        said_at: When the source wrote this down.
    """

    id: str = ""
    patient_id: str = ""
    name: str = ""
    phone: str = ""
    treatment: str = ""
    body_part: str = ""
    date: str = ""
    time: str = ""
    zone: str = ""
    language: str = ""
    status: str = ""
    consent_on: str = ""
    consent_channel: str = ""
    consent_version: str = ""
    starts_at: dt.datetime | None = None
    said_at: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Details:
    """An appointment as it is kept; the values are those of `bot.appointments.models.Appointment`.

    Attributes:
        phone: As it is stored (E.164).
        consent: What the patient agreed to, where the source says so.
    """

    source: AppointmentSource
    external_id: str
    status: AppointmentStatus
    patient_name: str
    patient_key: str
    phone: str
    treatment: str | None
    body_part: str
    starts_at: dt.datetime
    timezone: str
    language: str
    said_at: dt.datetime | None
    consent: Given | None


class Reader:
    """Reads appointments by what holds at a clinic.

    Args:
        clinic: Its zone, its languages, what it offers, and how phone numbers are written there.
        treatments: What its treatments may be called.
        consents: The wordings that a patient may have agreed to, by their names.
    """

    def __init__(self, clinic: Clinic, treatments: TreatmentNames, consents: frozenset[str]) -> None:
        self._clinic = clinic
        self._treatments = treatments
        self._consents = consents

    def read(self, written: Written, source: AppointmentSource) -> Details:
        """Read an appointment.

        Raises:
            InvalidAppointmentError: It cannot be taken; all that is wrong with it is told.
        """
        problems: dict[str, str] = {}

        def value(name: str, read: Callable[[], T]) -> T | None:
            try:
                return read()
            except ValueError as error:
                problems[name] = str(error)
                return None

        zone = value("zone", lambda: self._zone(written.zone))
        external_id = value("id", lambda: _text(written.id, LONGEST_ID))
        name = value("name", lambda: _text(written.name, LONGEST_NAME))
        patient_id = value("patient_id", lambda: _short(written.patient_id, LONGEST_ID))
        phone = value("phone", lambda: self._phone(written.phone))
        treatment = value("treatment", lambda: self._treatment(written.treatment))
        place = value("body_part", lambda: _place(written.body_part))
        language = value("language", lambda: self._language(written.language))
        status = value("status", lambda: _status(written.status))
        starts_at = written.starts_at
        if starts_at is None and zone is not None:
            day = value("date", lambda: _day(written.date))
            clock = value("time", lambda: _clock(written.time))
            if day is not None and clock is not None:
                starts_at = value("time", lambda: moment(day, clock, zone))
        consent = value("consent", lambda: self._consent(written, zone))
        if (
            problems
            or external_id is None
            or name is None
            or phone is None
            or starts_at is None
            or zone is None
            or place is None
            or language is None
            or status is None
        ):
            raise InvalidAppointmentError(problems)
        return Details(
            source=source,
            external_id=external_id,
            status=status,
            patient_name=name,
            patient_key=patient_id or fold(name),
            phone=phone,
            treatment=treatment,
            body_part=place,
            starts_at=starts_at.astimezone(dt.UTC),
            timezone=zone.key,
            language=language,
            said_at=written.said_at,
            consent=consent,
        )

    def given(self, *, version: str, channel: str, on: dt.datetime) -> Given:
        """Read a patient's agreement.

        Raises:
            ValueError: There is no such wording or channel; says which there are.
        """
        if version not in self._consents:
            raise ValueError(f'"{version}" is no wording of consent.yml; write {" or ".join(sorted(self._consents))}')
        try:
            return Given(version=version, channel=ConsentChannel(channel.strip().lower()), given_at=on)
        except ValueError:
            raise ValueError(f'"{channel}" is no way to agree; write one of {_CHANNELS}') from None

    def treatment_in(self, words: str) -> str | None:
        """Give the treatment that some words name as a whole or hold; None if they name none, or several."""
        return self._treatments.named_in(words)

    def _zone(self, written: str) -> ZoneInfo:
        try:
            return ZoneInfo(written.strip() or self._clinic.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("is no time zone; write a name like America/Chicago, or leave it empty") from None

    def _phone(self, written: str) -> str:
        if not written.strip():
            raise ValueError("is empty; write the mobile number that reaches the patient")
        try:
            number = without_extension(read_phone(written, self._clinic.region))
        except InvalidContactError as error:
            raise ValueError(f"cannot be read. {str(error).rstrip('.')}") from None
        if not number.startswith("+"):
            raise ValueError("has no area code; write the whole number")
        return number

    def _treatment(self, written: str) -> str | None:
        if not written.strip():
            return None
        found = self._treatments.called(written)
        if found is None:
            known = ", ".join(self._treatments.offered)
            raise ValueError(f'"{written.strip()[:40]}" is no treatment of this clinic; write one of {known}')
        return found

    def _language(self, written: str) -> str:
        # "en-US" is English too.
        language = written.strip().lower().split("-")[0].split("_")[0] or self._clinic.languages[0]
        if not _LANGUAGE.fullmatch(language):
            raise ValueError("is no language; write its two letters, such as en or es")
        return language

    def _consent(self, written: Written, zone: ZoneInfo | None) -> Given | None:
        said = (written.consent_on.strip(), written.consent_channel.strip(), written.consent_version.strip())
        if not any(said) or zone is None:
            return None
        on, channel, version = said
        if not all(said):
            raise ValueError("needs consent_on, consent_channel and consent_version together, or none of them")
        return self.given(version=version, channel=channel, on=_when(on, zone))


def moment(day: dt.date, clock: dt.time, zone: ZoneInfo) -> dt.datetime:
    """Give the moment at which a clock shows a time.

    Raises:
        ValueError: It shows it never that day, or twice.
    """
    first, second = (dt.datetime.combine(day, clock, zone).replace(fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    if first.astimezone(zone).time() != clock:
        raise ValueError(f"{clock:%H:%M} does not exist on {day}: the clocks go forward; write another time")
    if first != second:
        raise ValueError(f"{clock:%H:%M} comes twice on {day}: the clocks go back; write another time")
    return first


def _text(written: str, longest: int) -> str:
    text = _short(written, longest)
    if not text:
        raise ValueError("is empty")
    return text


def _short(written: str, longest: int) -> str:
    text = " ".join(written.split())
    if len(text) > longest:
        raise ValueError(f"has more than {longest} characters")
    if not text.isprintable():
        raise ValueError("holds what is no text")
    return text


def _place(written: str) -> str:
    place = _short(written, LONGEST_PLACE).lower()
    if place and not _PLACE.fullmatch(place):
        raise ValueError("is no body part; write it in words, such as left knee")
    return place


def _day(written: str) -> dt.date:
    try:
        return dt.date.fromisoformat(written.strip())
    except ValueError:
        raise ValueError(f'"{written.strip()[:20]}" is no date; write it as 2026-12-31') from None


def _clock(written: str) -> dt.time:
    text = " ".join(written.split()).upper()
    for form in _TIMES:
        try:
            return dt.datetime.strptime(text, form).time()  # noqa: DTZ007 (a time of day has no zone)
        except ValueError:
            continue
    raise ValueError(f'"{written.strip()[:20]}" is no time; write it as 14:30')


def _when(written: str, zone: ZoneInfo) -> dt.datetime:
    """Read a day, from its beginning, or a moment."""
    try:
        found = dt.datetime.fromisoformat(written)
    except ValueError:
        raise ValueError(f'"{written[:30]}" is no date; write consent_on as 2026-12-31') from None
    return (found if found.tzinfo is not None else found.replace(tzinfo=zone)).astimezone(dt.UTC)


def _status(written: str) -> AppointmentStatus:
    try:
        # Americans write it with one l.
        return AppointmentStatus(written.strip().lower().replace("canceled", "cancelled") or "booked")
    except ValueError:
        raise ValueError(f'"{written.strip()[:20]}" is no status; write booked or cancelled') from None
