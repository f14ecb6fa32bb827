"""Whether everything still is as the last set-up left it: then a start has nothing to do but to start.

Told with nothing but the standard library, in a tenth of a second.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bot.cli.setting_up import environments, fingerprint
from bot.settings import Settings

RECORD = Path("var") / "set-up.json"
_GROWS = "examples.npz"
"""Beside the encoder: vectors of examples, to which every training adds what it had to read anew."""
_SQLITE = "sqlite:///"


def first_account(settings: Settings) -> str | None:
    """Give the email address of the first staff account if nothing has changed since it was noted, else None.

    Args:
        settings: Where things are.
    """
    try:
        record = json.loads((settings.root / RECORD).read_text(encoding="utf-8"))
        digest, account = str(record["digest"]), str(record["first_account"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if digest != _whole(settings, sources(settings)) or _mark_in(settings.database_url) != _mark_of(digest):
        return None
    is_current = environments.is_synced(environments.RASA, settings.root) and fingerprint.is_current(settings.root)
    return account if is_current else None


def note(settings: Settings, *, set_up_from: str, account: str) -> None:
    """Note that everything is done, beside the tree and in the database, so that another one is not taken for it.

    Args:
        settings: Where things are.
        set_up_from: `sources` before the set-up began, so that an edit made meanwhile is not lost.
        account: The email address of the first staff account.
    """
    digest = _whole(settings, set_up_from)
    path = _sqlite_path(settings.database_url)
    if path is None:
        # PostgreSQL has no place for the mark: its migrations and knowledge are looked at with every start.
        return
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {_mark_of(digest)}")
    record = json.dumps({"digest": digest, "first_account": account})
    (settings.root / RECORD).write_text(record, encoding="utf-8")


def forget(settings: Settings) -> None:
    """Take the note back, before anything is done that may be cut short."""
    (settings.root / RECORD).unlink(missing_ok=True)


def sources(settings: Settings) -> str:
    """Give one value for the files that setting up reads: content and our own code, the fine-tuning of the encoder."""
    digest = hashlib.sha256(f"{settings.env} {settings.database_url}\n".encode())
    for path in _files(settings):
        digest.update(f"{path} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _files(settings: Settings) -> Iterator[Path]:
    yield from (settings.clinic_path, settings.domain_path)
    for folder, pattern in (
        (settings.knowledge_path, "*.yml"),
        (settings.knowledge_path, "*.tsv"),
        (Path(__file__).resolve().parents[2], "*.py"),
        (settings.root / "data", "*.npz"),
        (settings.root / "data" / "danger", "*.json"),
    ):
        yield from sorted(folder.rglob(pattern))


def _whole(settings: Settings, set_up_from: str) -> str:
    """Add what was built: the encoders, by size and time, since reading their 46 MB would take longest of all."""
    built = [
        f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}"
        for folder in ("encoder", "danger")
        for path in sorted((settings.root / "models" / folder).glob("*"))
        if path.name != _GROWS
    ]
    return hashlib.sha256("\n".join([set_up_from, *built]).encode()).hexdigest()


def _mark_of(digest: str) -> int:
    """Give the number, of 31 bits and never 0, that a set-up database carries as its `user_version`."""
    return int(digest[:8], 16) % (2**31 - 1) + 1


def _mark_in(url: str) -> int | None:
    path = _sqlite_path(url)
    if path is None:
        return None
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error:
        return None


def _sqlite_path(url: str) -> Path | None:
    return Path(url.removeprefix(_SQLITE)).absolute() if url.startswith(_SQLITE) else None
