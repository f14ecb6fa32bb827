"""`frontdesk database`: creates the database and brings it to the newest schema."""

from __future__ import annotations

import click
from alembic import command as alembic
from alembic.config import Config

from bot.db.engine import Database
from bot.settings import ROOT, Settings, load_settings


def upgrade(settings: Settings) -> None:
    """Create the tables that are missing and apply the migrations that were not applied yet."""
    database = Database(settings.database_url)
    try:
        config = Config()
        config.set_main_option("script_location", str(ROOT / "bot" / "migrations"))
        with database.engine.connect() as connection:
            config.attributes["connection"] = connection
            alembic.upgrade(config, "head")
            connection.commit()
    finally:
        database.close()


@click.group("database")
def command() -> None:
    """Create and migrate the database."""


@command.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to the newest schema."""
    upgrade(load_settings())
    click.echo("The database has the newest schema.")
