"""Two runs of pytest over the same files: every test is run by one of them, and none by both."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.testing.pytest_output import Ending, read_ending
from bot.settings import ROOT

WAITS = """
import pathlib, time, pytest

@pytest.fixture(scope="module", autouse=True)
def other_has_come():
    (pathlib.Path(__file__).parent / f"came-{__name__}").touch()
    while len(list(pathlib.Path(__file__).parent.glob("came-*"))) < 2:
        time.sleep(0.01)
"""
TESTS = """
import pytest
def test_one(): pass
def test_two(): pass

def test_three(): assert {passes}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with two files of three tests each, neither of which ends before the other has begun."""
    for name in ("test_first.py", "test_second.py"):
        (tmp_path / name).write_text(WAITS + TESTS.format(passes=name != "test_second.py"), encoding="utf-8")
    return tmp_path


def _begin(folder: Path, *more: str) -> subprocess.Popen[str]:
    shared = ["-p", "tests.shared_out", f"--shared-out={folder / 'taken'}", f"--rootdir={folder}", "-c", "/dev/null"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *shared, *more]
    files = [str(folder / "test_first.py"), str(folder / "test_second.py")]
    return subprocess.Popen([*command, *files], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _endings(folder: Path, *more: str) -> list[tuple[int, Ending]]:
    runs = [_begin(folder, *more) for _number in range(2)]
    said = [run.communicate()[0] for run in runs]
    return sorted(
        ((run.returncode, read_ending(output)) for run, output in zip(runs, said, strict=True)),
        key=lambda ended: ended[0],
    )


def test_each_takes_what_the_other_has_not(folder: Path):
    """A file is one run's, whole; who has a test that fails says so."""
    (good, well), (bad, ill) = _endings(folder)
    assert (good, well.counts) == (0, {"passed": 3})
    assert (bad, ill.counts) == (1, {"passed": 2, "failed": 1})


def test_what_is_left_out_is_counted_once(folder: Path):
    """Both runs read all files."""
    endings = [ending for _status, ending in _endings(folder, "-k", "not three")]
    assert [ending.counts["passed"] for ending in endings] == [2, 2]
    assert sorted(ending.counts["deselected"] for ending in endings) == [0, 2]


def test_who_comes_when_all_is_taken_runs_nothing(folder: Path):
    """It is as green as a run in which nothing failed."""
    _endings(folder)
    late = _begin(folder)
    said = late.communicate()[0]
    assert late.returncode == 0
    assert re.search(r"no tests ran", said)
