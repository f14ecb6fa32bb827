"""Shares the files of a run of tests out among several processes: each takes the next file that none has taken yet.

`pytest -p tests.shared_out --shared-out FOLDER ...` in each of them, with the same files in the same order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

_LEFT_OUT = "what was left out"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the folder."""
    parser.addoption(
        "--shared-out", type=Path, required=True, metavar="FOLDER", help="where is kept which files have been taken"
    )


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let one of the processes alone count what none of them runs."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and not _take(_folder(session), _LEFT_OUT):
        reporter.stats.pop("deselected", None)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Run the tests of the files that this process takes, as pytest's own loop runs them all."""
    if session.testsfailed and not session.config.option.continue_on_collection_errors:
        raise session.Interrupted(f"{session.testsfailed} errors while collecting tests")
    if session.config.option.collectonly:
        return True
    taken = _taken(session.items, _folder(session))
    test = next(taken, None)
    while test is not None:
        # pytest keeps the fixtures that the following test needs, so that one is taken before this one is run.
        following = next(taken, None)
        test.config.hook.pytest_runtest_protocol(item=test, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        test = following
    return True


def _taken(tests: list[pytest.Item], folder: Path) -> Iterator[pytest.Item]:
    is_ours: dict[Path, bool] = {}
    for test in tests:
        if test.path not in is_ours:
            is_ours[test.path] = _take(folder, str(test.path))
        if is_ours[test.path]:
            yield test


def _take(folder: Path, name: str) -> bool:
    """Take something, and tell whether nobody had."""
    try:
        (folder / hashlib.sha256(name.encode()).hexdigest()).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _folder(session: pytest.Session) -> Path:
    folder: Path = session.config.getoption("--shared-out")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
