"""What 500 messages of the set come to, as it stands in tests/triage_set/outcomes.tsv.

Whoever fits a new model, or changes red_flags.yml or the costs, writes the list anew, reads the difference, and commits
both: `.venv/bin/python -m tests.unit.triage.outcomes`.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import replace

from bot.bootstrap import read_triage
from bot.settings import load_settings
from bot.triage import RedFlag, Triage
from tests.unit.triage.triage_set import FOLDER, Row, rows

FILE = FOLDER / "outcomes.tsv"
MESSAGES = 500
ROUNDING = 0.01
"""How far another processor's rounding may move what the model makes of a message."""


def outcome(flag: RedFlag | None) -> str:
    """Give "card emergency", "card urgent", "card crisis", "check" or "nothing"."""
    if flag is None:
        return "nothing"
    return f"card {flag.card_level}" if flag.sure else "check"


def read_outcomes() -> dict[str, str]:
    """Read the list: the outcome of each id."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["outcome"] for row in csv.DictReader(file, delimiter="\t")}


def everything() -> list[Row]:
    """Give the messages of the set, the dangerous ones first."""
    return [*rows("red_flags.tsv"), *rows("not_red_flags.tsv")]


def write_outcomes(triage: Triage) -> int:
    """Write the list anew, of messages spread over the set that are not at the edge of an outcome.

    Args:
        triage: What looks for danger.

    Returns:
        How many outcomes differ from those that stood there.
    """
    before = read_outcomes() if FILE.is_file() else {}
    firm = [row for row in everything() if _is_firm(triage, row.text)]
    chosen = [firm[at * len(firm) // MESSAGES] for at in range(MESSAGES)]
    found = {row.id: outcome(triage.check(row.text)) for row in chosen}
    lines = ["id\toutcome", *(f"{name}\t{got}" for name, got in found.items())]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return sum(before.get(name, got) != got for name, got in found.items())


def _is_firm(triage: Triage, text: str) -> bool:
    """Say whether the outcome stays when every number of the model is a little higher or lower."""
    heard, reading = triage.floor.signs(text), triage.model.read(text)
    moved = [
        replace(
            reading,
            danger=min(max(reading.danger + step, 0.0), 1.0),
            emergency=min(max(reading.emergency + turn, 0.0), 1.0),
            crisis=min(max(reading.crisis + step, 0.0), 1.0),
        )
        for step in (-ROUNDING, 0.0, ROUNDING)
        for turn in (-ROUNDING, ROUNDING)
    ]
    return len({outcome(triage.weigh(heard, one)) for one in moved}) == 1


def main() -> int:
    """Write the list; return the exit status."""
    changed = write_outcomes(read_triage(load_settings({})))
    sys.stdout.write(f"wrote {MESSAGES} outcomes to {FILE}; {changed} of the messages listed before have another one\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
