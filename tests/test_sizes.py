"""No file and no folder of code is larger than fits in a head."""

from __future__ import annotations

from collections import Counter

from bot.settings import ROOT
from tests.test_project import _source_files

MOST_LINES = 400
MOST_FILES = 20
FULLER_FOLDERS = {
    "bot/migrations/versions": "read by number, never as a room: a database goes through all of them in their order",
    "bot/web/static/js/chat": "the scripts of one page, for which rooms are still to be found",
}
"""The folders that may hold more, and why."""


def test_no_source_file_is_too_long():
    """A file that does not fit in the head is two files."""
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in _source_files("bot", "actions", "tests", suffixes=(".py", ".js"))
    }

    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_folder_has_too_many_files():
    """A folder whose files nobody can name is two rooms; what makes it a package is no file of it."""
    files = _source_files("bot", "actions", "bench", "tests", suffixes=(".py", ".js"))
    sizes = Counter(path.parent.relative_to(ROOT).as_posix() for path in files if path.name != "__init__.py")

    assert {folder for folder, size in sizes.items() if size > MOST_FILES} == set(FULLER_FOLDERS)
