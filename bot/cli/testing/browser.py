"""The browser that tests drive: the machine's own Chromium, else the one that Playwright downloads."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bot.cli.steps import Step, StepError, Steps, run_logged

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VARIABLE = "FRONTDESK_CHROMIUM"
"""Tells the tests which program to start; unset for Playwright's own."""

_STARTS_SECONDS = 60
_START_PLAYWRIGHTS_OWN = (
    "from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as p: p.chromium.launch(args=['--no-sandbox']).close()"
)


def provide_browser(root: Path, steps: Steps) -> dict[str, str] | None:
    """Find a browser, or get Playwright's.

    Args:
        root: The project's folder.
        steps: Where the step is shown.

    Returns:
        The variables that tell the tests which one to start; None if there is none and none could be got.
    """
    with steps.step("Browser for the tests") as step:
        found = find_browser(root)
        if found is not None:
            step.found(found.get(VARIABLE, "Playwright's Chromium"))
            return found
        if _download(root, step):
            step.found("Playwright's Chromium, downloaded")
            return {}
        step.found("none on this machine, and Playwright's could not be downloaded")
        return None


def find_browser(root: Path) -> dict[str, str] | None:
    """Give the variables that tell the tests which Chromium to start: none for Playwright's own, None without any.

    Args:
        root: The project's folder.
    """
    for name in BROWSERS:
        path = shutil.which(name)
        # Ubuntu has a `chromium-browser` that only says how to get the real one.
        if path and _runs([path, "--version"], root):
            return {VARIABLE: path}
    if _runs([sys.executable, "-c", _START_PLAYWRIGHTS_OWN], root):
        return {}
    return None


def how_to_get(release: Path = Path("/etc/os-release")) -> str:
    """Give the one command to type where there is no browser.

    Args:
        release: The file that names the distribution.
    """
    is_ubuntu = release.is_file() and "ID=ubuntu" in release.read_text(encoding="utf-8").splitlines()
    # On Ubuntu `apt-get install chromium` gets a snap, which does not run in a container.
    if shutil.which("apt-get") and not is_ubuntu:
        sudo = "" if os.geteuid() == 0 else "sudo "
        return f"{sudo}apt-get install -y chromium"
    return ".venv/bin/python -m playwright install --with-deps chromium"


def _download(root: Path, step: Step) -> bool:
    step.progress("downloading Chromium, about 170 MB")
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        run_logged(
            command, what="downloading Chromium", root=root, log=root / "var" / "log" / "chromium.log", step=step
        )
    except StepError:
        # What it lacks is said at the end of the tests, with what to do.
        return False
    return _runs([sys.executable, "-c", _START_PLAYWRIGHTS_OWN], root)


def _runs(command: list[str], root: Path) -> bool:
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, timeout=_STARTS_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
