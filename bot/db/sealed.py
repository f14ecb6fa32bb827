"""The types of columns that are sealed where the installation has a key: text, JSON, and what is looked up by.

A value that was stored before there was a key is read as it is. What people look for inside of sealed texts is found by
`bot/db/sealed_search.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol, cast

from sqlalchemy import JSON, ColumnElement, Dialect, MetaData, Table, Text, literal, or_, type_coerce
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import SQLColumnExpression
from sqlalchemy.types import TypeDecorator

from bot.errors import EncryptionKeyError, UnstorableTextError
from bot.sealing import FINDABLE, KEY_FILE_VARIABLE, SEALED, ValueKey, escaped, key_id_of, looks_sealed, unescaped

SEALED_PART = "sealed"
"""Under it a sealed JSON value holds all of it; beside it stands what the database itself looks at."""
NO_KEY = f"No key is set. `./frontdesk keys make FILE` makes one; set {KEY_FILE_VARIABLE} to that file."
_KEYS = "frontdesk_keys"
_KEYS_LOOKED_WITH = 2
"""The newest, and the one before it: while `keys rotate` is under way both are in use, and never a third."""


class Keys(Protocol):
    """What the columns of a database are sealed with."""

    def sealing(self) -> ValueKey | None:
        """Give the key to seal with; None where the installation has none.

        Raises:
            EncryptionKeyError: It has one, and the database none yet.
        """

    def looking(self) -> tuple[ValueKey, ...]:
        """Give the keys that something may have been sealed with, the newest first."""

    def named(self, key_id: str) -> ValueKey:
        """Give one of them.

        Raises:
            EncryptionKeyError: It is not known; says what to do.
        """


class _RefusedError(UnstorableTextError, DontWrapMixin):
    """The same, let through by SQLAlchemy as it is."""


class UnreadableError(EncryptionKeyError, DontWrapMixin):
    """The same, let through by SQLAlchemy as it is."""


def use_keys(dialect: Dialect, keys: Keys) -> None:
    """Let all columns of the databases of an engine be sealed with these keys."""
    setattr(dialect, _KEYS, keys)


def _keys_of(dialect: Dialect) -> Keys | None:
    keys: Keys | None = getattr(dialect, _KEYS, None)
    return keys


def _sealing(dialect: Dialect) -> ValueKey | None:
    keys = _keys_of(dialect)
    return None if keys is None else keys.sealing()


def _opened(stored: str, dialect: Dialect) -> str:
    if not looks_sealed(stored):
        return unescaped(stored)
    keys = _keys_of(dialect)
    if keys is None:
        raise UnreadableError("What is stored is encrypted, and this part of Frontdesk was given no key.")
    return keys.named(key_id_of(stored)).open(stored)


def _refuse_nul(text: str) -> None:
    # As where nothing is sealed: what is sealed goes to PostgreSQL, too, and comes out of it again.
    if "\0" in text:
        raise _RefusedError


class SealedText(TypeDecorator[str]):
    """A text that is sealed another way each time; equal ones do not show it."""

    impl = Text
    cache_ok = True

    def coerce_compared_value(self, op: Any, value: Any) -> Any:  # noqa: ARG002
        """Compare with what is stored: only plain values fit anything."""
        return Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal it."""
        if value is None:
            return None
        _refuse_nul(value)
        key = _sealing(dialect)
        return escaped(value) if key is None else key.seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open it."""
        return None if value is None else _opened(value, dialect)


class SealedJson(TypeDecorator[Any]):
    """JSON of which only some fields are left for the database to look at.

    Args:
        left_open: Their names: none may hold what somebody wrote.
    """

    impl = JSON
    cache_ok = True

    def __init__(self, left_open: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.left_open = left_open

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """Let a field be compared as JSON's is."""
        return self.impl_instance.coerce_compared_value(op, value)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Seal it."""
        key = _sealing(dialect)
        if value is None or key is None:
            return value
        left = {name: value[name] for name in self.left_open if name in value} if isinstance(value, dict) else {}
        return {**left, SEALED_PART: key.seal(json.dumps(value))}

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Open it."""
        sealed = value.get(SEALED_PART) if isinstance(value, dict) else None
        if not isinstance(sealed, str) or not looks_sealed(sealed):
            return value
        return json.loads(_opened(sealed, dialect))


