"""Appointments from a FHIR server, over real HTTP: pages, patients, trouble on the way, and what stays at home."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.appointments.book import Book, Put
from bot.appointments.fhir_server import FhirServer
from bot.appointments.importing import import_from_server
from bot.appointments.outcome import ReadFile
from bot.bootstrap import Services
from bot.cli.commands import appointments as appointments_command
from bot.errors import FhirServerError
from tests.unit.appointments.appointments_in_tests import ANA, PHONE, reader
from tests.unit.appointments.fhir_server_in_tests import TOKEN, FhirServerInTests, Json

DAY = dt.date(2026, 12, 1)
SEARCH = "/fhir/Appointment?"
BROKEN_OFF: tuple[int, dict[str, str], bytes] = (200, {"content-length": "1000"}, b'{"resourceType": "Bun')


def _patient(patient: str = "p") -> Json:
    return {
        "resourceType": "Patient",
        "id": patient,
        "name": [{"text": "Zoe Quill"}],
        "telecom": [{"system": "phone", "value": "312-555-0123"}],
    }


def _appointment(number: int, patient: str = "Patient/p", **more: Any) -> Json:
    return {
        "resourceType": "Appointment",
        "id": f"a{number}",
        "status": "booked",
        "start": "2026-12-10T09:30:00-06:00",
        "end": "2026-12-10T10:00:00-06:00",
        "participant": [{"actor": {"reference": patient}, "status": "accepted"}],
        **more,
    }


@pytest.fixture
def server() -> Iterator[FhirServerInTests]:
    """Run a server that has three pages, with the patient on the last."""
    with FhirServerInTests().running() as running:
        running.pages = [
            [_appointment(1), _appointment(2)],
            [_appointment(3), {"resourceType": "OperationOutcome", "issue": []}],
            [_appointment(4), _patient()],
        ]
        yield running


def _read(server: FhirServerInTests, **values: Any) -> ReadFile:
    paused: list[float] = values.pop("paused", [])
    there = FhirServer(base=server.base, **{"token": TOKEN, "sleep": paused.append, **values})
    return there.read(DAY, reader())


def _ids(found: ReadFile) -> list[str]:
    return [details.external_id for _place, details in found.details]


def test_all_pages_are_read_and_a_patient_may_stand_on_a_later_one(server: FhirServerInTests):
    """From the day on that is asked for."""
    found = _read(server)

    assert found.troubles == []
    assert _ids(found) == ["a1", "a2", "a3", "a4"]
    assert {details.phone for _place, details in found.details} == {PHONE}
    assert server.asked[0].startswith(f"{SEARCH}date=ge2026-12-01&_include=Appointment:patient")
    assert len(server.asked) == 3


def test_patients_whom_the_search_leaves_out_are_asked_for_once(server: FhirServerInTests):
    """By whatever form of reference to this server; of whom it does not know that is told, the rest is kept."""
    server.pages = [
        [
            _appointment(1, "Patient/p/_history/2"),
            _appointment(2, f"{server.base}/Patient/p"),
            _appointment(3, "Patient/unknown"),
            _appointment(4, "https://elsewhere.example/Patient/p2"),
        ]
    ]
    server.patients = {"p": _patient()}

    found = _read(server)

    assert _ids(found) == ["a1", "a2"]
    assert [trouble.place for trouble in found.troubles] == ["Appointment/a3", "Appointment/a4"]
    assert "not among what the server gave" in str(found.troubles[0])
    assert server.asked[1:] == ["/fhir/Patient/p", "/fhir/Patient/unknown"]


def test_what_fails_in_passing_is_tried_again(server: FhirServerInTests):
    """An error of the server's, a line that breaks off, and a server that asks for time."""
    server.answers = {
        SEARCH: [(503, {}, b""), (429, {"retry-after": "7"}, b"")],
        "/fhir?page=2": [BROKEN_OFF],
    }
    paused: list[float] = []

    found = _read(server, paused=paused)

    assert found.troubles == []
    assert _ids(found) == ["a1", "a2", "a3", "a4"]
    assert paused == [1.0, 7.0, 1.0]


def test_nothing_is_lost_when_it_fails_half_way(server: FhirServerInTests, services: Services):
    """What came before is kept and the failure told; the next import has the rest, and puts nothing twice."""
    server.pages[0].append(_patient())
    server.answers = {"/fhir?page=2": [(500, {}, b"")] * 3}
    book = Book(services.database)
    there = FhirServer(base=server.base, token=TOKEN, sleep=lambda _seconds: None)

    half = import_from_server(there, DAY, book, reader(), ANA)
    whole = import_from_server(there, DAY, book, reader(), ANA)

    assert half.counts == {Put.ADDED: 3}
    (trouble,) = half.troubles
    assert "status 500" in str(trouble)
    assert "What came before page 3 is kept; import once more" in str(trouble)
    assert whole.counts == {Put.SAME: 3, Put.ADDED: 1}
    assert whole.troubles == ()


