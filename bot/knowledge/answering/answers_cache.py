"""Answers that may be served, kept in memory for as long as the store says the same: most are asked for again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Boolean, Date, Select, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.orm import Session

from bot.knowledge import store
from bot.knowledge.serving import Rules, ServedAnswer

MOST_KEPT = 64
"""Pairs of treatment and topic, with some 40 kB each."""

Row = tuple[Any, ...]


class AnswersCache:
    """Reads rows each time, and makes objects of them, with their citations, only when they have changed."""

    def __init__(self) -> None:
        """Start empty."""
        self._statements: dict[bool, TextClause] = {}
        self._kept: dict[tuple[str | None, str], tuple[list[Row], list[ServedAnswer]]] = {}

    def answers(self, session: Session, *, treatment: str, topic: str, rules: Rules) -> list[ServedAnswer]:
        """Give what `store.answers` gives; not to be changed."""
        return self._known(
            session,
            (treatment, topic),
            {"treatment": treatment, "topic": topic, "today": rules.today, "samples": rules.samples},
            lambda: store.answers(session, treatment=treatment, topic=topic, rules=rules),
        )

    def comparisons(self, session: Session, *, topic: str, rules: Rules) -> list[ServedAnswer]:
        """Give what `store.comparisons` gives; not to be changed."""
        return self._known(
            session,
            (None, topic),
            {"topic": topic, "today": rules.today, "samples": rules.samples},
            lambda: store.comparisons(session, topic=topic, rules=rules),
        )

    def _known(
        self,
        session: Session,
        key: tuple[str | None, str],
        values: dict[str, Any],
        read: Callable[[], list[ServedAnswer]],
    ) -> list[ServedAnswer]:
        session.flush()
        statement = self._statement(session, for_treatment=key[0] is not None)
        rows: list[Row] = [tuple(row) for row in session.connection().execute(statement, values)]
        kept = self._kept.get(key)
        if kept is not None and kept[0] == rows:
            return kept[1]
        # The rows were read first: if somebody writes in between, the next look sees other rows.
        found = read()
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[key] = (rows, found)
        return found

    def _statement(self, session: Session, *, for_treatment: bool) -> TextClause:
        """Give the statement in the database's own SQL: to go through one of this size takes longer than to run it."""
        if for_treatment not in self._statements:
            query = store.AS_ROWS_FOR_TREATMENT if for_treatment else store.AS_ROWS_FOR_TOPIC
            self._statements[for_treatment] = _in_plain_sql(query, session)
        return self._statements[for_treatment]


def _in_plain_sql(query: Select[Any], session: Session) -> TextClause:
    named: Any = type(session.connection().dialect)
    # That of PostgreSQL itself: its driver's would write `:today::DATE`, which `text` takes for no parameter.
    plain: Any = PGDialect if issubclass(named, PGDialect) else named
    compiled = query.compile(dialect=plain(paramstyle="named"))
    # What has no value yet is what the query asks for; the others are constants of it.
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    asked = compiled.params.keys() - constants.keys()
    types: dict[str, Any] = {"today": Date(), "samples": Boolean()}
    return text(str(compiled)).bindparams(*(bindparam(name, type_=types.get(name)) for name in asked), **constants)