class Findable(TypeDecorator[str]):
    """A text that is sealed the same way each time, so that it can be looked up and told from others.

    Args:
        found_by: Gives the form that people look for (`is_found_by`); the text itself by default.
    """

    impl = Text
    cache_ok = True

    def __init__(self, found_by: Callable[[str], str] = str) -> None:
        super().__init__()
        self.found_by = found_by

    def coerce_compared_value(self, op: Any, value: Any) -> Any:  # noqa: ARG002
        """Compare with what is stored, but for being equal (`Comparator`)."""
        return Text()

    class Comparator(TypeDecorator.Comparator[str]):
        """Compares with a text as it stands with each of the keys in use, and plain."""

        def operate(self, op: Any, *other: Any, **options: Any) -> Any:
            """Compare."""
            if op is operators.eq and isinstance(other[0], str):
                return self._is_one_of([other[0]])
            if op is operators.in_op and isinstance(other[0], (list, tuple, set, frozenset)):
                return self._is_one_of(list(other[0]))
            return super().operate(op, *other, **options)

        def _is_one_of(self, values: list[str]) -> Any:
            kind = cast("Findable", self.type)
            forms = [literal(value, _Form(kind.found_by, at)) for value in values for at in _FORMS]
            return super().operate(operators.in_op, forms)

    comparator_factory = Comparator

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal it."""
        if value is None:
            return None
        _refuse_nul(value)
        key = _sealing(dialect)
        return escaped(value) if key is None else key.seal_findable(value, self.found_by(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open it."""
        return None if value is None else _opened(value, dialect)


_FORMS = range(_KEYS_LOOKED_WITH + 1)


class _Form(TypeDecorator[str]):
    """One of the forms that a text to look up may stand in: sealed with the newest key, with the one before, plain.

    Which there are is known when the statement is carried out; one that there is not is the plain one.
    """

    impl = Text
    cache_ok = True

    def __init__(self, found_by: Callable[[str], str], at: int, *, begun: bool = False) -> None:
        super().__init__()
        self.found_by, self.at, self.begun = found_by, at, begun

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Give the form."""
        if value is None:
            return None
        _refuse_nul(value)
        known = _keys_of(dialect)
        keys = () if known is None else known.looking()
        if self.at >= len(keys) or not value:
            return escaped(value)
        if self.begun:
            return keys[self.at].first_part(value)
        return keys[self.at].seal_findable(value, self.found_by(value))


def seals(dialect: Dialect) -> bool:
    """Say whether the columns of the databases of an engine are sealed."""
    return _keys_of(dialect) is not None


def opening(dialect: Dialect) -> Callable[[str], str]:
    """Give what opens many sealed values."""
    known: dict[str, ValueKey] = {}

    def opened(stored: str) -> str:
        key_id = key_id_of(stored)
        key = known.get(key_id)
        if key is None:
            keys = _keys_of(dialect)
            if keys is None:
                raise UnreadableError(NO_KEY)
            key = known[key_id] = keys.named(key_id)
        return key.open(stored)

    return opened


def sealing_key(dialect: Dialect) -> ValueKey:
    """Give the key that values are sealed with.

    Raises:
        EncryptionKeyError: None is set.
    """
    key = _sealing(dialect)
    if key is None:
        raise UnreadableError(NO_KEY)
    return key


def is_sealed(column: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Say that what is stored in a column is sealed: what a pattern finds in it means nothing."""
    stored = type_coerce(column, Text)
    return or_(*(stored.startswith(mark) for mark in (SEALED, FINDABLE)))


def is_found_by(column: SQLColumnExpression[Any], form: str) -> ColumnElement[bool]:
    """Say that a sealed value of a findable column is one that people find by a form; plain ones it does not find.

    Args:
        column: A `Findable` one with a form of its own.
        form: What that gives of the value.
    """
    stored = type_coerce(column, Text)
    firsts = [literal(form, _Form(str, at, begun=True)) for at in range(_KEYS_LOOKED_WITH)]
    return or_(*(or_(stored == first, stored.startswith(first.concat("."))) for first in firsts))


def sealed_columns(table: Table) -> list[str]:
    """Give the names of a table's columns that are sealed where the installation has a key."""
    kinds = (SealedText, SealedJson, Findable)
    return [column.name for column in table.columns if isinstance(column.type, kinds)]


def as_stored(tables: MetaData) -> MetaData:
    """Give the same tables with their values as they are stored, the sealed ones sealed.

    They are made once: statements on them are then compiled once, too.
    """
    # Tables may still be added to those given, by a module that is imported later.
    return _as_stored(tables, len(tables.tables))


@lru_cache(maxsize=4)
def _as_stored(tables: MetaData, _how_many: int) -> MetaData:
    raw = MetaData()
    for table in tables.sorted_tables:
        same = table.to_metadata(raw)
        for name in sealed_columns(table):
            same.columns[name].type = cast("TypeDecorator[Any]", table.columns[name].type).impl_instance
    return raw
