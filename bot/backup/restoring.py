"""Puts a backup in the place of what is there, after making sure that it is whole and may be."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.backup import archive, manifest
from bot.backup.manifest import Manifest, Part
from bot.backup.other_files import put_back
from bot.backup.stores import Store, memory_of, store_of
from bot.errors import ConflictError
from bot.sealing import KEY_FILE_VARIABLE
from bot.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A backup that was unpacked and found whole.

    Attributes:
        folder: Where its parts are, for as long as it is open.
        manifest: What they are.
    """

    folder: Path
    manifest: Manifest

    def databases(self, settings: Settings) -> list[tuple[Part, Store]]:
        """Give each database of the backup with the one that it is for."""
        stores = {manifest.STORE: store_of(settings), manifest.MEMORY: memory_of(settings)}
        return [(part, stores[part.kind]) for part in self.manifest.parts if part.kind in stores]


@contextmanager
def opened(settings: Settings, source: Path, known: Callable[[str], bool]) -> Iterator[Opened]:
    """Unpack a backup beside the project's data and check all of it; nothing is changed.

    Args:
        settings: Where things are.
        source: The backup.
        known: Whether a schema, by its newest migration, is one that this Frontdesk has or can bring up to date.

    Raises:
        ConflictError: It is broken, or not for this Frontdesk or its databases.
    """
    var = settings.root / "var"
    var.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=var) as made:
        backup = Opened(folder=Path(made), manifest=archive.unpack(source, Path(made)))
        if not backup.manifest.of_kind(manifest.STORE):
            raise ConflictError(f"There is no store in {source}.")
        if not known(backup.manifest.schema):
            raise ConflictError(
                f"The backup has the schema {backup.manifest.schema}, which this Frontdesk does not know. Restore it "
                f"with version {backup.manifest.version} or a later one."
            )
        _require_key(settings, backup.manifest.encrypted_with)
        for part, store in backup.databases(settings):
            if part.engine != store.engine:
                raise ConflictError(
                    f"The {part.kind} in the backup is of {part.engine}, and the one that is set is of {store.engine}. "
                    f"Restore it with FRONTDESK_DATABASE_URL and FRONTDESK_TRACKER_URL of a {part.engine} database; "
                    "`./frontdesk database copy --to` moves a store from SQLite to PostgreSQL afterwards."
                )
            store.check(backup.folder / part.name)
        yield backup


def _require_key(settings: Settings, encrypted_with: tuple[str, ...]) -> None:
    if encrypted_with and not {key.id for key in settings.encryption_keys} & set(encrypted_with):
        given = " and ".join(key.id for key in settings.encryption_keys) or "none"
        raise ConflictError(
            f"The backup is encrypted with the key {' or '.join(encrypted_with)}, and the one that is set is {given}. "
            f"Set {KEY_FILE_VARIABLE} to the file with that key, then restore again. Nothing was changed, and without "
            "that key nothing in the backup can be read."
        )


def what_is_lost(settings: Settings, backup: Opened) -> list[str]:
    """Name the databases that a restore would overwrite."""
    return [part.kind for part, store in backup.databases(settings) if store.exists()]


def restore(settings: Settings, backup: Opened) -> list[str]:
    """Put the files and the databases of a backup in the place of what is there.

    Args:
        settings: Where things are.
        backup: An open one.

    Returns:
        The names of the files that have changed.

    Raises:
        ConflictError: Somebody uses a database, or it cannot be written; the message says what was changed.
    """
    databases = backup.databases(settings)
    for part, store in databases:
        user = store.used_by()
        if user is not None:
            raise ConflictError(f"The {part.kind} is in use by {user}. Stop it first; nothing was changed.")
    files = backup.manifest.of_kind(manifest.FILE)
    changed = [part.name for part in files if put_back(settings, part.name, backup.folder / part.name)]
    done: list[str] = []
    for part, store in databases:
        try:
            store.load(backup.folder / part.name, part.rows)
        except ConflictError as error:
            before = f" Restored already: {', '.join(done)}. Type the same again once it is mended." if done else ""
            raise ConflictError(f"The {part.kind}: {error}{before}") from error
        done.append(part.kind)
    return changed
