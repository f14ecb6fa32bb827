"""Finding approved answers by words: SQLite's FTS5 or PostgreSQL's text search, behind one function."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import Select, column, table, text
from sqlalchemy.orm import Session

from bot.knowledge import store
from bot.knowledge.models import Answer, AnswerVersion
from bot.knowledge.search_index import TABLE
from bot.knowledge.serving import Rules, ServedAnswer
from bot.vocabulary import COMPARISON

MOST_WORDS = 12
"""Words of a search that are looked for; a whole letter would slow the database down for nothing."""
_INDEX = table(TABLE, column("rowid"))
_WORD = re.compile(r"\w+")


def search(
    session: Session, words: str, rules: Rules, *, limit: int = 20, any_word: bool = False
) -> list[ServedAnswer]:
    """Find answers that may be served, the best match first; what stands in a heading counts five times.

    Args:
        session: The open session.
        words: What to look for; endings do not matter.
        rules: What may be served.
        limit: How many at most.
        any_word: Whether one of the words is enough.
    """
    found = _WORD.findall(words.casefold())[:MOST_WORDS]
    if not found:
        return []
    sqlite = session.get_bind().dialect.name == "sqlite"
    query = _sqlite(found, rules, any_word=any_word) if sqlite else _postgresql(found, rules, any_word=any_word)
    return [store.served_of(answer, version) for answer, version in session.execute(query.limit(limit))]


def related_topics(session: Session, served: ServedAnswer, rules: Rules, *, limit: int = 3) -> Sequence[str]:
    """Give topics whose answers for the same treatments speak of the same things, the closest first."""
    hits = search(session, served.version.short, rules, limit=40, any_word=True)
    topics = [
        hit.topic
        for hit in hits
        if hit.topic not in {served.topic, COMPARISON} and set(hit.treatments) & set(served.treatments)
    ]
    return list(dict.fromkeys(topics))[:limit]


def _sqlite(words: Sequence[str], rules: Rules, *, any_word: bool) -> Select[Answer, AnswerVersion]:
    # Quoted, so that no word is read as an operator.
    match = (" OR " if any_word else " ").join(f'"{word}"' for word in words)
    return (
        store.SERVABLE.join(_INDEX, _INDEX.c.rowid == AnswerVersion.id)
        .where(text("answer_search MATCH :match"))
        .order_by(text("bm25(answer_search, 5.0, 1.0)"), Answer.id)
        .params(match=match, today=rules.today, samples=rules.samples)
    )


def _postgresql(words: Sequence[str], rules: Rules, *, any_word: bool) -> Select[Answer, AnswerVersion]:
    document = "to_tsvector('english', answer_versions.search_heading || ' ' || answer_versions.search_body)"
    heading = "to_tsvector('english', answer_versions.search_heading)"
    asked = "to_tsquery('english', :match)"
    rank = f"5 * ts_rank({heading}, {asked}) + ts_rank({document}, {asked}) DESC"
    return (
        store.SERVABLE.where(text(f"{document} @@ {asked}"))
        .order_by(text(rank), Answer.id)
        .params(match=(" | " if any_word else " & ").join(words), today=rules.today, samples=rules.samples)
    )
