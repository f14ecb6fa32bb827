"""Saves a PostgreSQL database by pg_dump; loads it by pg_restore, with what was there put aside until that worked."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import IdentifierPreparer

from bot.backup.manifest import require_rows
from bot.backup.postgresql_programs import find_program
from bot.db.engine import Database
from bot.errors import ConflictError

_ASIDE = "_before_restore"
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
_OTHERS = """
SELECT DISTINCT usename, coalesce(nullif(application_name, ''), 'a program without a name'),
    coalesce(host(client_addr), 'this machine')
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
ORDER BY 1, 2, 3
"""


class PostgresqlStore:
    """The tables of one schema of one database: the schema that its address leads to."""

    engine = "postgresql"

    def __init__(self, address: URL) -> None:
        """Take its address, as the app or Rasa has it."""
        # Rasa's environment has the older driver.
        self._address = address.set(drivername="postgresql+psycopg")

    def exists(self) -> bool:
        """Say whether there are tables in the schema."""
        with self._connected() as connection:
            return connection.execute(text(_TABLES)).first() is not None

    def save(self, target: Path) -> Mapping[str, int]:
        """Dump it; its rows are counted in the moment that the dump shows."""
        with self._connected() as connection:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            moment = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            options = ["--format=custom", f"--schema={_quoted(connection, _schema(connection))}"]
            options += [f"--snapshot={moment}", f"--file={target}"]
            self._run(connection, "pg_dump", options, "could not be saved")
            return _rows(connection)

    def check(self, source: Path) -> None:
        """Read the list of what was dumped."""
        with self._connected() as connection:
            program = find_program("pg_restore", _major(connection))
        listed = subprocess.run([program, "--list", source], capture_output=True, text=True, check=False)
        if listed.returncode != 0:
            raise ConflictError(f"The database in the backup cannot be read: {_last_line(listed.stderr)}")

    def used_by(self) -> str | None:
        """Name who is connected to the database."""
        with self._connected() as connection:
            others = connection.execute(text(_OTHERS)).all()
        return "; ".join(f"{program} of {user} from {place}" for user, program, place in others) or None

    def load(self, source: Path, rows: Mapping[str, int]) -> None:
        """Load a dump into an empty schema of the same name, then drop what was put aside for it."""
        with self._connected() as connection:
            schema = _schema(connection)
            there, aside = _quoted(connection, schema), _quoted(connection, schema + _ASIDE)
            is_there, is_left = (_has_schema(connection, name) for name in (schema, schema + _ASIDE))
        put_back = (f"DROP SCHEMA {there} CASCADE", f"ALTER SCHEMA {aside} RENAME TO {there}")
        if is_left:
            # A restore was cut short: what it had put aside is what was there before.
            self._execute(*put_back)
        elif not is_there:
            self._execute(f"CREATE SCHEMA {there}")
        self._execute(f"ALTER SCHEMA {there} RENAME TO {aside}", f"CREATE SCHEMA {there}")
        try:
            with self._connected() as connection:
                options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
                options += [f"--schema={schema}", str(source)]
                self._run(connection, "pg_restore", options, "could not be loaded; what was there is there still")
                require_rows(_rows(connection), rows)
        except BaseException:
            self._execute(*put_back)
            raise
        self._execute(f"DROP SCHEMA {aside} CASCADE")

    def _run(self, connection: Connection, name: str, options: list[str], problem: str) -> None:
        program = find_program(name, _major(connection))
        address = self._address
        where = make_conninfo(
            **{
                key: value
                for key, value in {
                    "host": address.host,
                    "port": address.port,
                    "user": address.username,
                    "dbname": address.database,
                    **address.query,
                }.items()
                if value is not None
            }  # type: ignore[arg-type]
        )
        # Not among the arguments, which everybody on the machine can see.
        secret = {"PGPASSWORD": str(address.password)} if address.password is not None else {}
        ran = subprocess.run(
            [program, f"--dbname={where}", *options],
            env={**os.environ, **secret, "LC_MESSAGES": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode != 0:
            raise ConflictError(f"The database {address.database} {problem}. {name} says: {_last_line(ran.stderr)}")

    def _execute(self, *statements: str) -> None:
        with self._connected() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
            connection.commit()

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        database = Database(self._address.render_as_string(hide_password=False))
        try:
            with database.engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            said = _last_line(str(error.orig))
            raise ConflictError(
                f"The database {self._address.database} does not do what it was asked: {said}"
            ) from error
        finally:
            database.close()


def _schema(connection: Connection) -> str:
    """Give the schema that the address leads to; it need not be there yet."""
    found = connection.execute(text("SELECT current_schema()")).scalar()
    if found is None:
        path = str(connection.execute(text("SHOW search_path")).scalar_one())
        names = [name.strip().strip('"') for name in path.split(",")]
        found = next(name for name in names if name != "$user")
    return str(found)


def _has_schema(connection: Connection, name: str) -> bool:
    wanted = text("SELECT 1 FROM pg_namespace WHERE nspname = :name")
    return connection.execute(wanted, {"name": name}).first() is not None


def _quoted(connection: Connection, name: str) -> str:
    preparer: IdentifierPreparer = connection.dialect.identifier_preparer
    return str(preparer.quote_identifier(name))


def _major(connection: Connection) -> int:
    return int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000


def _rows(connection: Connection) -> dict[str, int]:
    names = connection.execute(text(_TABLES)).scalars().all()
    return {
        name: connection.execute(text(f"SELECT count(*) FROM {_quoted(connection, name)}")).scalar_one()  # noqa: S608
        for name in names
    }


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["nothing"])[0]
