"""The migrations make exactly the tables that the code works with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

import bot.channels.models
import bot.conversations.models
import bot.escalation.models
import bot.knowledge.models
import bot.notifications.models
import bot.staff.models  # noqa: F401  (importing the models fills the metadata)
from bot.cli.commands.database import upgrade
from bot.db.base import Base
from bot.db.engine import Database
from bot.knowledge.search_index import TABLE as SEARCH_INDEX
from bot.settings import ROOT, Settings, load_settings


def _empty(tmp_path: Path) -> Settings:
    return replace(load_settings({}), database_url=f"sqlite:///{tmp_path / 'frontdesk.db'}")


def test_upgrading_an_empty_database_leaves_no_drift(tmp_path: Path):
    """A model that was changed without a migration fails here."""
    settings = _empty(tmp_path)

    upgrade(settings)

    database = Database(settings.database_url)
    with database.engine.connect() as connection:
        opts = {"compare_type": True, "include_name": lambda name, *_: not str(name).startswith(SEARCH_INDEX)}
        context = MigrationContext.configure(connection, opts=opts)
        drift = compare_metadata(context, Base.metadata)
    database.close()
    assert drift == []


def test_migrations_make_the_same_checks_and_partial_indexes(tmp_path: Path):
    """Alembic compares neither by itself."""
    settings = _empty(tmp_path)
    upgrade(settings)
    database = Database(settings.database_url)

    inspector = inspect(database.engine)
    for table in Base.metadata.tables.values():
        checks = {check["name"] for check in inspector.get_check_constraints(table.name)}
        wanted = {str(c.name) for c in table.constraints if c.__class__.__name__ == "CheckConstraint"}
        assert checks == wanted, table.name
        indexes = {index["name"] for index in inspector.get_indexes(table.name) if index["name"]}
        assert {str(index.name) for index in table.indexes} <= indexes, table.name
    with database.engine.connect() as connection:
        sql = connection.exec_driver_sql(
            "select sql from sqlite_master where name = 'uq_tickets_unresolved_conversation'"
        ).scalar_one()
    database.close()

    assert "UNIQUE" in sql
    assert "WHERE status != 'resolved'" in sql


def test_upgrading_twice_changes_nothing(tmp_path: Path):
    """It runs at every start."""
    settings = _empty(tmp_path)

    upgrade(settings)
    upgrade(settings)


def test_there_is_one_newest_migration():
    """Two heads would leave the choice to chance."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "bot" / "migrations"))

    assert len(ScriptDirectory.from_config(config).get_heads()) == 1
