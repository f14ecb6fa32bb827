"""`frontdesk test` runs everything, shows what failed, and ends with pytest's own summary."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from bot.cli import checks
from bot.cli.checks import Check, run_check

ROOT = Path(__file__).resolve().parents[3]


def _check(program: str, *, live: bool = False) -> Check:
    return Check(name="example", command=[sys.executable, "-c", program], live=live)


def test_output_of_a_passing_check_is_not_shown(capsys: pytest.CaptureFixture[str]):
    """Nobody reads fifty lines of success."""
    said: list[str] = []

    outcome = run_check(_check("print('all well')"), ROOT, said.append)

    assert outcome.passed
    assert said == ["✓ example"]
    assert capsys.readouterr().out == ""


def test_output_of_a_failing_check_is_shown(capsys: pytest.CaptureFixture[str]):
    """What it says is what has to be done."""
    outcome = run_check(_check("raise SystemExit('line 3: unused import')"), ROOT, lambda _: None)

    assert not outcome.passed
    assert "line 3: unused import" in capsys.readouterr().out


def test_tests_are_shown_as_they_run_and_their_summary_is_kept(capsys: pytest.CaptureFixture[str]):
    """The summary line is repeated at the very end, so it has to be found."""
    line = "======= 2 failed, 310 passed, 1 skipped in 71.30s (0:01:11) ======="

    outcome = run_check(_check(f"print('tests/unit ..F'); print({line!r}); exit(1)", live=True), ROOT, lambda _: None)

    assert outcome.summary == line
    assert not outcome.passed
    assert "tests/unit ..F" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "is_summary"),
    [
        ("==== 5 passed in 0.10s ====", True),
        ("\x1b[32m\x1b[32m\x1b[1m5 passed\x1b[0m\x1b[32m in 0.10s\x1b[0m", True),
        ("==== no tests ran in 0.01s ====", True),
        ("==== 1 error in 0.50s ====", True),
        ("tests/unit/test_deadline.py passed the gate", False),
        ("==== short test summary info ====", False),
    ],
)
def test_summary_line_of_pytest_is_recognised(line: str, is_summary: bool):
    """With colour and without."""
    assert bool(checks._PYTEST_SUMMARY.match(line)) is is_summary


def test_quick_leaves_out_what_is_slow():
    """The markers are the ones of pyproject.toml."""
    command = checks.app_tests(ROOT, {}, left_out="browser or end_to_end", pytest_args=["-x"]).command

    assert command[-3:] == ["-m", "not (browser or end_to_end)", "-x"]


def test_path_typed_in_another_folder_holds_in_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`frontdesk test test_cost.py::test_one` means the file beside the person who typed it."""
    (tmp_path / "test_cost.py").touch()
    monkeypatch.chdir(tmp_path)

    command = checks.app_tests(ROOT, {}, left_out="", pytest_args=["test_cost.py::test_one"]).command

    assert command[-1] == f"{tmp_path}/test_cost.py::test_one"


def test_browser_is_found_on_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The distribution's Chromium serves as well as Playwright's own."""
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    assert checks.find_browser() == {"FRONTDESK_CHROMIUM": str(program)}
