"""Each migration keeps the rows that are there, and the version before goes on working on the tables that it makes.

So edges are restarted one after the other: the first that starts migrates, and the others still run the code of before.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command as alembic
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Boolean, Column, Connection, Date, DateTime, Integer, MetaData, String, Table, inspect
from sqlalchemy.exc import DBAPIError

from bot.cli.commands.database import _without_references
from bot.cli.testing.postgresql_server import PostgresqlServer
from bot.db.engine import Database
from bot.knowledge.search_index import TABLE as SEARCH_INDEX
from bot.settings import ROOT
from tests.conftest import POSTGRESQL

MOMENT = dt.datetime(2026, 1, 10, 9, 30, tzinfo=dt.UTC)
BODY = {"short_cites": [], "details": [], "related": [], "listed": []}
APPEND_ONLY = {"audit_entries"}
LOST_ON_PURPOSE = {
    ("0002", "answer_versions.content_hash"),
    # A name without an account answers no more.
    ("0004", "conversations"),
    ("0012", "staff_members.failed_sign_ins"),
    ("0012", "staff_members.locked_until"),
    # Of minutes: they begin anew.
    ("0028", "sign_in_tries"),
}
BREAKS_THE_VERSION_BEFORE = {
    "0002": {"answers", "answer_treatments", "answer_versions", "citations"},
    "0012": {
        "staff_members",
        "integrations",
        "sign_ins",
        "staff_links",
        "ticket_mentions",
        "ticket_notes",
        "ticket_reads",
    },
    "0028": {"sign_in_tries", "sign_ins"},
}
"""Migrations of before it was looked at: for these all edges are stopped. No other may come to this list.

A new column that is not null has a default in the database; what is dropped was used by no version before.
"""


class Store:
    """An empty database, brought from one migration to the next."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self._config = Config()
        self._config.set_main_option("script_location", str(ROOT / "bot" / "migrations"))
        scripts = reversed(list(ScriptDirectory.from_config(self._config).walk_revisions()))
        self.revisions = [script.revision for script in scripts]
        self._number = 0

    def upgrade(self, to: str) -> None:
        """Apply migrations, as `frontdesk database upgrade` does."""
        with self.database.engine.connect() as connection:
            if self.database.is_sqlite:
                _without_references(connection)
            self._config.attributes["connection"] = connection
            alembic.upgrade(self._config, to)
            connection.commit()

    def tables(self) -> list[Table]:
        """Give the tables as they are now, none before those that it refers to; what is searched in is left out."""
        found = MetaData()
        with self.database.engine.connect() as connection:
            names = inspect(connection).get_table_names()
            wanted = [name for name in names if not name.startswith((SEARCH_INDEX, "alembic", "sqlite"))]
            found.reflect(connection, only=wanted)
            self._checks = {
                name: [check["sqltext"] for check in inspect(connection).get_check_constraints(name)] for name in wanted
            }
        return found.sorted_tables

    def add_rows(self, tables: list[Table]) -> None:
        """Put a row into each table, by the columns that it had when the tables were looked at."""
        added: dict[str, dict[str, Any]] = {}
        for table in tables:
            self._number += 1
            added[table.name] = {column.name: self._value(column, added) for column in table.columns}
            values = {name: value for name, value in added[table.name].items() if value is not None}
            with self.database.engine.begin() as connection:
                key = connection.execute(table.insert().values(values)).inserted_primary_key
            added[table.name].update(
                zip((column.name for column in table.primary_key.columns), key or (), strict=False)
            )

    def rows(self, table: Table, columns: list[Column[Any]]) -> list[tuple[Any, ...]]:
        """Give all rows of a table, in some order that stays."""
        with self.database.engine.connect() as connection:
            return sorted(
                (tuple(row) for row in connection.execute(table.select().with_only_columns(*columns))), key=str
            )

    def _value(self, column: Column[Any], added: dict[str, dict[str, Any]]) -> Any:
        for key in column.foreign_keys:
            referred = added.get(key.column.table.name)
            return None if referred is None or column.nullable else referred[key.column.name]
        if isinstance(column.type, Integer) and column.primary_key:
            return None if len(column.table.primary_key.columns) == 1 else self._number
        checks = [check for check in self._checks[column.table.name] if column.name in check]
        if checks and column.nullable:
            return None
        listed = [word for check in checks for word in _words_of(check, column.name)]
        if listed:
            # One on which nothing else hangs, where there is one: what may be empty, is.
            others = [check for check in checks if not _words_of(check, column.name)]
            free = [word for word in listed if not any(f"'{word}'" in check for check in others)]
            return (free or listed)[0]
        return self._of_type(column)

    def _of_type(self, column: Column[Any]) -> Any:
        kind = column.type
        if isinstance(kind, JSON):
            return None if column.nullable else BODY
        if isinstance(kind, DateTime):
            return MOMENT if kind.timezone else MOMENT.replace(tzinfo=None)
        if isinstance(kind, Date):
            return MOMENT.date()
        if isinstance(kind, Boolean):
            return False
        if isinstance(kind, String):
            return f"x{self._number}"[: kind.length]
        return self._number


