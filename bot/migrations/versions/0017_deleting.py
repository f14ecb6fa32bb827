"""Rows may be deleted: no number is given twice, and entries of the audit log may go after a year."""

from __future__ import annotations

from collections.abc import Mapping

from alembic import op
from sqlalchemy import Connection

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLES = ("messages", "tickets", "sms_numbers", "notifications")
_PLAIN, _COUNTED = "id INTEGER NOT NULL", "id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT"
_REFERENCES = (("tickets", "message_id"), ("safety_records", "answer_id"))
"""To messages: whoever deletes one would have to look through all of these tables."""
_WIDER = {"notifications": {"way VARCHAR(10)": "way VARCHAR(20)"}}
_TRIGGER = "audit_entries_no_DELETE"
_REFUSED = "RAISE(ABORT, 'the audit log is append-only')"
_FUNCTION = """\
CREATE OR REPLACE FUNCTION audit_entries_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {exception}RAISE EXCEPTION 'the audit log is append-only';
END $$"""
_AFTER_A_YEAR = "IF TG_OP = 'DELETE' AND OLD.at < now() - interval '365 days' THEN RETURN OLD; END IF;\n    "


def upgrade() -> None:
    """Apply the change."""
    for table, column in _REFERENCES:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        op.execute(_FUNCTION.format(exception=_AFTER_A_YEAR))
        # It had no room for "integration", which SQLite does not mind.
        op.execute("ALTER TABLE notifications ALTER COLUMN way TYPE VARCHAR(20)")
        return
    for table in _TABLES:
        _rebuild(bind, table, {_PLAIN: _COUNTED, _key_of(table): "", **_WIDER.get(table, {})})
    op.execute(f"DROP TRIGGER {_TRIGGER}")
    op.execute(
        f"CREATE TRIGGER {_TRIGGER} BEFORE DELETE ON audit_entries WHEN OLD.at >= datetime('now', '-365 days') "
        f"BEGIN SELECT {_REFUSED}; END"
    )


def downgrade() -> None:
    """Take the change back."""
    for table, column in _REFERENCES:
        op.drop_index(op.f(f"ix_{table}_{column}"), table)
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        op.execute(_FUNCTION.format(exception=""))
        op.execute("ALTER TABLE notifications ALTER COLUMN way TYPE VARCHAR(10) USING CAST(way AS VARCHAR(10))")
        return
    op.execute(f"DROP TRIGGER {_TRIGGER}")
    op.execute(f"CREATE TRIGGER {_TRIGGER} BEFORE DELETE ON audit_entries BEGIN SELECT {_REFUSED}; END")
    for table in _TABLES:
        # A primary key that is named stands after the columns.
        narrower = {new: old for old, new in _WIDER.get(table, {}).items()}
        _rebuild(bind, table, {_COUNTED: _PLAIN, "\tCONSTRAINT ": f"{_key_of(table)}\tCONSTRAINT ", **narrower})


def _key_of(table: str) -> str:
    return f"\tCONSTRAINT pk_{table} PRIMARY KEY (id), \n"


def _rebuild(bind: Connection, table: str, changes: Mapping[str, str]) -> None:
    """Make a table of SQLite anew, in the way of its manual, from the very words that it and its indexes are made of.

    Args:
        bind: The connection.
        table: Its name.
        changes: What to put in place of what, the first time that it comes.
    """
    query = "SELECT type, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL"
    made_of = [(row.type, row.sql) for row in bind.exec_driver_sql(query, (table,))]
    (made,) = (sql for kind, sql in made_of if kind == "table")
    for old, new in {table: f"_new_{table}", **changes}.items():
        if old not in made:
            raise RuntimeError(f"{table} is not made as it was known to be")
        made = made.replace(old, new, 1)
    bind.exec_driver_sql(made)
    columns = ", ".join(f'"{row[1]}"' for row in bind.exec_driver_sql(f"PRAGMA table_info({table})"))
    bind.exec_driver_sql(f"INSERT INTO _new_{table} ({columns}) SELECT {columns} FROM {table}")  # noqa: S608 (our names)
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(f"ALTER TABLE _new_{table} RENAME TO {table}")
    for kind, sql in made_of:
        if kind != "table":
            bind.exec_driver_sql(sql)
