"""`frontdesk database`: creates the database, brings it to the newest schema, and copies it into another kind."""

from __future__ import annotations

from dataclasses import replace

import click
from alembic import command as alembic
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.cli.processes.running_record import RECORD
from bot.db.base import Base
from bot.db.copying import Copied, copy
from bot.db.engine import Database
from bot.errors import ConflictError
from bot.settings import ROOT, Settings, load_settings


def upgrade(settings: Settings) -> None:
    """Create the tables that are missing and apply the migrations that were not applied yet."""
    database = Database.of(settings)
    try:
        config = _migrations()
        with database.engine.connect() as connection:
            if database.is_sqlite:
                # SQLite changes a column by making the table anew, which dropping the old one must not undo. It takes
                # this outside of a transaction only; what refers to what is checked before the commit instead.
                _without_references(connection)
            config.attributes["connection"] = connection
            alembic.upgrade(config, "head")
            if database.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise ConflictError("The migration would leave rows that refer to nothing; nothing was changed.")
            connection.commit()
    finally:
        database.close()


def knows_schema(schema: str) -> bool:
    """Say whether a schema, by its newest migration, is ours or one that `upgrade` brings up to date."""
    return any(script.revision == schema for script in ScriptDirectory.from_config(_migrations()).walk_revisions())


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "bot" / "migrations"))
    return config


def _without_references(connection: Connection) -> None:
    raw = connection.connection.driver_connection
    if raw is not None:
        raw.execute("PRAGMA foreign_keys=OFF")


@click.group("database")
def command() -> None:
    """Create, migrate and copy the database."""


@command.command("copy")
@click.option("--to", "url", required=True, help="The address of an empty database, as FRONTDESK_DATABASE_URL has it.")
def copy_command(url: str) -> None:
    """Copy the store into an empty database of another kind, and prove that every row is there.

    Stop `up` before: what patients write meanwhile would be left behind.
    """
    settings = load_settings()
    if (settings.root / RECORD).is_file():
        raise ConflictError("Frontdesk is running. Stop `up` first, or what patients write now is left behind.")
    for copied in copy_store(settings, url):
        click.echo(f"{copied.table:<26} {copied.rows:>9,} rows  sha256 {copied.checksum[:16]}")
    click.echo("Every row is there, and the same. Set FRONTDESK_DATABASE_URL to the new address, then start `up`.")


def copy_store(settings: Settings, url: str) -> list[Copied]:
    """Copy the store into an empty database, which gets its tables first.

    Raises:
        ConflictError: It cannot be copied, or not all of it; the target stays without a row.
    """
    upgrade(replace(settings, database_url=url))
    source, target = Database.of(settings), Database(url)
    try:
        return copy(source, target, Base.metadata)
    finally:
        source.close()
        target.close()


@command.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to the newest schema."""
    upgrade(load_settings())
    click.echo("The database has the newest schema.")
