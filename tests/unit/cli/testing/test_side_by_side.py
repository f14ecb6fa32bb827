"""Checks run at the same time; each is told of in a line, and what it printed is kept."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from bot.cli.steps import StepError
from bot.cli.testing.side_by_side import Check, Outcome, run_check, run_side_by_side, shown_in_full

ROOT = Path(__file__).resolve().parents[4]


_FOR_EACH_OTHER = (
    "import pathlib, sys, time\n"
    "mine, other = (pathlib.Path(path) for path in {paths!r})\n"
    "mine.touch()\n"
    "end = time.monotonic() + 20\n"
    "while not other.exists(): time.sleep(0.01); time.monotonic() < end or sys.exit(1)"
)


def _check(
    program: str, name: str = "example", *, needs_setup: bool = False, cost: float = 1.0, waits: bool = False
) -> Check:
    return Check(name=name, command=[sys.executable, "-c", program], needs_setup=needs_setup, cost=cost, waits=waits)


def _run(*checks: Check, prepare=None, slots: int = 2) -> tuple[dict[str, Outcome], list[str]]:
    said: list[str] = []
    outcomes = run_side_by_side(checks, root=ROOT, prepare=prepare, say=said.append, slots=slots)
    return {outcome.name: outcome for outcome in outcomes}, said


def test_checks_run_at_the_same_time(tmp_path: Path):
    """Each waits for a file that the other makes, so one after the other they would wait for ever."""
    one, other = str(tmp_path / "one"), str(tmp_path / "other")

    outcomes, said = _run(
        _check(_FOR_EACH_OTHER.format(paths=[one, other]), "one"),
        _check(_FOR_EACH_OTHER.format(paths=[other, one]), "other"),
    )

    assert all(outcome.passed for outcome in outcomes.values())
    assert {line.split(" (")[0] for line in said} == {"✓ one", "✓ other"}


def test_what_waits_takes_no_place_from_what_works(tmp_path: Path):
    """With one place, both run at the same time; two that work would not."""
    one, other = str(tmp_path / "one"), str(tmp_path / "other")

    outcomes, _ = _run(
        _check(_FOR_EACH_OTHER.format(paths=[one, other]), "works"),
        _check(_FOR_EACH_OTHER.format(paths=[other, one]), "waits", waits=True),
        slots=1,
    )

    assert all(outcome.passed for outcome in outcomes.values())


def test_no_more_work_at_a_time_than_there_are_places(tmp_path: Path):
    """Each makes the same folder for a while, which two at a time could not."""
    seen = (
        "import pathlib, time\n"
        f"here = pathlib.Path({str(tmp_path / 'busy')!r})\n"
        "here.mkdir()\n"
        "time.sleep(0.2)\n"
        "here.rmdir()"
    )

    outcomes, _ = _run(_check(seen, "one"), _check(seen, "other"), _check(seen, "third"), slots=1)

    assert all(outcome.passed for outcome in outcomes.values())


def test_what_takes_longest_begins_first():
    """Else it would run alone at the end."""
    _, said = _run(_check("", "short", cost=1), _check("", "long", cost=9), slots=1)

    assert [line.split()[1] for line in said] == ["long", "short"]


def test_set_up_goes_on_beside_what_does_not_need_it():
    """What needs it begins when it is done."""
    go_on = threading.Event()
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        go_on.set()

    run_side_by_side(
        [_check("", "needs it", needs_setup=True, cost=9), _check("", "does not")],
        root=ROOT,
        prepare=lambda: None if go_on.wait(20) else pytest.fail("nothing ran beside it"),
        say=say,
        slots=2,
    )

    assert [line.split(" (")[0] for line in said] == ["✓ does not", "✓ needs it"]


def test_failed_set_up_is_said_and_what_waited_for_it_is_no_success():
    """The rest is run all the same."""

    def prepare() -> None:
        raise StepError("training Rasa failed: the disk is full.")

    outcomes, _ = _run(_check("", "needs it", needs_setup=True), _check("", "does not"), prepare=prepare)

    assert outcomes["does not"].passed
    assert not outcomes["needs it (not run)"].passed
    assert "the disk is full" in shown_in_full(outcomes["set-up"])


def test_both_outputs_of_a_failing_check_are_kept():
    """What it says is what has to be done."""
    outcome = run_check(_check("print('line 3'); raise SystemExit('unused import')"), ROOT)

    assert not outcome.passed
    assert "line 3\nunused import" in outcome.output.replace("unused import\nline 3", "line 3\nunused import")
    assert outcome.line.startswith("✗ example (")


def test_counts_of_pytest_stand_in_the_line():
    """Its last line is repeated at the very end, so it is not shown twice."""
    line = "======= 2 failed, 310 passed in 71.30s (0:01:11) ======="

    outcome = run_check(_check(f"print('tests/unit ..F'); print({line!r}); exit(1)"), ROOT)

    assert outcome.line.startswith("✗ example: 2 failed, 310 passed (")
    assert outcome.ending.summary == line
    assert "tests/unit ..F" in shown_in_full(outcome)
    assert line not in shown_in_full(outcome)


def test_lines_can_be_seen_as_they_come():
    """Who chose some tests watches them."""
    seen: list[str] = []

    run_check(_check("print('one'); print('two')"), ROOT, seen.append)

    assert seen == ["one\n", "two\n"]


@pytest.mark.parametrize("value", ["", "1"])
def test_modules_are_compiled_once_even_where_none_may_be_written(value: str, monkeypatch: pytest.MonkeyPatch):
    """Some images forbid it beside the sources; then they are kept in var/."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", value)
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)

    outcome = run_check(_check("import sys; print(sys.dont_write_bytecode, sys.pycache_prefix)"), ROOT)

    expected = os.fspath(ROOT / "var" / "pycache") if value else "None"
    assert outcome.output.split() == ["False", expected]


@pytest.mark.parametrize(("value", "expected"), [(None, "1"), ("4", "4")])
def test_a_check_keeps_to_its_core(value: str | None, expected: str, monkeypatch: pytest.MonkeyPatch):
    """Unless somebody wants it otherwise."""
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if value is not None:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", value)

    outcome = run_check(_check("import os; print(os.environ['OPENBLAS_NUM_THREADS'])"), ROOT)

    assert outcome.output.split() == [expected]
