"""FHIR R4 appointments from a file: the specification's own example, and broken ones that each say what is wrong."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.appointments.book import Book, Put
from bot.appointments.fhir_file import read_fhir
from bot.appointments.importing import import_file
from bot.appointments.treatment_names import TreatmentNames
from bot.appointments.written import Reader
from bot.bootstrap import Services
from bot.clinic import load_clinic
from bot.errors import ContentError
from bot.settings import load_settings
from tests.unit.appointments.appointments_in_tests import ANA, PHONE, file_of, reader

# From the specification (hl7.org/fhir/R4), which is in the public domain.
EXAMPLES = Path(__file__).parent / "fhir"
Json = dict[str, Any]
APPOINTMENT: Json = json.loads((EXAMPLES / "appointment-example.json").read_text("utf-8"))
PATIENT: Json = {
    "resourceType": "Patient",
    "id": "example",
    "name": [{"use": "official", "family": "Quill", "given": ["Zoe"]}],
    "telecom": [
        {"system": "email", "value": "zoe@example.org"},
        {"system": "phone", "use": "home", "value": "312-555-0177"},
        {"system": "phone", "use": "mobile", "value": "312-555-0166", "period": {"end": "2010-01"}},
        {"system": "phone", "use": "mobile", "value": "312-555-0123"},
    ],
    "communication": [
        {"language": {"coding": [{"code": "en"}]}},
        {"language": {"coding": [{"code": "es-MX"}]}, "preferred": True},
    ],
}


def _bundle(*resources: Json) -> Json:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


def _appointment(change: Callable[[Json], Any]) -> Json:
    changed = copy.deepcopy(APPOINTMENT)
    change(changed)
    return changed


def _patient(change: Callable[[Json], Any]) -> Json:
    changed = copy.deepcopy(PATIENT)
    change(changed)
    return changed


def _other_patient(one: Json) -> None:
    one["participant"].append({"actor": {"reference": "Patient/2"}, "status": "accepted"})


BROKEN: list[tuple[str, Json, Json, str]] = [
    ("no status", _appointment(lambda one: one.pop("status")), PATIENT, "status: is missing"),
    ("a status of no standard", _appointment(lambda one: one.update(status="maybe")), PATIENT, "none of FHIR's"),
    ("no start", _appointment(lambda one: one.pop("start")), PATIENT, "start: is missing"),
    ("a start without its zone", _appointment(lambda one: one.update(start="2026-12-10T09:30:00")), PATIENT, "zone"),
    ("a start that is a day", _appointment(lambda one: one.update(start="2026-12-10")), PATIENT, "no moment"),
    ("a start in words", _appointment(lambda one: one.update(start="soon")), PATIENT, "start: is no moment"),
    ("an end before it", _appointment(lambda one: one.update(end="2013-12-10T08:00:00Z")), PATIENT, "before the start"),
    ("nobody who comes", _appointment(lambda one: one.pop("participant")), PATIENT, "participant: is missing"),
    ("an empty list of them", _appointment(lambda one: one.update(participant=[])), PATIENT, "names no Patient"),
    ("staff alone", _appointment(lambda one: one["participant"].pop(0)), PATIENT, "names no Patient"),
    ("two patients", _appointment(_other_patient), PATIENT, "several patients"),
    ("a patient who is not there", APPOINTMENT, _patient(lambda one: one.update(id="other")), "not in the file"),
    ("a participant without status", _appointment(lambda one: one["participant"][0].pop("status")), PATIENT, "status"),
    (
        "a field that FHIR does not know",
        _appointment(lambda one: one.update(colour=1)),
        PATIENT,
        "colour: is not known",
    ),
    ("a number that is none", _appointment(lambda one: one.update(minutesDuration="x")), PATIENT, "whole number"),
    ("an id with a space", _appointment(lambda one: one.update(id="a b")), PATIENT, "id: may hold"),
    ("no id", _appointment(lambda one: one.pop("id")), PATIENT, "has no id"),
    ("no phone", APPOINTMENT, _patient(lambda one: one.pop("telecom")), "phone is empty"),
    ("a phone in words", APPOINTMENT, _patient(lambda one: one["telecom"][3].update(value="mum's")), "phone cannot"),
    (
        "a phone without area",
        APPOINTMENT,
        _patient(lambda one: one["telecom"][3].update(value="555-0123")),
        "area code",
    ),
    (
        "a language in words",
        APPOINTMENT,
        _patient(lambda one: one.update(communication=[{"language": {"coding": [{"code": "Spanish"}]}}])),
        "language is no",
    ),
    ("a patient who is broken", APPOINTMENT, _patient(lambda one: one.update(name="Zoe")), "Patient/example: name"),
]
NO_RESOURCES = [
    ("{", "is no JSON"),
    ("[1]", "no FHIR resource"),
    ('{"resourceType": "Bundle", "entry": 1}', "entry is no list"),
    ('{"resourceType": "Patient"}', "holds no Appointment"),
]


def _read(folder: Path, *resources: Json) -> Any:
    return read_fhir(file_of(folder, json.dumps(_bundle(*resources)), "a.json"), reader())


def test_the_specifications_example_is_read_with_its_patient(tmp_path: Path):
    """A clinic in Australia, where its phone numbers are."""
    settings = load_settings({})
    clinic = load_clinic(settings.clinic_path).model_copy(update={"country": "AU", "timezone": "Australia/Melbourne"})
    there = Reader(clinic, TreatmentNames(settings.knowledge_path, clinic), frozenset())
    example = json.loads((EXAMPLES / "patient-example.json").read_text("utf-8"))
    path = file_of(tmp_path, json.dumps(_bundle(APPOINTMENT, example)), "a.json")

    found = read_fhir(path, there)

    assert found.troubles == []
    ((place, details),) = found.details
    assert (place, details.patient_name, details.phone) == (
        "Appointment/example",
        "Peter James Chalmers",
        "+61334105613",
    )
    assert details.starts_at == dt.datetime(2013, 12, 10, 9, tzinfo=dt.UTC)
    assert (details.treatment, details.timezone, details.patient_key) == (None, "Australia/Melbourne", "example")


def test_all_examples_of_the_specification_are_read(tmp_path: Path):
    """Two are booked; the third is a request, which is passed over."""
    examples = [json.loads(path.read_text("utf-8")) for path in sorted(EXAMPLES.glob("appointment-*.json"))]

    found = _read(tmp_path, *examples, PATIENT)

    assert found.troubles == []
    assert [place for place, _details in found.details] == ["Appointment/example", "Appointment/2docs"]
    assert found.passed_over == 1


def test_the_example_alone_says_what_it_needs(tmp_path: Path):
    """Its patient, who has the phone number, is another resource."""
    (trouble,) = _read(tmp_path, APPOINTMENT).troubles

    assert "Patient/example is not in the file" in str(trouble)


def test_treatment_language_and_mobile_number_are_found(tmp_path: Path):
    """Where FHIR has them."""
    prp = _appointment(lambda one: one.update(serviceType=[{"text": "PRP injection, knee"}]))

    ((_place, details),) = _read(tmp_path, prp, PATIENT).details

    assert (details.treatment, details.language, details.phone) == ("prp", "es", PHONE)


@pytest.mark.parametrize(
    ("appointment", "patient", "says"), [one[1:] for one in BROKEN], ids=[one[0] for one in BROKEN]
)
def test_a_broken_one_says_what_is_wrong_and_others_are_kept(
    tmp_path: Path, appointment: Json, patient: Json, says: str
):
    """And repeats nothing of the patient."""
    good = _appointment(lambda one: one.update(id="good"))
    good["participant"][0]["actor"]["reference"] = "#p"
    good["contained"] = [{**PATIENT, "id": "p"}]

    found = _read(tmp_path, appointment, patient, good)

    assert [place for place, _details in found.details] == ["Appointment/good"]
    (trouble,) = found.troubles
    assert says in str(trouble)
    assert "Zoe" not in str(trouble)
    assert "0123" not in str(trouble)


@pytest.mark.parametrize(("text", "says"), NO_RESOURCES)
def test_what_holds_no_appointments_says_so(tmp_path: Path, text: str, says: str):
    """Before anything is kept."""
    with pytest.raises(ContentError, match=says):
        read_fhir(file_of(tmp_path, text, "a.json"), reader())


def test_changes_and_cancellations_follow_a_resource_a_line(tmp_path: Path, services: Services):
    """A cancelled one need say no more than its id; who did not come is told nothing afterwards."""
    book = Book(services.database)
    moved = _appointment(lambda one: one.update(start="2026-12-11T09:00:00Z", end="2026-12-11T10:00:00Z"))
    absent = {
        "resourceType": "Appointment",
        "id": "example",
        "status": "noshow",
        "participant": [{"status": "accepted"}],
    }
    stranger = {**absent, "id": "stranger"}
    asked = _appointment(lambda one: one.update(id="asked", status="proposed"))
    counts, passed_over = [], []

    for words in ([APPOINTMENT], [APPOINTMENT], [moved], [absent], [absent, stranger, asked], [moved]):
        text = "\n".join(json.dumps(one) for one in [*words, PATIENT])
        imported = import_file(file_of(tmp_path, text, "a.ndjson"), book, reader(), ANA)
        assert imported.troubles == ()
        counts.append(dict(imported.counts))
        passed_over.append(imported.passed_over)

    one_each = (Put.ADDED, Put.SAME, Put.CHANGED, Put.CANCELLED, Put.SAME, Put.CHANGED)
    assert counts == [{what: 1} for what in one_each]
    assert passed_over == [0, 0, 0, 0, 2, 0]
