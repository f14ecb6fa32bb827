"""Which schema a store has: the newest migration that it has seen."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from bot.db.engine import Database

VERSION = "alembic_version"
"""Alembic's table of one row: the newest migration that a store has seen."""


def schema_in(connection: Connection) -> str | None:
    """Give a store's newest migration; None if it has seen none."""
    if not inspect(connection).has_table(VERSION):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION}")).scalar()  # noqa: S608 (our name)
    return None if found is None else str(found)


def schema_of(database: Database) -> str | None:
    """Give the same of a store that is not open yet."""
    with database.engine.connect() as connection:
        return schema_in(connection)
