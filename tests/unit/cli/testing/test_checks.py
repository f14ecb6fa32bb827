"""`frontdesk test` runs everything once, leaves out only what was asked for, and says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.cli.commands import checks
from bot.cli.commands.checks import UNIT
from bot.cli.testing.pytest_output import read_ending
from bot.cli.testing.side_by_side import Outcome

ROOT = Path(__file__).resolve().parents[4]
TAKEN = Path("/where/is/kept/who/took/what")


def _names(left_out: str) -> list[str]:
    return [check.name for check in checks.all_tests(ROOT, {}, left_out=left_out, taken=TAKEN)]


def test_every_file_of_tests_is_run_once():
    """The unit tests' runs hold whatever has no run of its own, so a new folder is run too."""
    every = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
    elsewhere = {file for file in every if file.startswith(tuple(f"{folder}/" for folder in checks.ELSEWHERE))}

    runs = [check for check in checks.all_tests(ROOT, {}, left_out="", taken=TAKEN) if check.name in _sharers(UNIT)]

    assert all((ROOT / folder).is_dir() for folder in (*checks.FOLDERS.values(), *checks.ELSEWHERE))
    of_their_own = {file for folder in checks.FOLDERS.values() for file in every if file.startswith(f"{folder}/")}
    for run in runs:
        taken = [word for word in run.command if word.startswith("tests/")]
        assert sorted(taken) == sorted(every - of_their_own - elsewhere)
    others = [run for name in checks.FOLDERS for run in (_sharers(name) if name in checks.SHARED else [name])]
    assert _names("")[-3 - len(others) :] == ["Rasa tests", *_sharers(UNIT), *others]


@pytest.mark.parametrize("name", checks.SHARED)
def test_two_runs_share_what_takes_longest(name: str):
    """Each knows of all files, the slowest first; the end-to-end tests wait more than they work, beside all others."""
    runs = [check for check in checks.all_tests(ROOT, {}, left_out="", taken=TAKEN) if check.name in _sharers(name)]
    folder = checks.FOLDERS.get(name, "tests")

    assert len(runs) == 2
    assert runs[0].command == runs[1].command
    assert f"--shared-out={TAKEN / Path(folder).name}" in runs[0].command
    files = [word for word in runs[0].command if word.startswith(folder) and word.endswith(".py")]
    slow = ["pytest.mark.slow(" in (ROOT / file).read_text("utf-8") for file in files]
    assert slow == sorted(slow, reverse=True)
    assert True in slow
    waits = folder == checks.END_TO_END
    assert [(check.waits, check.needs_setup) for check in runs] == [(waits, waits)] * 2
    assert {check.name for check in runs} <= checks.COSTS.keys()


def _sharers(name: str) -> list[str]:
    return [f"{name} (1 of 2)", f"{name} (2 of 2)"]


@pytest.mark.parametrize(("possible", "first"), [(True, "fine-tuning tests"), (False, "Rasa tests")])
def test_fine_tuning_is_tested_where_there_is_a_tensorflow(monkeypatch, possible: bool, first: str):
    """It runs in an environment that is made for it, on one kind of machine."""
    monkeypatch.setattr(checks, "is_possible", lambda: possible)

    assert _names("")[0] == first


def test_quick_leaves_out_what_is_slow():
    """By the markers of pyproject.toml; what is left out whole has no run, and is counted with the unit tests."""
    assert _names(checks.SLOW) == ["Rasa tests", *_sharers(UNIT), *_sharers("integration tests")]
    runs = checks.all_tests(ROOT, {}, left_out=checks.SLOW, taken=TAKEN)
    for check in runs:
        assert list(check.command[-2:]) == ["-m", f"not ({checks.SLOW})"]
    for unit in (check for check in runs if check.name in _sharers(UNIT)):
        for folder in ("tests/conversations", checks.END_TO_END):
            assert {p.relative_to(ROOT).as_posix() for p in (ROOT / folder).rglob("test_*.py")} <= set(unit.command)


