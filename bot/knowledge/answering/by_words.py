"""Approved answers to choose from, found by the words of a question: what can be offered while Rasa cannot be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bot.db.engine import Database
from bot.knowledge import store
from bot.knowledge.answering.answering import Answering
from bot.knowledge.answering.exact_words import Words, words_of
from bot.knowledge.answering.question import Question
from bot.knowledge.models import Topic, Treatment
from bot.reading.stems import stem
from bot.reply import Option, Reply
from bot.vocabulary import COMPARISON, INTENT_PREFIX, Outcome, ReplyKind

MOST_OPTIONS = 3
"""Words that fit more topics than this say nothing."""
_QUESTION_WORDS = frozenset({"what", "which", "who", "when", "where", "why", "how", "can", "much", "many", "long"})


class ByWords:
    """Offers the topics whose question or title has most of a text's words; it never picks one itself."""

    def __init__(self, database: Database, answering: Answering) -> None:
        """Take the store, and what knows which topics have an approved answer."""
        self._database = database
        self._answering = answering

    def options(self, text: str) -> tuple[Option, ...]:
        """Give at most three questions that have an approved answer; none where the words leave it open."""
        asked = words_of(text)
        with self._database.read() as session:
            topics, treatments = store.topics(session), store.treatments(session)
        named = tuple(slug for slug, treatment in treatments.items() if _is_named(treatment, asked))[:1]
        found = _closest(_stems(asked), [topic for topic in topics.values() if topic.slug != COMPARISON])
        options = self._answering.topic_options(found, named)
        return tuple(option for option in options if self.answer(option))

    def answer(self, option: Option) -> tuple[Reply, ...]:
        """Give the approved answer behind an option, in as many replies as it has; none if there is none."""
        if option.topic is None or option.intent != INTENT_PREFIX + option.topic:
            return ()
        answered = self._answering.answer(Question(topic=option.topic, treatments=option.treatments), ())
        is_served = answered.outcome is Outcome.ANSWERED and answered.replies[0].kind is ReplyKind.ANSWER
        return answered.replies if is_served else ()


def _closest(asked: frozenset[str], topics: list[Topic]) -> list[str]:
    """Give the topics that share most words with what is asked; none when too many do."""
    stems = {
        topic.slug: _stems(words_of(f"{topic.question.replace('{treatment}', '')} {topic.title}")) for topic in topics
    }
    frequent = Counter(stem for found in stems.values() for stem in found)
    # "after" stands in a fifth of all questions, and tells none from another.
    telling = {stem for stem in asked if 0 < frequent[stem] <= MOST_OPTIONS}
    shared = {slug: len(found & telling) for slug, found in stems.items()}
    most = max(shared.values(), default=0)
    closest = [slug for slug, count in shared.items() if count == most]
    return closest if most and len(closest) <= MOST_OPTIONS else []


def _is_named(treatment: Treatment, asked: Words) -> bool:
    return any(name and name <= asked for name in (words_of(treatment.name), words_of(treatment.short_name)))


def _stems(words: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) for word in words if word not in _QUESTION_WORDS)
