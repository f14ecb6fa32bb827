"""The project's own messages with and without danger."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "triage_set"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One message: its level is emergency, same_day or none."""

    id: str
    text: str
    level: str
    sign: str


def rows(name: str) -> list[Row]:
    """Read one file of the set.

    Args:
        name: The file's name.

    Returns:
        Its rows.
    """
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return [Row(**line) for line in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def emergencies() -> list[Row]:
    """Give the messages that need an ambulance.

    Returns:
        The rows whose level is emergency.
    """
    return [row for row in rows("red_flags.tsv") if row.level == "emergency"]