def _words_of(check: str, name: str) -> list[str]:
    """Give the values that a check lets a column have, if it lists them, as either database writes that."""
    lists = re.search(r" in \(| = any ", check, re.IGNORECASE) and not re.search(r"\bnull\b", check, re.IGNORECASE)
    return re.findall(r"'(\w+)'", check) if lists and re.search(rf"^\W*{name}\b", check) else []


@pytest.fixture
def store(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    """Give an empty database of each kind."""
    server: PostgresqlServer | None = None
    name, url = "", f"sqlite:///{tmp_path / 'frontdesk.db'}"
    if database_kind == POSTGRESQL:
        server = request.getfixturevalue("postgresql")
        name = server.create()
        url = server.url(name)
    made = Store(url)
    yield made
    made.database.close()
    if server is not None:
        server.drop(name)


@pytest.mark.slow(reason="goes through every migration one by one, and looks all tables up after each")
def test_rows_and_the_version_before_survive_each_migration(store: Store):
    """What was there is there afterwards; code that knows the former columns alone writes, reads, changes, deletes."""
    lost: set[tuple[str, str]] = set()
    broken: dict[str, set[str]] = {}
    store.upgrade(store.revisions[0])
    for to in store.revisions[1:]:
        tables = store.tables()
        store.add_rows(tables)
        before = {table.name: store.rows(table, list(table.columns)) for table in tables}

        store.upgrade(to)

        with store.database.engine.connect() as connection:
            now = {name: _columns(connection, name) for name in inspect(connection).get_table_names()}
        for table in tables:
            kept = [column for column in table.columns if column.name in now.get(table.name, ())]
            if len(kept) < len(table.columns):
                gone = {column.name for column in table.columns} - {column.name for column in kept}
                lost |= {(to, f"{table.name}.{name}") for name in gone}
                continue
            if store.rows(table, kept) != before[table.name]:
                lost.add((to, table.name))
        if not_working := set(_works_as_before(store, tables)):
            broken[to] = not_working
    assert lost == LOST_ON_PURPOSE
    assert broken == BREAKS_THE_VERSION_BEFORE


def _columns(connection: Connection, name: str) -> set[str]:
    return {column["name"] for column in inspect(connection).get_columns(name)}


def _works_as_before(store: Store, tables: list[Table]) -> Iterator[str]:
    """Write, read, change and delete a row of each table as the version before would; name those where it cannot."""
    for table in tables:
        try:
            store.add_rows([*_referred_by(table), table])
            store.rows(table, list(table.columns))
            if table.name not in APPEND_ONLY:
                with store.database.engine.begin() as connection:
                    free = next((c for c in table.columns if not c.primary_key and not c.foreign_keys), None)
                    if free is not None:
                        connection.execute(table.update().values({free.name: free}))
        except DBAPIError as error:
            # Shown should it fail.
            print(table.name, str(error.orig).splitlines()[0])  # noqa: T201
            yield table.name


def _referred_by(table: Table) -> list[Table]:
    """Give what a row of a table has to refer to, and what that refers to, in order."""
    needed: list[Table] = []
    for column in table.columns:
        for key in column.foreign_keys:
            other = key.column.table
            if other is not table and not column.nullable and other not in needed:
                needed += [each for each in (*_referred_by(other), other) if each not in needed]
    return needed