def test_quick_says_how_many_tests_it_has_left():
    """A test that was left out is no green of the whole."""
    outcomes = [
        _outcome("unit tests", "==== 5 passed, 30 deselected in 3.10s ====\n"),
        _outcome("integration tests (1 of 2)", "==== 2 passed, 4 deselected in 9.50s ====\n"),
        _outcome("mypy", "Success\n"),
    ]

    said = checks.left_for_the_whole_run(outcomes, with_tensorflow=True)

    assert "not tested: 34 tests" in said
    assert "fine-tuning" in said
    assert "fine-tuning" not in checks.left_for_the_whole_run(outcomes, with_tensorflow=False)


def test_a_slow_test_says_why():
    """It is in no quick run, so nobody makes one slow without a reason."""
    marked = re.compile(r"pytest\.mark\.slow\b(?!\(reason=\".{10,}\"\))")
    files = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]

    assert [path.name for path in files if marked.search(path.read_text("utf-8"))] == []


def test_without_a_browser_only_its_tests_are_left_out():
    """The other end-to-end tests are run."""
    assert _names("browser") == _names("")


def test_without_a_server_only_its_tests_are_left_out():
    """What has a database at all is run on SQLite."""
    assert _names("postgresql or redis") == _names("")
    for check in checks.all_tests(ROOT, {}, left_out="browser or postgresql", taken=TAKEN):
        if "pytest" in check.command:
            assert list(check.command[-2:]) == ["-m", "not (browser or postgresql)"]


def test_chosen_tests_are_run_with_what_was_typed():
    """PYTEST_ARGS come last, so that they win."""
    command = checks.chosen_tests(ROOT, {}, left_out=checks.SLOW, pytest_args=["-x"]).command

    assert list(command[-3:]) == ["-m", f"not ({checks.SLOW})", "-x"]


def test_path_typed_in_another_folder_holds_in_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`frontdesk test test_cost.py::test_one` means the file beside the person who typed it."""
    (tmp_path / "test_cost.py").touch()
    monkeypatch.chdir(tmp_path)

    command = checks.chosen_tests(ROOT, {}, left_out="", pytest_args=["test_cost.py::test_one"]).command

    assert command[-1] == f"{tmp_path}/test_cost.py::test_one"


def _outcome(name: str, output: str, *, passed: bool = True) -> Outcome:
    return Outcome(name=name, passed=passed, output=output, seconds=1.0, ending=read_ending(output))


def test_report_ends_with_the_slowest_tests_and_the_closing_lines(capsys: pytest.CaptureFixture[str]):
    """A reader and a program see how many tests there were, run by run and together."""
    outcomes = [
        _outcome("unit tests", "2.00s call     tests/unit/test_a.py::test_one\n==== 5 passed in 3.10s ====\n"),
        _outcome("integration tests", "9.00s setup    tests/test_b.py::test_two\n==== 2 passed in 9.50s ====\n"),
        _outcome("ruff check", "All checks passed!\n"),
    ]

    checks.report(outcomes, seconds=12.5)

    printed = capsys.readouterr().out.splitlines()
    slowest = printed.index("The 10 slowest tests:")
    assert printed[slowest + 1].split() == ["9.00", "s", "tests/test_b.py::test_two", "(setup)"]
    assert printed[slowest + 2].split() == ["2.00", "s", "tests/unit/test_a.py::test_one"]
    assert printed[-3:-1] == [
        "unit tests: ==== 5 passed in 3.10s ====",
        "integration tests: ==== 2 passed in 9.50s ====",
    ]
    assert printed[-1].strip("= ") == "7 passed in 12.50s"
    assert "All checks passed!" not in printed


def test_each_failed_test_has_a_line_beside_the_closing_ones(capsys: pytest.CaptureFixture[str]):
    """Who sees only the end of a long output knows what to look at."""
    failed = "FAILED tests/unit/test_a.py::test_one[with a space] - assert 1 == 2"
    output = f"{failed}\n==== 1 failed, 5 passed in 3.10s ====\n"

    checks.report([_outcome("unit tests", output, passed=False)], seconds=3.5)

    assert capsys.readouterr().out.splitlines()[-3] == failed


def test_what_failed_is_shown_in_full(capsys: pytest.CaptureFixture[str]):
    """What it says is what has to be done."""
    failed = _outcome("mypy", "bot/reply.py:3: error: no such name\n", passed=False)

    checks.report([failed], seconds=1.0)

    assert "bot/reply.py:3: error: no such name" in capsys.readouterr().out
