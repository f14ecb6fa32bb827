"""The servers that tests start and throw away, PostgreSQL and Redis: the system's own programs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from bot.cli.steps import Steps

OLDEST = 15
"""The version of PostgreSQL from which on Frontdesk is tested."""
PACKAGES = Path("/usr/lib/postgresql")
"""Where Debian and Ubuntu put the programs of a server, a folder for each version; they are not on the PATH."""

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_ANSWERS_SECONDS = 20


def provide_postgresql(steps: Steps) -> bool:
    """Look for a server, and tell whether there is one.

    Args:
        steps: Where the step is shown.
    """
    with steps.step("PostgreSQL for the tests") as step:
        found = find_postgresql()
        step.found("none on this machine" if found is None else str(found))
        return found is not None


def find_postgresql(packages: Path = PACKAGES) -> Path | None:
    """Give the folder of the newest server's programs that is new enough; None without any.

    Args:
        packages: The folder of the system's packages.
    """
    folders = [path.parent for path in packages.glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    versions = {folder: _version(folder) for folder in folders}
    newest = max(versions, key=versions.__getitem__, default=None)
    return newest if newest is not None and versions[newest] >= OLDEST else None


def how_to_get_postgresql() -> str:
    """Give the one command to type where there is no server, or what to look for."""
    return _how_to_get("postgresql", f"the server of PostgreSQL, {OLDEST} or later, so that initdb is on the PATH")


def provide_redis(steps: Steps) -> bool:
    """Look for a Redis, and tell whether there is one.

    Args:
        steps: Where the step is shown.
    """
    with steps.step("Redis for the tests") as step:
        found = shutil.which("redis-server")
        step.found(found or "none on this machine")
        return found is not None


def how_to_get_redis() -> str:
    """Give the one command to type where there is none, or what to look for."""
    return _how_to_get("redis-server", "Redis so that redis-server is on the PATH")


def _how_to_get(package: str, what: str) -> str:
    if not shutil.which("apt-get"):
        return f"install {what}"
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get install -y {package}"


def _version(folder: Path) -> int:
    """Give the major version of the programs in a folder; 0 if there is no server that runs."""
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=_ANSWERS_SECONDS, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    found = _VERSION.search(said)
    return int(found[1]) if found else 0
