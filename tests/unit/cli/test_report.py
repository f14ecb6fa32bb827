"""`frontdesk report`: the figures on the terminal, as JSON and as tables for a spreadsheet."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.bootstrap import Services
from bot.cli.main import frontdesk
from bot.settings import Settings
from tests.unit.analytics.small_clinic import SECRET, fill

FORTNIGHT = ("--from", "2026-03-02", "--to", "2026-03-15")


@pytest.fixture
def report(settings: Settings, services: Services, monkeypatch: pytest.MonkeyPatch):
    """Give a way to run it on the small clinic."""
    fill(services.database)
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", settings.database_url)

    def run_it(*words: str, status: int = 0) -> Result:
        result = CliRunner().invoke(frontdesk, ["report", *words])
        assert result.exit_code == status, result.output
        return result

    return run_it


def test_the_terminal_shows_the_sentence_and_the_tables(report):
    """Without the one that only a spreadsheet holds, and without a word of a patient."""
    shown = report(*FORTNIGHT).output

    assert shown.startswith("2026-03-02 to 2026-03-15\nIn 14 days: 8 of 13 questions answered; 12 chats,")
    assert "Safe containment" in shown
    assert "Topic by treatment by week" not in shown
    assert SECRET not in shown


def test_a_program_reads_the_same_as_a_spreadsheet(report, tmp_path: Path):
    """Each table is a file that opens with its accents."""
    found = json.loads(report(*FORTNIGHT, "--json").output)
    report(*FORTNIGHT, "--csv", str(tmp_path / "out"))

    files = sorted((tmp_path / "out").iterdir())
    assert {file.stem for file in files} == found.keys() - {"from", "to"}
    for file in files:
        assert file.read_bytes().startswith(b"\xef\xbb\xbf")
        assert SECRET not in file.read_text("utf-8")
        rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
        as_text = [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in found[file.stem]]
        assert rows == as_text


def test_the_last_days_are_shown_where_none_are_named(report):
    """They are quiet ones here."""
    assert "In 7 days nobody has written." in report("--days", "7").output


@pytest.mark.parametrize(
    ("words", "status", "problem"),
    [(("--from", "soon"), 2, "does not match"), (("--from", "2026-03-02", "--to", "2026-03-01"), 1, "after the last")],
)
def test_what_is_no_period_is_named(report, words: tuple[str, ...], status: int, problem: str):
    """By what is wrong with it."""
    assert problem in report(*words, status=status).output
