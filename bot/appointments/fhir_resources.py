"""Appointments as FHIR R4 resources, with the patients that they name, made into those that the book keeps."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.appointments.models import AppointmentSource
from bot.appointments.outcome import ReadFile, Trouble
from bot.appointments.written import Reader, Written
from bot.errors import InvalidAppointmentError
from bot.reading.mistakes import in_words

if TYPE_CHECKING:
    from fhir.resources.R4B.appointment import Appointment
    from fhir.resources.R4B.contactpoint import ContactPoint
    from fhir.resources.R4B.humanname import HumanName
    from fhir.resources.R4B.patient import Patient

BOOKED = frozenset({"booked", "arrived", "checked-in", "fulfilled"})
CANCELLED = frozenset({"cancelled", "noshow", "entered-in-error"})
"""Also who did not come: nothing that is said after a procedure is for them."""
REQUESTED = frozenset({"proposed", "pending", "waitlist"})
_OLD = "old"
_PHONES = frozenset({"phone", "sms"})
_MOBILE = ("mobile", "home", "work", "temp", None)
"""Which number of several a text is sent to."""

Resource = dict[str, Any]
Model = TypeVar("Model", bound=BaseModel)


class _BrokenError(Exception):
    """Raised when a resource is not what it should be; says why."""


def read_resources(resources: Sequence[tuple[str, Resource]], reader: Reader, missing: str) -> ReadFile:
    """Read the appointments among resources; what can be kept is, whatever is wrong with others.

    The library knows R4B, whose Appointment and Patient are those of R4. A patient is looked for in the resource, then
    among all of them.

    Args:
        resources: Appointments and the patients that they name, each with the address that a bundle gives it, or "".
        reader: Reads the values.
        missing: What is said of a patient who is not among them, after the reference.
    """
    found = ReadFile()
    patients = _Patients(resources, missing)
    appointments = [one for _address, one in resources if one.get("resourceType") == "Appointment"]
    ids = Counter(str(one.get("id")) for one in appointments)
    for number, resource in enumerate(appointments, 1):
        given = resource.get("id")
        if given and ids[str(given)] > 1:
            problem = "stands in the file several times; keep the one that holds."
            found.troubles.append(Trouble(place=f"Appointment/{given}", problem=problem))
            continue
        place = f"Appointment/{given}" if isinstance(given, str) and given else f"Appointment number {number}"
        try:
            _take(resource, patients, reader, place, found)
        except (_BrokenError, InvalidAppointmentError) as error:
            found.troubles.append(Trouble(place=place, problem=str(error)))
    return found


def unpacked(value: Any) -> Iterator[tuple[str, Resource]]:
    """Give each resource of what was read, those of bundles one by one, with the address that a bundle gives it.

    Args:
        value: A resource or a list of them.

    Raises:
        ValueError: It holds what is no resource; says what it is.
    """
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, dict) or not isinstance(one.get("resourceType"), str):
            raise ValueError("holds what is no FHIR resource: each has a resourceType.")  # noqa: TRY004 (what is read)
        entries = one.get("entry") if one["resourceType"] == "Bundle" else None
        if entries is None:
            yield "", one
            continue
        if not isinstance(entries, list):
            raise ValueError("holds a Bundle whose entry is no list.")  # noqa: TRY004 (what is read)
        for entry in entries:
            inner = entry.get("resource") if isinstance(entry, dict) else None
            if isinstance(inner, dict):
                yield str(entry.get("fullUrl") or ""), inner


class _Patients:
    """The patients whom appointments may name."""

    def __init__(self, resources: Sequence[tuple[str, Resource]], missing: str) -> None:
        patients = [(address, one) for address, one in resources if one.get("resourceType") == "Patient"]
        self._by_key = {key: one for address, one in patients for key in _keys(address, one)}
        self._missing = missing

    def __contains__(self, reference: object) -> bool:
        return reference in self._by_key

    def named(self, reference: str) -> Resource:
        """Give the one whom a reference means.

        Raises:
            _BrokenError: There is none.
        """
        found = self._by_key.get(reference) or self._by_key.get(local_reference(reference))
        if found is None:
            raise _BrokenError(f"participant: {reference[:80]} {self._missing}")
        return found


def local_reference(reference: str) -> str:
    """Give a reference to a resource without its server and version: `Patient/21`."""
    return "/".join(reference.split("/_history", maxsplit=1)[0].split("/")[-2:])


def _take(resource: Resource, patients: _Patients, reader: Reader, place: str, found: ReadFile) -> None:
    from fhir.resources.R4B.appointment import Appointment

    appointment = _validated(Appointment, resource)
    if not appointment.id:
        raise _BrokenError("has no id; without one a later change of it could not be told from another appointment.")
    status = str(appointment.status)
    if status in REQUESTED:
        found.passed_over += 1
    elif status in CANCELLED:
        found.cancelled.append(str(appointment.id))
    elif status in BOOKED:
        found.details.append((place, reader.read(_written(appointment, patients, reader), AppointmentSource.FHIR)))
    else:
        known = ", ".join(sorted(BOOKED | CANCELLED | REQUESTED))
        raise _BrokenError(f"status: '{status[:30]}' is none of FHIR's ({known}).")


def _written(appointment: Appointment, patients: _Patients, reader: Reader) -> Written:
    if appointment.start is None:
        raise _BrokenError("start: is missing; a booked appointment has one, such as 2026-12-10T09:30:00-06:00.")
    if appointment.end is not None and appointment.end < appointment.start:
        raise _BrokenError("end: is before the start.")
    actor, patient = _patient_of(appointment, patients)
    start: dt.datetime = appointment.start
    updated = None if appointment.meta is None else appointment.meta.lastUpdated
    return Written(
        id=str(appointment.id),
        patient_id=str(patient.id or ""),
        name=_name(patient) or str(actor.display or ""),
        phone=_phone(patient, start),
        treatment=reader.treatment_in(" ; ".join(_words(appointment))) or "",
        language=_language(patient),
        starts_at=start,
        said_at=updated,
    )


def _patient_of(appointment: Appointment, patients: _Patients) -> tuple[Any, Patient]:
    from fhir.resources.R4B.patient import Patient

    contained = {f"#{one.id}": one for one in appointment.contained or () if isinstance(one, Patient)}
    actors = [
        one.actor
        for one in appointment.participant or ()
        if one.actor is not None and one.actor.reference is not None and one.status != "declined"
    ]
    named = {
        str(actor.reference): actor
        for actor in actors
        if "Patient/" in str(actor.reference) or actor.reference in contained or actor.reference in patients
    }
    if not named:
        raise _BrokenError("participant: names no Patient; one of them must be the patient who comes.")
    if len(named) > 1:
        raise _BrokenError("participant: names several patients; give each an appointment of their own.")
    reference, actor = named.popitem()
    if reference in contained:
        return actor, contained[reference]
    resource = patients.named(reference)
    try:
        return actor, _validated(Patient, resource)
    except _BrokenError as error:
        raise _BrokenError(f"{reference[:80]}: {error}") from None


def _validated(model: type[Model], resource: Resource) -> Model:
    try:
        return model.model_validate(resource)
    except ValidationError as error:
        told = [f"{'.'.join(map(str, one['loc']))}: {_in_words(one)}" for one in error.errors()[:5]]
        raise _BrokenError(f"{'; '.join(told)}.") from error


def _in_words(problem: Mapping[str, Any]) -> str:
    """Say what the library found, without what stands there: it may be a patient's."""
    message = str(problem["msg"])
    if "Instant" in message:
        return "is no moment; write it with its zone, such as 2026-12-10T09:30:00-06:00"
    if "required" in message:
        return "is missing"
    if problem["type"] == "string_pattern_mismatch":
        return "may hold letters, digits, - and . only"
    # A library's own sentence may run over lines, and repeat what it was given.
    return "is not what FHIR has there" if problem["type"] == "value_error" else " ".join(in_words(problem).split())


