"""Which files of the project's folder a backup holds beside the databases: the clinic's own, and what var/ keeps."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from bot.backup.sqlite_store import SqliteStore
from bot.backup.stores import memory_of, store_of
from bot.errors import ConflictError
from bot.sealing import holds_keys
from bot.settings import Settings

MADE_AGAIN = frozenset(
    {
        "backups",
        "cache",
        "curation",
        "encoder_weights.npz",
        "evaluation",
        "exports",
        "log",
        "pycache",
        "running.json",
        "set-up.json",
        "trials",
    }
)
"""What of var/ is in no backup: made again from the database, of no use later, or a copy of one patient's data."""
CLINIC = "files/clinic.yml"
_VAR = "files/var/"


def files_to_keep(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Give each file with its name in a backup. What is not known here is kept: better too much than too little.

    Never the key, wherever somebody has put it: with it in the backup, whoever has that can read all of it.
    """
    if settings.clinic_path.is_file():
        yield CLINIC, settings.clinic_path
    var = settings.root / "var"
    stores = [store for store in (store_of(settings), memory_of(settings)) if isinstance(store, SqliteStore)]
    databases = {file for store in stores for file in store.files}
    for path in sorted(var.rglob("*")):
        inside = path.relative_to(var)
        is_kept = path.is_file() and not path.is_symlink() and inside.parts[0] not in MADE_AGAIN
        if is_kept and path not in databases and not holds_keys(path):
            yield _VAR + inside.as_posix(), path


def put_back(settings: Settings, name: str, source: Path) -> bool:
    """Put a file of a backup in its place; one that was there and says something else stays beside it as `.old`.

    Returns:
        Whether anything has changed.

    Raises:
        ConflictError: It cannot be written.
    """
    path = settings.clinic_path if name == CLINIC else settings.root / "var" / name.removeprefix(_VAR)
    try:
        if path.is_file():
            if path.read_bytes() == source.read_bytes():
                return False
            path.replace(path.with_name(f"{path.name}.old"))
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, path)
        if name != CLINIC:
            path.chmod(0o600)
    except OSError as error:
        raise ConflictError(
            f"{path} could not be written: {error.strerror}. The databases are as they were."
        ) from error
    return True
