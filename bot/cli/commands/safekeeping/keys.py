"""`frontdesk keys`: makes the key that what is stored is encrypted with, encrypts what is not yet, and changes keys."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bot.cli.processes.running_record import RECORD
from bot.db.engine import Database
from bot.errors import ConflictError
from bot.privacy.encryption import Encrypted, Encryption
from bot.privacy.memory_store import RasaMemory
from bot.sealing import KEY_FILE_VARIABLE, new_key, read_keys
from bot.settings import Settings, load_settings


@click.group("keys")
def command() -> None:
    """Encrypt what is stored, and change the keys."""


@command.command("make")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def make_command(file: Path) -> None:
    """Make a key in FILE; where there is one, put the new one above it, for `keys rotate` to change to."""
    make_key(file)
    click.echo(f"{file} holds the key. Set {KEY_FILE_VARIABLE} to it for all of Frontdesk's processes.")
    click.echo("Keep a copy of the file where no backup of Frontdesk lies: without it nothing can be read again.")


def make_key(file: Path) -> None:
    """Put a new key on the first line of a file that only its owner may read; what stood there stays below it.

    Raises:
        SettingsError: Something else than keys is in the file; it stays as it is.
        ConflictError: It cannot be written.
    """
    try:
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        read_keys(before)
        # A whole file, or the one from before, whatever happens in between.
        beside = file.with_name(f".{file.name}.new")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as written:
            written.write(f"{new_key()}\n{before}")
            written.flush()
            os.fsync(written.fileno())
        beside.replace(file)
    except (OSError, UnicodeDecodeError) as error:
        problem = f"{file} cannot be read or written: {type(error).__name__}. Nothing was changed."
        raise ConflictError(problem) from error


@command.command("encrypt")
def encrypt_command() -> None:
    """Encrypt what is stored in plain form or with an older key; Frontdesk may run meanwhile, with the key.

    What is cut short goes on where it was when the same is typed again.
    """
    with _encryption(load_settings()) as encryption:
        _say(encryption.encrypt())


@command.command("rotate")
def rotate_command() -> None:
    """Change the keys: wrap them with the keys in the file, make a new one, and encrypt all with it.

    Frontdesk may run meanwhile, with the same file. What is cut short, `keys encrypt` ends.
    """
    with _encryption(load_settings()) as encryption:
        _say(encryption.rotate())


@contextmanager
def _encryption(settings: Settings) -> Iterator[Encryption]:
    database = Database.of(settings)
    try:
        if not database.keys.looking() and (settings.root / RECORD).is_file():
            raise ConflictError(
                f"Frontdesk is running without a key. Stop `up`, set {KEY_FILE_VARIABLE}, and start it again first."
            )
        memory = RasaMemory(settings.tracker_url, settings.root, settings.encryption_keys)
        yield Encryption(database, memory)
    finally:
        database.close()


def _say(done: Encrypted) -> None:
    for table, rows in done.rows.items():
        click.echo(f"{table:<32} {rows:>9,} rows")
    click.echo("All that is to be is encrypted with the key in use.")
    if not done.scrubbed:
        click.echo(
            "The files may still hold traces of what stood there before, because somebody reads them all the time: "
            "type `./frontdesk keys encrypt` again when less goes on.",
            err=True,
        )
