"""Databases on a PostgreSQL that lives as long as a run of tests; each test finds them as new."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
from psycopg import sql

from bot.cli.testing.postgresql_server import PostgresqlServer

_SEQUENCES = "SELECT schemaname, sequencename FROM pg_sequences"
_SHAPE = "SELECT tgname FROM pg_trigger UNION ALL SELECT relname FROM pg_class WHERE relkind IN ('r', 'i') ORDER BY 1"
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


class AsNew:
    """A database that is filled once, and given to one test after the other as it was then.

    Only what a test has changed is put back: to copy the whole takes a fifth of a second, which is longer than most
    tests take.
    """

    def __init__(self, server: PostgresqlServer, fill: Callable[[str], None], *, template: AsNew | None = None) -> None:
        """Take the server, what fills the database at an address, and what it is filled as before."""
        self._server = server
        self._original = server.create() if template is None else server.create(template._original)
        fill(server.url(self._original))
        self._copy: str | None = None
        # Kept as long as the copy: a connection that is new has to read what tables there are, which takes the server
        # several times what the looking takes.
        self._connection: psycopg.Connection | None = None

    def url(self) -> str:
        """Give the address of a database as it was filled; what was given before is gone."""
        if self._copy is not None and not self._is_put_back():
            self._server.drop(self._copy)
            self._copy = None
        if self._copy is None:
            self._copy = self._server.create(template=self._original)
            connection = self._connected(self._copy)
            self._tables = [name for (name,) in connection.execute(_TABLES)]
            self._shape_was = self._shape(connection)
            self._was = self._state(connection)
            self._numbers = self._sequences(connection)
        return self._server.url(self._copy)

    def _connected(self, name: str) -> psycopg.Connection:
        self._connection = self._server.connect(name)
        # Neither the triggers that protect the audit log nor the order of references stands in the way.
        self._connection.execute("SET session_replication_role = replica")
        return self._connection

    def _is_put_back(self) -> bool:
        """Put back, on the connection that is kept; a test may have taken that or the database away."""
        assert self._connection is not None
        try:
            is_put_back = self._put_back(self._connection)
        except psycopg.OperationalError:
            is_put_back = False
        if not is_put_back:
            self._connection.close()
        return is_put_back

    def _put_back(self, connection: psycopg.Connection) -> bool:
        """Delete the rows written since; tell whether the others, and which tables there are, are as then."""
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        if self._shape(connection) != self._shape_was:
            return False
        state = self._state(connection)
        changed = [table for table in self._tables if state[table] != self._was[table]]
        for table in changed:
            rows_then, newest_then = self._was[table]
            delete = sql.SQL("DELETE FROM {} WHERE xmin::text::bigint > {}")
            deleted = connection.execute(delete.format(sql.Identifier(table), sql.Literal(newest_then))).rowcount
            # What was changed is a row written since: without it, there is one less than there was.
            if state[table][0] - deleted != rows_then:
                return False
        for sequence, values in self._sequences(connection).items():
            if values != self._numbers[sequence]:
                connection.execute("SELECT setval(%s, %s, %s)", (sequence, *self._numbers[sequence]))
        return True

    def _shape(self, connection: psycopg.Connection) -> list[str]:
        """Name the tables and what watches over them."""
        return [name for (name,) in connection.execute(_SHAPE)]

    def _state(self, connection: psycopg.Connection) -> dict[str, tuple[int, int]]:
        """Give of each table how many rows it has, and which transaction wrote the newest of them."""
        each = (
            sql.SQL("SELECT {}, count(*), coalesce(max(xmin::text::bigint), 0) FROM {}").format(
                sql.Literal(table), sql.Identifier(table)
            )
            for table in self._tables
        )
        rows = connection.execute(sql.SQL(" UNION ALL ").join(each)).fetchall()
        return {table: (rows_there, newest) for table, rows_there, newest in rows}

    def _sequences(self, connection: psycopg.Connection) -> dict[str, tuple[int, bool]]:
        names = [name for _schema, name in connection.execute(_SEQUENCES)]
        each = (
            sql.SQL("SELECT {}, last_value, is_called FROM {}").format(sql.Literal(name), sql.Identifier(name))
            for name in names
        )
        rows = connection.execute(sql.SQL(" UNION ALL ").join(each)).fetchall()
        return {name: (value, called) for name, value, called in rows}
