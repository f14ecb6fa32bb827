"""Finds pg_dump and pg_restore on this machine, of the version that suits a server."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from bot.errors import ConflictError

PACKAGES = Path("/usr/lib/postgresql")
"""Where Debian and Ubuntu put PostgreSQL's programs, a folder for each version; the one on the PATH may be another."""
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


def find_program(name: str, server: int, packages: Path = PACKAGES) -> Path:
    """Give a program of the server's version; without one, of the next newer version: none reads a newer server.

    Args:
        name: `pg_dump` or `pg_restore`.
        server: The server's major version.
        packages: The folder of the system's packages.

    Raises:
        ConflictError: There is none that is new enough.
    """
    paths = list(packages.glob(f"*/bin/{name}"))
    on_path = shutil.which(name)
    if on_path:
        paths.append(Path(on_path))
    versions = {path: _version(path) for path in paths}
    fitting = [path for path in paths if versions[path] >= server]
    if fitting:
        return min(fitting, key=versions.__getitem__)
    found = f"only version {max(versions.values())} is" if versions else "it is not"
    raise ConflictError(
        f"{name} of PostgreSQL {server} is needed, and {found} on this machine. Install the client programs of that "
        f"version, on Debian and Ubuntu `apt-get install postgresql-client-{server}`, then type the same again."
    )


def _version(path: Path) -> int:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    found = _VERSION.search(said)
    return int(found[1]) if found else 0
