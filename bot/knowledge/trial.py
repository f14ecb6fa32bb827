"""What a draft would change if it were approved: which questions it would answer, and which it would take or let go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.knowledge import history_store, store
from bot.knowledge.entries import AnswerEntry
from bot.knowledge.models import Answer
from bot.knowledge.render import option_for
from bot.knowledge.versions import Names, in_service, is_overdue
from bot.vocabulary import COMPARISON

Place = tuple[str, str]
"""A treatment (or what is compared, joined) and a topic."""


@dataclass(frozen=True, kw_only=True)
class Serving:
    """An answer as it competes for questions."""

    answer_id: str
    topic: str
    treatments: tuple[str, ...]
    compared_with: tuple[str, ...]
    is_general: bool
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class QuestionChange:
    """A question of the regression set that would get another answer, or other words."""

    question: str
    before: str | None
    after: str | None
    new_words: bool


def in_force(session: Session, today: dt.date) -> list[Serving]:
    """Give every answer that may be served today."""
    found = []
    for answer in history_store.all_answers(session):
        version = in_service(answer)
        if version is not None and not is_overdue(version, today):
            words = (version.short, *(claim["text"] for claim in version.body["details"]))
            found.append(_serving(answer, tuple(version.treatments), words))
    return found


def with_draft(serving: Iterable[Serving], draft: AnswerEntry, names: Names) -> list[Serving]:
    """Give the same with a draft in the place of its answer, as if it were approved."""
    new = Serving(
        answer_id=draft.id,
        topic=draft.topic,
        treatments=draft.treatments,
        compared_with=draft.compared_with,
        is_general=names.is_general(draft),
        words=tuple(claim.text for claim in draft.paragraphs()),
    )
    return [*(one for one in serving if one.answer_id != draft.id), new]


def served_for(serving: Iterable[Serving], *, treatment: str, topic: str) -> Serving | None:
    """Give the answer that a question about one treatment gets, by the rule of `store.find_answer`."""
    there = [one for one in serving if one.topic == topic and treatment in one.treatments]
    return min(there, key=lambda one: (one.is_general, len(one.treatments)), default=None)


def question_changes(session: Session, draft: AnswerEntry, today: dt.date) -> list[QuestionChange]:
    """Hold a draft against the regression set: each topic's own question about each treatment, and each comparison."""
    names = Names(topics=store.topics(session), treatments=store.treatments(session))
    before = in_force(session, today)
    after = with_draft(before, draft, names)
    changes = []
    for question, old, new in (
        *_topic_questions(before, after, draft, names),
        *_comparisons(before, after, draft, names),
    ):
        if _read(old) != _read(new):
            changes.append(
                QuestionChange(
                    question=question,
                    before=None if old is None else old.answer_id,
                    after=None if new is None else new.answer_id,
                    new_words=old is not None and new is not None and old.answer_id == new.answer_id,
                )
            )
    return changes


def _read(serving: Serving | None) -> tuple[str, tuple[str, ...]] | None:
    """Give what a patient would notice: which answer it is, and its words."""
    return None if serving is None else (serving.answer_id, serving.words)


def _topic_questions(
    before: list[Serving], after: list[Serving], draft: AnswerEntry, names: Names
) -> list[tuple[str, Serving | None, Serving | None]]:
    if draft.topic == COMPARISON:
        return []
    topic = names.topics[draft.topic]
    return [
        (
            option_for(topic, [treatment]).title,
            served_for(before, treatment=slug, topic=topic.slug),
            served_for(after, treatment=slug, topic=topic.slug),
        )
        for slug, treatment in names.treatments.items()
    ]


def _comparisons(
    before: list[Serving], after: list[Serving], draft: AnswerEntry, names: Names
) -> list[tuple[str, Serving | None, Serving | None]]:
    if draft.topic != COMPARISON:
        return []
    old, new = (_by_set(serving) for serving in (before, after))
    rows = []
    for compared in dict.fromkeys([*old, *new]):
        called = " or ".join(names.treatments[slug].short_name for slug in sorted(compared[0]) + sorted(compared[1]))
        rows.append((f"{called[:1].upper()}{called[1:]}?", old.get(compared), new.get(compared)))
    return rows


def _by_set(serving: Iterable[Serving]) -> Mapping[tuple[frozenset[str], frozenset[str]], Serving]:
    return {
        (frozenset(one.treatments), frozenset(one.compared_with)): one for one in serving if one.topic == COMPARISON
    }


def _serving(answer: Answer, treatments: tuple[str, ...], words: tuple[str, ...]) -> Serving:
    return Serving(
        answer_id=answer.id,
        topic=answer.topic,
        treatments=treatments,
        compared_with=tuple(answer.compared_with),
        is_general=answer.is_general,
        words=words,
    )
