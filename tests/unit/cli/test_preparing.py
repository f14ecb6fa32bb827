"""Setting up runs in a process of its own, whose end and whose failure reach the one that asked for it."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.setting_up import last_setup, preparing
from bot.cli.steps import Steps
from bot.settings import ROOT, Settings


@pytest.fixture
def screen() -> io.StringIO:
    """What was printed."""
    return io.StringIO()


def test_nothing_to_do_starts_no_process(settings: Settings, screen: io.StringIO, monkeypatch: pytest.MonkeyPatch):
    """That is the second start: a tenth of a second."""
    monkeypatch.setattr(last_setup, "first_account", lambda _: "admin@clinic.example")
    monkeypatch.setattr(preparing, "LEASH", ["/no/such/program"])

    account = preparing.prepare(settings, Steps(screen))

    assert (account.email, account.password) == ("admin@clinic.example", None)
    assert screen.getvalue().startswith("✓ Set up: nothing has changed")


def test_what_it_made_comes_back(settings: Settings, screen: io.StringIO, monkeypatch: pytest.MonkeyPatch):
    """The password is in no file and on no command line."""
    monkeypatch.setattr(last_setup, "first_account", lambda _: None)
    tells = 'import os, sys; os.write(int(sys.argv[-1]), b\'{"email": "a@b.example", "password": "once"}\')'
    monkeypatch.setattr(preparing, "LEASH", [sys.executable, "-c", tells])

    account = preparing.prepare(settings, Steps(screen))

    assert (account.email, account.password) == ("a@b.example", "once")


def test_its_failure_ends_the_start(settings: Settings, screen: io.StringIO, monkeypatch: pytest.MonkeyPatch):
    """It has said why; nothing is started."""
    monkeypatch.setattr(last_setup, "first_account", lambda _: None)
    monkeypatch.setattr(preparing, "LEASH", [sys.executable, "-c", "import sys; sys.exit('clinic.yml:3: no name')"])

    with pytest.raises(SystemExit) as stopped:
        preparing.prepare(settings, Steps(screen))

    assert stopped.value.code == 1


def test_the_watching_process_holds_none_of_what_sets_up():
    """It lives for weeks beside the three that do the work."""
    shown = (
        "import sys, bot.cli.main, bot.cli.commands.up; "
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )

    loaded = subprocess.run([sys.executable, "-c", shown], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    heavy = {"sqlalchemy", "pydantic", "rich", "httpx", "fastapi", "alembic", "argon2", "ruamel", "asyncio", "ssl"}
    assert not heavy & set(loaded.split())


def test_broken_content_is_told_in_one_line(tmp_path: Path):
    """As every command tells it."""
    broken = tmp_path / "clinic.yml"
    broken.write_text("name: [\n", encoding="utf-8")
    environ = {
        "FRONTDESK_ROOT": str(tmp_path),
        "FRONTDESK_CLINIC": str(broken),
        "FRONTDESK_DOMAIN": str(ROOT / "domain.yml"),
        "FRONTDESK_KNOWLEDGE": str(ROOT / "data" / "knowledge"),
    }

    done = subprocess.run(
        [sys.executable, "-m", "bot.cli.setting_up.preparing", "1"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "Error: " in done.stderr
    assert "clinic.yml" in done.stderr
    assert "Traceback" not in done.stderr


def test_our_own_code_sets_up_wherever_the_command_is_typed(
    settings: Settings, screen: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A directory called "bot" there is somebody else's."""
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "__init__.py").write_text("raise SystemExit(1)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(last_setup, "first_account", lambda _: None)
    # Runs what it is given, but shows which module that is instead of setting up.
    finds = (
        "import os, subprocess, sys; at = sys.argv.index('-m'); "
        "tell = ['-c', 'import bot; print(bot.__file__)']; "
        "shown = subprocess.run([*sys.argv[1:at], *tell], capture_output=True).stdout; "
        'os.write(int(sys.argv[-1]), b\'{"email": "%s"}\' % shown.strip())'
    )
    monkeypatch.setattr(preparing, "LEASH", [sys.executable, "-c", finds])

    account = preparing.prepare(settings, Steps(screen))

    assert Path(account.email) == ROOT / "bot" / "__init__.py"
