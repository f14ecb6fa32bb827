"""Topics and treatments, kept in memory for as long as the store says the same: every question asks for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, ScalarSelect, String, cast, func, select
from sqlalchemy.orm import Session

from bot.knowledge import store
from bot.knowledge.models import Topic, Treatment

_SEPARATOR = "\x1f"


@dataclass(frozen=True, kw_only=True)
class Names:
    """Topics and treatments by their slugs, in order."""

    topics: Mapping[str, Topic] = field(repr=False)
    treatments: Mapping[str, Treatment] = field(repr=False)


def _as_text(model: type[Topic | Treatment]) -> ScalarSelect[str]:
    first, *others = (cast(column, String) for column in model.__table__.columns)
    parts: ColumnElement[str] = first
    for column in others:
        parts = parts + _SEPARATOR + column
    return select(func.aggregate_strings(parts, _SEPARATOR)).scalar_subquery()


# Two texts of a few kB: the database writes them out in a fiftieth of the time in which rows become objects.
_AS_TEXT = select(_as_text(Topic), _as_text(Treatment))


class NamesCache:
    """Reads the names anew only when they have changed, whoever changed them."""

    def __init__(self) -> None:
        """Start empty."""
        self._statement: str | None = None
        self._text: tuple[str, ...] | None = None
        self._names = Names(topics={}, treatments={})

    def names(self, session: Session) -> Names:
        """Give all topics and treatments as they are now; not to be changed."""
        session.flush()
        connection = session.connection()
        if self._statement is None:
            # As the database's own SQL: to go through a statement of this size takes longer than to run it.
            compiled = _AS_TEXT.compile(connection, compile_kwargs={"literal_binds": True})
            self._statement = str(compiled)
        text = tuple(connection.exec_driver_sql(self._statement).one())
        if text != self._text:
            # The names first: another thread that sees the new text must see the new names, too.
            self._names = Names(topics=store.topics(session), treatments=store.treatments(session))
            self._text = text
        return self._names
