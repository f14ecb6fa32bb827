"""Appointments in a table, as a practice's software or a spreadsheet writes it: one a line, named columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.appointments.models import AppointmentSource
from bot.appointments.outcome import ReadFile, Trouble
from bot.appointments.text_file import read_text
from bot.appointments.written import Reader, Written
from bot.errors import ContentError, InvalidAppointmentError

NEEDED = ("id", "name", "phone", "date", "time")
OPTIONAL = (
    "patient_id",
    "treatment",
    "body_part",
    "zone",
    "language",
    "status",
    "consent_on",
    "consent_channel",
    "consent_version",
)
COLUMNS = (*NEEDED, *OPTIONAL)
LONGEST_FILE = 20_000_000
"""Bytes; a clinic's year is a hundredth of it."""


def read_csv(path: Path, reader: Reader) -> ReadFile:
    """Read a table of appointments; what can be kept is, whatever is wrong with other lines.

    Args:
        path: The file: UTF-8, the names of the columns in its first line, commas or semicolons between.
        reader: Reads each line's values.

    Raises:
        ContentError: It is no such table; names what to do.
    """
    text = read_text(path, longest=LONGEST_FILE, else_save="save it as CSV UTF-8.")
    first = text.partition("\n")[0]
    rows = _rows(path, text, ";" if first.count(";") > first.count(",") else ",")
    columns = _columns(path, next(rows, ("", []))[1])
    found = ReadFile()
    seen: dict[str, str] = {}
    for place, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(columns):
            problem = f"has {len(cells)} cells for {len(columns)} columns; put a cell with a comma into quotes."
            found.troubles.append(Trouble(place=place, problem=problem))
            continue
        values: dict[str, Any] = dict(zip(columns, cells, strict=False))
        try:
            details = reader.read(Written(**values), AppointmentSource.CSV)
        except InvalidAppointmentError as error:
            found.troubles.append(Trouble(place=place, problem=str(error)))
            continue
        if details.external_id in seen:
            problem = f"the same id as {seen[details.external_id]}; give each appointment its own."
            found.troubles.append(Trouble(place=place, problem=problem))
            continue
        seen[details.external_id] = place
        found.details.append((place, details))
    return found


def _rows(path: Path, text: str, delimiter: str) -> Iterator[tuple[str, list[str]]]:
    """Give each row with the number of its line in the file: a cell may be longer than a line."""
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield f"line {begins}", cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise ContentError(path, "has a quote that does not end; write a quote in a cell twice.", begins) from error


def _columns(path: Path, first: Sequence[str]) -> list[str]:
    columns = [name.strip().lower().replace(" ", "_") for name in first]
    known = ", ".join(COLUMNS)
    if not any(columns):
        raise ContentError(path, f"is empty; its first line must name the columns: {known}.", 1)
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise ContentError(path, f"has no column {', '.join(missing)}; the first line must name them.", 1)
    strange = [name for name in columns if name not in COLUMNS]
    if strange:
        raise ContentError(path, f"has a column '{strange[0]}', which is not known; there are {known}.", 1)
    if len(set(columns)) < len(columns):
        raise ContentError(path, "names a column twice; keep one.", 1)
    return columns
