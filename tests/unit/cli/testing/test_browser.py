"""The machine's browser serves as well as Playwright's; where there is none, one is got, or the command is named."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from bot.cli.steps import Steps
from bot.cli.testing import browser

PLAYWRIGHT = """\
import pathlib
got = pathlib.Path(__file__).with_name("got")
"""
SYNC_API = """\
from contextlib import contextmanager
from playwright import got


class Chromium:
    def launch(self, args):
        if not got.exists():
            raise RuntimeError("Executable doesn't exist")
        return self

    def close(self):
        pass


@contextmanager
def sync_playwright():
    class All:
        chromium = Chromium()
    yield All()
"""
REACHES_ITS_HOST = "from playwright import got\ngot.touch()\n"
REACHES_NOTHING = "import sys\nsys.exit('Error: getaddrinfo EAI_AGAIN cdn.playwright.dev')\n"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without a browser, whose Playwright is a small one; give the folder of its programs."""
    programs, package = tmp_path / "bin", tmp_path / "site" / "playwright"
    programs.mkdir()
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(PLAYWRIGHT, encoding="utf-8")
    (package / "sync_api.py").write_text(SYNC_API, encoding="utf-8")
    (package / "__main__.py").write_text(REACHES_NOTHING, encoding="utf-8")
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"), prepend=os.pathsep)
    return programs


def _install(machine: Path, name: str, program: str) -> Path:
    path = machine / name
    path.write_text(f"#!/bin/sh\n{program}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def _provide(root: Path) -> tuple[dict[str, str] | None, str]:
    screen = io.StringIO()
    return browser.provide_browser(root, Steps(screen)), screen.getvalue()


def test_browser_of_the_machine_is_taken(machine: Path, tmp_path: Path):
    """The distribution's Chromium serves as well as Playwright's own."""
    path = _install(machine, "chromium", "exit 0")

    assert browser.find_browser(tmp_path) == {"FRONTDESK_CHROMIUM": str(path)}


def test_program_that_only_has_the_name_of_a_browser_is_passed_over(machine: Path, tmp_path: Path):
    """As Ubuntu's, which says how to get the real one."""
    _install(machine, "chromium-browser", "echo 'Please install the snap' >&2; exit 1")
    path = _install(machine, "google-chrome", "exit 0")

    assert browser.find_browser(tmp_path) == {"FRONTDESK_CHROMIUM": str(path)}


def test_playwrights_own_is_taken_if_it_is_there(machine: Path, tmp_path: Path):
    """Tests need no variable for it."""
    (tmp_path / "site" / "playwright" / "got").touch()

    assert browser.find_browser(tmp_path) == {}


def test_playwrights_own_is_downloaded_where_there_is_none(machine: Path, tmp_path: Path):
    """Nobody has to type a command."""
    (tmp_path / "site" / "playwright" / "__main__.py").write_text(REACHES_ITS_HOST, encoding="utf-8")

    found, printed = _provide(tmp_path)

    assert found == {}
    assert "downloaded" in printed


def test_no_browser_and_no_way_to_get_one_is_said(machine: Path, tmp_path: Path):
    """It is no error yet: all other tests are run first."""
    found, printed = _provide(tmp_path)

    assert found is None
    assert "could not be downloaded" in printed
    assert "EAI_AGAIN" in (tmp_path / "var" / "log" / "chromium.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(("distribution", "has_apt", "command"), [
    ("debian", True, "apt-get install -y chromium"),
    ("ubuntu", True, "playwright install --with-deps chromium"),
    ("fedora", False, "playwright install --with-deps chromium"),
])  # fmt: skip
def test_one_command_is_named(machine: Path, tmp_path: Path, distribution: str, has_apt: bool, command: str):
    """The one that works there: Ubuntu's package of that name is none."""
    if has_apt:
        _install(machine, "apt-get", "exit 0")
    release = tmp_path / "os-release"
    release.write_text(f'PRETTY_NAME="Some Linux"\nID={distribution}\n', encoding="utf-8")

    assert browser.how_to_get(release).endswith(command)
