"""Goes through a whole store and seals what is plain, or sealed with an older key, with the key in use."""

from __future__ import annotations

import time
from typing import Any, cast

from sqlalchemy import Connection, Dialect, MetaData, Table, select, tuple_, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import TypeDecorator

from bot.db.engine import Database
from bot.db.sealed import SEALED_PART, as_stored, sealed_columns, sealing_key
from bot.sealing import key_id_of, looks_sealed

ROWS_AT_ONCE = 200
"""Of one transaction, so that nobody who serves patients waits long for it."""
_TRIES = 5

Key = tuple[Any, ...]


def reseal(database: Database, tables: MetaData) -> dict[str, int]:
    """Seal each value with the key in use that is not; give of each table how many rows were changed.

    Whatever moment it ends at, each value is whole, and what is done stays done: the next time goes on from there.

    Args:
        database: The store; others may work on it meanwhile.
        tables: Its tables.

    Raises:
        EncryptionKeyError: No key is set, or a value cannot be opened.
    """
    database.keys.follow(to_write=True)
    raw = as_stored(tables)
    changed: dict[str, int] = {}
    for table in tables.sorted_tables:
        if sealed_columns(table):
            rows = _reseal_table(database, table, raw.tables[table.name])
            if rows:
                changed[table.name] = rows
    return changed


def _reseal_table(database: Database, table: Table, raw: Table) -> int:
    changed, after = 0, None
    while True:
        keys, rows = _batch(database, table, raw, after)
        changed += rows
        if len(keys) < ROWS_AT_ONCE:
            return changed
        after = keys[-1]


def _batch(database: Database, table: Table, raw: Table, after: Key | None) -> tuple[list[Key], int]:
    for tried in range(1, _TRIES):
        try:
            with database.write() as session:
                return _reseal_rows(session.connection(), table, raw, after)
        except OperationalError:
            # Somebody who serves a patient has one of these rows in hand.
            time.sleep(0.2 * tried)
    with database.write() as session:
        return _reseal_rows(session.connection(), table, raw, after)


def _reseal_rows(connection: Connection, table: Table, raw: Table, after: Key | None) -> tuple[list[Key], int]:
    own, names = list(raw.primary_key.columns), sealed_columns(table)
    query = select(*own, *(raw.columns[name] for name in names)).order_by(*own).limit(ROWS_AT_ONCE).with_for_update()
    if after is not None:
        query = query.where(tuple_(*own) > tuple_(*after))
    keys, changed = list[Key](), 0
    for row in connection.execute(query).mappings().all():
        keys.append(tuple(row[column.name] for column in own))
        sealed = {name: _anew(table, name, row[name], connection.dialect) for name in names}
        new = {name: value for name, value in sealed.items() if value is not None}
        if new:
            which = [column == value for column, value in zip(own, keys[-1], strict=True)]
            connection.execute(update(raw).where(*which).values(new))
            changed += 1
    return keys, changed


def _anew(table: Table, name: str, stored: Any, dialect: Dialect) -> Any:
    """Give a stored value as it is sealed with the key in use; None where it is, or nothing is there to seal."""
    key = sealing_key(dialect)
    sealed = stored.get(SEALED_PART) if isinstance(stored, dict) else stored
    if stored in (None, "") or (isinstance(sealed, str) and looks_sealed(sealed) and key_id_of(sealed) == key.id):
        return None
    kind = cast("TypeDecorator[Any]", table.columns[name].type)
    return kind.process_bind_param(kind.process_result_value(stored, dialect), dialect)
