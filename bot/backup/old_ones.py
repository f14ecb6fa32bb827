"""Deletes backups of a folder that are older than the clinic keeps them: those that we named, and no other file."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

NAME_OF_ONE = "frontdesk-{:%Y%m%dT%H%M%SZ}.tar.gz"
_NAME = re.compile(r"frontdesk-(\d{8}T\d{6})Z\.tar\.gz")


def delete_old(folder: Path, before: dt.datetime, *, but: Path) -> list[Path]:
    """Delete backups that were made before a moment, by the time in their names; give which.

    Args:
        folder: Where they are.
        before: An aware time.
        but: The newest, which stays whatever its name says.
    """
    old = [path for path in sorted(folder.iterdir()) if path != but and _is_older(path.name, before)]
    for path in old:
        path.unlink(missing_ok=True)
    return old


def _is_older(name: str, before: dt.datetime) -> bool:
    found = _NAME.fullmatch(name)
    if found is None:
        return False
    try:
        made_at = dt.datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=dt.UTC)
    except ValueError:
        # Somebody else's number.
        return False
    return made_at < before
