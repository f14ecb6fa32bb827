"""Putting questions aside that were not answered well: redacted, with the direction of their meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.curation import store
from bot.curation.nearness import MOST, Vectors, groups_of, packed, unpacked
from bot.curation.states import WhyGathered
from bot.db.engine import Database
from bot.redaction.redactor import Redactor

BATCH = 200
"""So many are read, redacted and stored at once."""
SAMPLES = 3

Encode = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, kw_only=True)
class Group:
    """Questions that mean nearly the same.

    Attributes:
        message_ids: The patients' messages.
        samples: Some of them, redacted, the midmost first.
        reasons: Why they were gathered, with how many each.
        topic: The topic that most of the replies to them were about; None where none was.
    """

    message_ids: tuple[int, ...]
    samples: tuple[str, ...]
    reasons: tuple[tuple[WhyGathered, int], ...]
    topic: str | None


def gather(database: Database, redactor: Redactor, encode: Encode) -> int:
    """Put aside every question that was not answered well and is not put aside yet; give how many."""
    count = 0
    while True:
        with database.read() as session:
            asked = store.new_questions(session, limit=BATCH)
        if not asked:
            return count
        texts = [redactor.redact(one.text, [one.name]).text for one in asked]
        vectors = encode(texts)
        with database.write() as session:
            for one, text, vector in zip(asked, texts, vectors, strict=True):
                store.add_gathered(session, one, text=text, vector=packed(vector))
        count += len(asked)


def waiting_groups(database: Database) -> list[Group]:
    """Give the questions that wait, by what they mean, the largest group first."""
    with database.read() as session:
        waiting = store.waiting_questions(session, limit=MOST)
    found = []
    for places in groups_of(unpacked([one.vector for one in waiting])):
        questions = [waiting[place] for place in places]
        whys = [WhyGathered(one.why) for one in questions]
        topics = [one.topic for one in questions if one.topic is not None]
        found.append(
            Group(
                message_ids=tuple(one.message_id for one in questions),
                samples=tuple(dict.fromkeys(one.text for one in questions))[:SAMPLES],
                reasons=tuple((why, whys.count(why)) for why in WhyGathered if why in whys),
                topic=max(dict.fromkeys(topics), key=topics.count, default=None),
            )
        )
    return found
