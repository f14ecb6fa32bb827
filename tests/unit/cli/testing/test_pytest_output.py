"""What is read from the last lines of pytest."""

from __future__ import annotations

import pytest

from bot.cli.testing.pytest_output import closing_line, is_summary, read_ending, slowest_of

OUTPUT = """\
....F...s                                                                [100%]
============================= slowest 10 durations =============================
12.34s call     tests/unit/test_a.py::test_one[with a space]
3.20s setup    tests/unit/test_b.py::test_two

(8 durations < 0.1s hidden.  Use -vv to show these durations.)
=========================== short test summary info ============================
SKIPPED [1] tests/unit/test_c.py:19: reads the process table of Linux
FAILED tests/unit/test_d.py::test_four - assert 1 == 2
============= 1 failed, 7 passed, 1 skipped in 71.30s (0:01:11) ================
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("==== 5 passed in 0.10s ====", True),
        ("\x1b[32m\x1b[32m\x1b[1m5 passed\x1b[0m\x1b[32m in 0.10s\x1b[0m", True),
        ("==== no tests ran in 0.01s ====", True),
        ("==== 1 error in 0.50s ====", True),
        ("==== 2 failed, 310 passed, 3 deselected, 2 errors in 71.30s (0:01:11) ====", True),
        ("tests/unit/test_deadline.py passed the gate", False),
        ("==== short test summary info ====", False),
        ("4 answers in 1.20s", False),
    ],
)
def test_summary_line_of_pytest_is_recognised(line: str, expected: bool):
    """With colour and without."""
    assert is_summary(line) is expected


def test_ending_holds_the_counts_the_slowest_tests_and_why_some_failed_or_were_skipped():
    """Also where the name of a test has spaces."""
    ending = read_ending(OUTPUT)

    assert ending.summary.startswith("============= 1 failed, 7 passed")
    assert dict(ending.counts) == {"failed": 1, "passed": 7, "skipped": 1}
    assert list(ending.slowest) == [
        (12.34, "tests/unit/test_a.py::test_one[with a space]"),
        (3.2, "tests/unit/test_b.py::test_two (setup)"),
    ]
    assert list(ending.failed) == ["FAILED tests/unit/test_d.py::test_four - assert 1 == 2"]
    assert list(ending.skipped) == ["tests/unit/test_c.py:19: reads the process table of Linux"]


def test_output_of_another_program_has_no_ending():
    """A type checker counts files, not tests."""
    ending = read_ending("Success: no issues found in 229 source files\n")

    assert (ending.summary, dict(ending.counts), list(ending.slowest)) == ("", {}, [])


def test_closing_line_adds_up_and_reads_like_pytest_itself():
    """So that whatever reads pytest's output reads ours."""
    endings = [read_ending(OUTPUT), read_ending("= 1 passed, 1 error in 2.00s ="), read_ending("")]

    line = closing_line(endings, 99.5)

    assert line.strip("= ") == "1 failed, 1 error, 8 passed, 1 skipped in 99.50s"
    assert is_summary(line)
    assert closing_line([], 1.0).strip("= ") == "no tests ran in 1.00s"


def test_only_the_slowest_of_all_runs_are_named():
    """Ten, whichever run they were in."""
    endings = [read_ending("".join(f"{n}.00s call t.py::test_{n}\n" for n in range(start, 30, 2))) for start in (0, 1)]

    slowest = slowest_of(endings)

    assert [line.split()[-1] for line in slowest] == [f"t.py::test_{n}" for n in range(29, 19, -1)]
