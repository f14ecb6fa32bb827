"""Answers in service, kept in memory for as long as the store says that they are the same."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from bot.knowledge import store
from bot.knowledge.store import ServedAnswer

MOST_KEPT = 2000
"""About 10 MB; a clinic has some hundred answers."""


class ServedCache:
    """Reads an answer's words and sources anew only when its version, its review or a source has changed."""

    def __init__(self) -> None:
        """Start empty."""
        self._kept: dict[tuple[Any, ...], ServedAnswer] = {}

    def find(self, session: Session, *, treatment: str, topic: str, today: dt.date) -> ServedAnswer | None:
        """Give what `store.find_answer` gives; not to be changed."""
        facts = store.facts_of_answer(session, treatment=treatment, topic=topic, today=today)
        if facts is None:
            return None
        served = self._kept.get(facts)
        if served is None:
            served = store.find_answer(session, treatment=treatment, topic=topic, today=today)
            if served is None:
                return None
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[facts] = served
        return served
