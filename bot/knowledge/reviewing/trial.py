"""What a draft would change if it were approved: which questions it would answer, and which it would take or let go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.knowledge import store
from bot.knowledge.answering.render import option_for
from bot.knowledge.exchange.versions import Names, as_served
from bot.knowledge.files.entries import AnswerEntry
from bot.knowledge.serving import Rules, ServedAnswer, compared_in, comparison_of, winner
from bot.vocabulary import COMPARISON


@dataclass(frozen=True, kw_only=True)
class QuestionChange:
    """A question of the regression set that would get another answer, or other words."""

    question: str
    before: str | None
    after: str | None
    new_words: bool


def with_draft(serving: Iterable[ServedAnswer], draft: AnswerEntry, names: Names) -> list[ServedAnswer]:
    """Give what is served with a draft in the place of its answer, as if it were approved."""
    return [*(one for one in serving if one.answer_id != draft.id), as_served(draft, names)]


def question_changes(session: Session, draft: AnswerEntry, rules: Rules) -> list[QuestionChange]:
    """Hold a draft against the regression set: each topic's own question about each treatment, and each comparison."""
    names = Names(topics=store.topics(session), treatments=store.treatments(session))
    before = store.servable(session, rules)
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


def _read(serving: ServedAnswer | None) -> tuple[str, tuple[object, ...]] | None:
    """Give what a patient would notice: which answer it is, its words, and who reads which of them first."""
    if serving is None:
        return None
    version = serving.version
    return serving.answer_id, (
        version.short,
        *((claim["text"], claim.get("about", [])) for claim in version.body["details"]),
    )


def _topic_questions(
    before: list[ServedAnswer], after: list[ServedAnswer], draft: AnswerEntry, names: Names
) -> list[tuple[str, ServedAnswer | None, ServedAnswer | None]]:
    if draft.topic == COMPARISON:
        return []
    topic = names.topics[draft.topic]
    return [
        (
            option_for(topic, [treatment]).title,
            winner(before, treatment=slug, topic=topic.slug),
            winner(after, treatment=slug, topic=topic.slug),
        )
        for slug, treatment in names.treatments.items()
    ]


def _comparisons(
    before: list[ServedAnswer], after: list[ServedAnswer], draft: AnswerEntry, names: Names
) -> list[tuple[str, ServedAnswer | None, ServedAnswer | None]]:
    if draft.topic != COMPARISON:
        return []
    rows = []
    for compared in _by_set([*before, *after]):
        called = " or ".join(names.treatments[slug].short_name for slug in sorted(compared[0]) + sorted(compared[1]))
        rows.append((f"{called[:1].upper()}{called[1:]}?", _compared(before, compared), _compared(after, compared)))
    return rows


def _by_set(serving: Iterable[ServedAnswer]) -> Iterable[tuple[frozenset[str], frozenset[str]]]:
    return dict.fromkeys(compared_in(one) for one in serving if one.topic == COMPARISON)


def _compared(serving: Iterable[ServedAnswer], compared: tuple[frozenset[str], frozenset[str]]) -> ServedAnswer | None:
    treatments, alternatives = compared
    return comparison_of(serving, treatments=treatments, alternatives=alternatives, topic=COMPARISON)
