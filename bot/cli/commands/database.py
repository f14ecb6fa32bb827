"""`frontdesk database`: creates the database and brings it to the newest schema."""

from __future__ import annotations

import click
from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import Connection

from bot.db.engine import Database
from bot.errors import ConflictError
from bot.settings import ROOT, Settings, load_settings


def upgrade(settings: Settings) -> None:
    """Create the tables that are missing and apply the migrations that were not applied yet."""
    database = Database(settings.database_url)
    try:
        config = Config()
        config.set_main_option("script_location", str(ROOT / "bot" / "migrations"))
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


def _without_references(connection: Connection) -> None:
    raw = connection.connection.driver_connection
    if raw is not None:
        raw.execute("PRAGMA foreign_keys=OFF")


@click.group("database")
def command() -> None:
    """Create and migrate the database."""


@command.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to the newest schema."""
    upgrade(load_settings())
    click.echo("The database has the newest schema.")
