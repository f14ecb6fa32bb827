"""Makes a backup of a running Frontdesk: the store, Rasa's memory and the files that belong to them, in one file."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path

from bot.backup import archive, manifest
from bot.backup.manifest import Manifest, Part
from bot.backup.old_ones import NAME_OF_ONE
from bot.backup.other_files import files_to_keep
from bot.backup.stores import Store, memory_of, store_of
from bot.db.engine import Database, utc_now
from bot.db.schema import schema_of
from bot.errors import ConflictError
from bot.settings import VERSION, Settings


def take(settings: Settings, target: Path) -> tuple[Path, Manifest]:
    """Write a backup; what runs goes on meanwhile.

    Args:
        settings: Where things are.
        target: The file, which must not be there yet; or a folder, in which it gets a name of its own.

    Returns:
        The file, and what is in it.

    Raises:
        ConflictError: It could not be made; nothing of it is left.
    """
    now = utc_now()
    path = target / NAME_OF_ONE.format(now) if target.is_dir() else target
    if path.exists():
        raise ConflictError(f"{path} is there already. Choose another name.")
    store, memory = store_of(settings), memory_of(settings)
    if not store.exists():
        raise ConflictError("There is no store yet that could be saved. `./frontdesk up` makes one.")
    try:
        # Beside the target: that is where there is room, and where patients' words may be.
        with tempfile.TemporaryDirectory(prefix=".frontdesk-backup-", dir=path.parent) as made:
            folder = Path(made)
            parts = [_database(manifest.STORE, store, folder)]
            if memory.exists():
                parts.append(_database(manifest.MEMORY, memory, folder))
            parts += [_file(name, source, folder) for name, source in files_to_keep(settings)]
            schema, encrypted_with = _told_by_store(settings)
            content = Manifest(
                made_at=_iso(now),
                version=VERSION,
                schema=schema,
                parts=tuple(parts),
                encrypted_with=encrypted_with,
            )
            archive.pack(content, folder, path)
    except OSError as error:
        raise ConflictError(f"{path} could not be written: {error.strerror}. Nothing was saved.") from error
    return path, content


def _database(kind: str, store: Store, folder: Path) -> Part:
    name = f"{kind}.{store.engine}"
    rows = store.save(folder / name)
    return _part(name, kind, folder / name, engine=store.engine, rows=dict(rows))


def _file(name: str, source: Path, folder: Path) -> Part:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, path)
    return _part(name, manifest.FILE, path)


def _part(name: str, kind: str, path: Path, *, engine: str = "", rows: dict[str, int] | None = None) -> Part:
    size = path.stat().st_size
    return Part(name=name, kind=kind, engine=engine, size=size, sha256=manifest.checksum(path), rows=rows or {})


def _told_by_store(settings: Settings) -> tuple[str, tuple[str, ...]]:
    # Without its key, too: a backup holds what is stored as it is.
    database = Database.of(settings)
    try:
        found = schema_of(database)
        encrypted_with = database.keys.opened_by()
    finally:
        database.close()
    if found is None:
        raise ConflictError("The store has no schema of ours. `./frontdesk database upgrade` gives it one.")
    return found, encrypted_with


def _iso(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="seconds")
