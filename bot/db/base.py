"""What all tables share: the declarative base, names of constraints, and times that are always UTC."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import DateTime, Dialect, MetaData
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

CONSTRAINT_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

NEVER_TWICE = {"sqlite_autoincrement": True}
"""For a table whose numbers are named elsewhere: SQLite would give that of a deleted last row again.

A table that Alembic makes anew (`batch_alter_table`) loses it: give it as `table_kwargs` there.
"""


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An aware UTC time; SQLite, which keeps no zone, gets and gives UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """Refuse a naive time, which would silently mean another moment elsewhere."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored; use UTC")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """Give the time back as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Base(DeclarativeBase):
    """The base of all table classes."""

    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)
    type_annotation_map: dict[Any, Any] = {dt.datetime: UtcDateTime}  # noqa: RUF012 (SQLAlchemy wants a plain attribute)
