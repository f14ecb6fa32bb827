"""FHIR R4 resources in a file: a resource, a list of them, a bundle, or one a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.appointments.fhir_resources import read_resources, unpacked
from bot.appointments.outcome import ReadFile
from bot.appointments.text_file import read_text
from bot.appointments.written import Reader
from bot.errors import ContentError

LONGEST_FILE = 100_000_000
MISSING = "is not in the file, so there is no phone number; put the Patient into the file too, as in a Bundle."


def read_fhir(path: Path, reader: Reader) -> ReadFile:
    """Read the appointments of a file; what can be kept is, whatever is wrong with others.

    Args:
        path: One resource or a list of them (`.json`), or one a line (`.ndjson`).
        reader: Reads the values.

    Raises:
        ContentError: It is no JSON, or holds no resources.
    """
    try:
        resources = [one for value in _values(path) for one in unpacked(value)]
    except ValueError as error:
        raise ContentError(path, str(error)) from error
    if all(one.get("resourceType") != "Appointment" for _address, one in resources):
        raise ContentError(path, "holds no Appointment; give one, a Bundle with some, or one a line.")
    return read_resources(resources, reader, MISSING)


def _values(path: Path) -> Iterator[Any]:
    text = read_text(path, longest=LONGEST_FILE, else_save="JSON always is.")
    if path.suffix.lower() != ".ndjson":
        yield _parsed(path, text, 1)
        return
    for number, line in enumerate(re.split(r"\r?\n", text), 1):
        if line.strip():
            yield _parsed(path, line, number)


def _parsed(path: Path, text: str, first_line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ContentError(path, f"is no JSON: {error.msg}.", first_line + error.lineno - 1) from error
    except RecursionError as error:
        raise ContentError(path, "is no FHIR: it is nested too deeply.") from error