def test_the_same_appointment_on_two_pages_counts_once(server: FhirServerInTests):
    """Pages move on while they are read; the later word holds."""
    server.pages = [[_appointment(1)], [_appointment(1, start="2026-12-10T09:00:00-06:00"), _patient()]]

    found = _read(server)

    assert found.troubles == []
    ((_place, details),) = found.details
    assert details.starts_at == dt.datetime(2026, 12, 10, 15, tzinfo=dt.UTC)


REFUSED: list[tuple[str, tuple[int, dict[str, str], bytes], str]] = [
    ("a wrong token", (401, {}, b""), "does not take the token"),
    ("a token that may not read", (403, {}, b""), "may not read there"),
    ("no FHIR", (404, {}, b"<html>"), "no FHIR at this address"),
    ("a search that it refuses", (400, {}, b"{}"), "refuses the search"),
    ("another place", (302, {"location": "https://elsewhere.example/"}, b""), "sends us elsewhere"),
    ("a page for people", (200, {}, b"<html>Sign in</html>"), "is no JSON"),
    ("a list", (200, {}, b"[]"), "no FHIR resource"),
    ("no bundle", (200, {}, b'{"resourceType": "OperationOutcome"}'), "no Bundle"),
    ("a bundle that is broken", (200, {}, b'{"resourceType": "Bundle", "entry": 1}'), "entry is no list"),
    ("links that are none", (200, {}, b'{"resourceType": "Bundle", "link": 1}'), "link is no list"),
    ("nested too deeply", (200, {}, b"[" * 100_000), "is no JSON"),
]


@pytest.mark.parametrize(("answer", "says"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_what_stands_in_the_way_is_told_at_once(
    server: FhirServerInTests, answer: tuple[int, dict[str, str], bytes], says: str
):
    """It is of no use to try that again."""
    server.answers = {SEARCH: [answer]}

    with pytest.raises(FhirServerError, match=says):
        _read(server)

    assert len(server.asked) == 1


def test_a_server_that_is_down_says_so(server: FhirServerInTests):
    """After three tries."""
    server.answers = {SEARCH: [(503, {}, b"Zoe Quill is not available")] * 3}

    with pytest.raises(FhirServerError, match="status 503") as told:
        _read(server)

    assert "Zoe" not in str(told.value)
    assert len(server.asked) == 3


def test_a_server_that_is_not_there_says_so():
    """Nothing listens."""
    there = FhirServer(base="http://127.0.0.1:9/fhir", sleep=lambda _seconds: None)

    with pytest.raises(FhirServerError, match="cannot be reached"):
        there.read(DAY, reader())


def test_the_token_goes_to_no_other_server(server: FhirServerInTests):
    """Wherever the next page is said to be."""
    page = server.page(0)
    page["link"] = [{"relation": "next", "url": "http://127.0.0.1:9/fhir?page=2"}]
    server.answers = {SEARCH: [(200, {}, json.dumps(page).encode())]}

    with pytest.raises(FhirServerError, match="next page is on another one"):
        _read(server)


def test_pages_that_go_round_in_a_circle_end(server: FhirServerInTests):
    """What they held is kept."""
    page = server.page(2)
    page["link"] = [{"relation": "next", "url": f"{server.base}?page=1"}]
    server.answers = {"/fhir?page=2": [(200, {}, json.dumps(page).encode())]}

    found = _read(server)

    assert _ids(found) == ["a1", "a2", "a3", "a4"]
    assert "circle" in str(found.troubles[0])


def test_all_of_it_has_an_end(server: FhirServerInTests):
    """A nightly job never hangs."""
    with pytest.raises(FhirServerError, match="took more than 0 seconds"):
        _read(server, all_in=0.0)


@pytest.mark.parametrize(
    ("base", "token", "says"),
    [
        ("http://ehr.example/fhir", "", "must begin with https"),
        ("ehr.example/fhir", "", "no base of a FHIR server"),
        ("https://ehr.example/fhir?x=1", "", "no base of a FHIR server"),
        ("https://zoe:secret@ehr.example/fhir", "", "put a token into a file"),
        ("https://ehr.example:port/fhir", "", "is no address"),
        ("https://ehr.example/fhir", "two words", "the token alone"),
    ],
)
def test_an_address_or_token_that_is_none_says_what_to_write(base: str, token: str, says: str):
    """Before anything is sent."""
    with pytest.raises(FhirServerError, match=says):
        FhirServer(base=base, token=token)


def test_the_command_reads_the_token_from_a_file(
    server: FhirServerInTests, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Which stands in no list of processes; a wrong use of it says what to write."""
    monkeypatch.setattr(appointments_command, "running_services", lambda _settings: services)
    monkeypatch.setattr(services.database, "close", lambda: None)
    token = tmp_path / "token"
    token.write_text(f"{TOKEN}\n", encoding="utf-8")

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(appointments_command.command, ["import", *arguments])
        return result.exit_code, result.output

    server_and_token = ("--server", server.base, "--token-file", str(token))
    assert run(*server_and_token, "--since", "2026-12-01") == (0, "4 added.\n")
    assert run(*server_and_token) == (0, "4 same.\n")
    assert "give a FILE, or the address" in run()[1]
    assert "are for a server" in run(str(token), "--since", "2026-12-01")[1]
    token.write_text("\n", encoding="utf-8")
    assert "is empty" in run(*server_and_token)[1]
