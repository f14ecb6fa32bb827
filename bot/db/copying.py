"""Copies a whole store into an empty one of another kind, as from SQLite to PostgreSQL, and proves it row by row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, MetaData, String, Table, func, insert, select, text, update

from bot.db.engine import Database
from bot.db.schema import schema_in
from bot.db.sealed import as_stored
from bot.errors import ConflictError

ROWS_AT_ONCE = 500

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Copied:
    """One table, as it stands in both stores.

    Attributes:
        table: Its name.
        rows: How many rows it has.
        checksum: What its rows come to, in the order of their keys.
    """

    table: str
    rows: int
    checksum: str


def copy(source: Database, target: Database, tables: MetaData) -> list[Copied]:
    """Copy all rows, in one transaction: all of them are there in the end and the same, or none.

    Args:
        source: Where they are; read as it stands at one moment.
        target: Where to; its tables are there, and empty.
        tables: The tables of a store.

    Raises:
        ConflictError: The stores have not seen the same migrations, the target is not empty, a text does not fit, or
            what was written is not what was read; nothing is changed.
    """
    # What is encrypted is copied as it is, with the keys beside it: nothing is opened on the way.
    stored = as_stored(tables).sorted_tables
    with source.read() as reading, target.write() as writing:
        there, here = reading.connection(), writing.connection()
        if not source.is_sqlite:
            there.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        _refuse_unless_ready(there, here, tables)
        copied = [_copy_table(there, here, table) for table in stored]
        for table, was in zip(stored, copied, strict=True):
            if _summary(here, table) != was:
                raise ConflictError(f"The rows of {table.name} are not as they were read. Nothing was copied.")
        if not target.is_sqlite:
            _count_on(here, tables)
        return copied


def _refuse_unless_ready(there: Connection, here: Connection, tables: MetaData) -> None:
    versions = [schema_in(each) for each in (there, here)]
    if versions[0] is None or versions[0] != versions[1]:
        raise ConflictError(
            "The two databases do not have the same schema. Bring the first one up to date with "
            "`./frontdesk database upgrade`, then copy it."
        )
    full = [table.name for table in tables.sorted_tables if here.execute(select(table).limit(1)).first() is not None]
    if full:
        raise ConflictError(f"The target is not empty: there are rows in {', '.join(full)}. Give an empty database.")


def _copy_table(there: Connection, here: Connection, table: Table) -> Copied:
    """Copy a table; a row that refers to one of the same table that comes later is completed at the end."""
    own = [column for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]
    (key,) = table.primary_key.columns if own else (None,)
    checksum, rows, later = hashlib.sha256(), 0, list[tuple[Any, Row]]()
    for chunk in _chunks(there, table):
        _refuse_what_does_not_fit(table, chunk)
        for row in chunk:
            checksum.update(_plain(row))
            ahead = {each.name: row[each.name] for each in own if _is_ahead(row, each.name, key)}
            if ahead and key is not None:
                later.append((row[key.name], ahead))
                row.update(dict.fromkeys(ahead))
        here.execute(insert(table), chunk)
        rows += len(chunk)
    for value, ahead in later:
        if key is not None:
            here.execute(update(table).where(key == value).values(**ahead))
    return Copied(table=table.name, rows=rows, checksum=checksum.hexdigest())


def _is_ahead(row: Mapping[str, Any], name: str, key: Any) -> bool:
    return row[name] is not None and row[name] >= row[key.name]


def _chunks(connection: Connection, table: Table) -> Iterator[list[Row]]:
    ordered = select(table).order_by(*table.primary_key.columns)
    with connection.execute(ordered, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        for part in rows.mappings().partitions():
            yield [dict(row) for row in part]


def _refuse_what_does_not_fit(table: Table, rows: Sequence[Row]) -> None:
    """SQLite keeps a text of any length in any column, and a NUL in it, which PostgreSQL does not."""
    for column in table.columns:
        longest = column.type.length if isinstance(column.type, String) else None
        for row in rows:
            value = row[column.name]
            if isinstance(value, str) and ("\0" in value or (longest is not None and len(value) > longest)):
                number = ", ".join(str(row[key.name]) for key in table.primary_key.columns)
                problem = "has a character in it" if "\0" in value else f"is longer than the {longest} characters"
                raise ConflictError(
                    f"{column.name} of row {number} of {table.name} {problem} that PostgreSQL takes. "
                    "Mend it, then copy again; nothing was copied."
                )


def _summary(connection: Connection, table: Table) -> Copied:
    checksum, rows = hashlib.sha256(), 0
    for chunk in _chunks(connection, table):
        for row in chunk:
            checksum.update(_plain(row))
        rows += len(chunk)
    return Copied(table=table.name, rows=rows, checksum=checksum.hexdigest())


def _plain(row: Mapping[str, Any]) -> bytes:
    """Give a row in the one form that both kinds of database come to: times in UTC, JSON by its keys."""
    return json.dumps(row, sort_keys=True, default=str, ensure_ascii=False).encode()


def _count_on(connection: Connection, tables: MetaData) -> None:
    """Let PostgreSQL go on counting after the highest number: what was given once is given to nothing else."""
    for table in tables.sorted_tables:
        counted = table.autoincrement_column
        if counted is None:
            continue
        highest = connection.execute(select(func.max(counted))).scalar() or 0
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, :column), :value, :is_given)"),
            {"table": table.name, "column": counted.name, "value": max(highest, 1), "is_given": highest > 0},
        )