def _name(patient: Patient) -> str:
    names: list[HumanName] = list(patient.name or ())
    order = ("official", "usual", None)
    best = min(names, key=lambda one: order.index(one.use) if one.use in order else len(order), default=None)
    if best is None:
        return ""
    return str(best.text or " ".join(str(part) for part in (*(best.given or ()), best.family) if part))


def _phone(patient: Patient, on: dt.datetime) -> str:
    points: list[ContactPoint] = [
        one
        for one in patient.telecom or ()
        if one.system in _PHONES and one.value and one.use != _OLD and not _is_over(one, on)
    ]
    best = min(
        points,
        key=lambda one: (_MOBILE.index(one.use) if one.use in _MOBILE else len(_MOBILE), one.rank or 100),
        default=None,
    )
    return "" if best is None else str(best.value)


def _is_over(point: ContactPoint, on: dt.datetime) -> bool:
    ends = None if point.period is None else point.period.end
    # A year, a month or a day may stand for a moment.
    return ends is not None and str(ends)[:10] < on.date().isoformat()


def _language(patient: Patient) -> str:
    spoken = sorted(patient.communication or (), key=lambda one: not one.preferred)
    codings = [coding for one in spoken for coding in one.language.coding or ()]
    return next((str(coding.code) for coding in codings if coding.code), "")


def _words(appointment: Appointment) -> Iterator[str]:
    """Give what says what it is for."""
    concepts = [*(appointment.serviceType or ()), *(appointment.reasonCode or ()), appointment.appointmentType]
    for concept in filter(None, concepts):
        yield from (str(text) for text in (concept.text, *_codings(concept)) if text)
    if appointment.description:
        yield str(appointment.description)


def _codings(concept: Any) -> Iterator[str | None]:
    for coding in concept.coding or ():
        yield coding.code
        yield coding.display


def _keys(address: str, patient: Resource) -> Iterator[str]:
    if address:
        yield address
    if isinstance(patient.get("id"), str):
        yield f"Patient/{patient['id']}"
