"""Appointments from a file or a server into the book: what can be kept is, and of the rest it is said what is wrong."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.appointments.book import Book, Put
from bot.appointments.csv_file import read_csv
from bot.appointments.fhir_file import read_fhir
from bot.appointments.fhir_server import FhirServer
from bot.appointments.models import AppointmentSource
from bot.appointments.outcome import ReadFile, Trouble
from bot.appointments.written import Reader
from bot.errors import ContentError
from bot.staff.actor import Actor

IMPORTED_BY = Actor(staff_member_id=None, name="The import of appointments")


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What came of it.

    Attributes:
        counts: How many appointments were put how.
        troubles: What could not be kept, and why.
        passed_over: How many say nothing of an appointment that is booked or cancelled.
    """

    counts: Mapping[Put, int]
    troubles: tuple[Trouble, ...]
    passed_over: int


def import_file(path: Path, book: Book, reader: Reader, by: Actor) -> Imported:
    """Put the appointments of a file into the book.

    Args:
        path: A table (`.csv`), or FHIR resources (`.json`, `.ndjson`).
        book: Where to.
        reader: Reads their values.
        by: Who does it.

    Raises:
        ContentError: The file cannot be read at all.
    """
    match path.suffix.lower():
        case ".csv":
            found = read_csv(path, reader)
        case ".json" | ".ndjson":
            found = read_fhir(path, reader)
        case _:
            raise ContentError(path, "is neither a table (.csv) nor FHIR resources (.json, .ndjson).")
    return _put(found, book, by)


def import_from_server(server: FhirServer, since: dt.date, book: Book, reader: Reader, by: Actor) -> Imported:
    """Put the appointments of a server into the book.

    Args:
        server: Where they are.
        since: From which day on.
        book: Where to.
        reader: Reads their values.
        by: Who does it.

    Raises:
        FhirServerError: It gives none.
    """
    return _put(server.read(since, reader), book, by)


def _put(found: ReadFile, book: Book, by: Actor) -> Imported:
    counts = Counter(book.put(details, by)[1] for _place, details in found.details)
    counts.update(book.cancel_from(AppointmentSource.FHIR, external_id, by) for external_id in found.cancelled)
    passed_over = found.passed_over + counts.pop(Put.UNKNOWN, 0)
    return Imported(counts=counts, troubles=tuple(found.troubles), passed_over=passed_over)
