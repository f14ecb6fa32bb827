"""The answer to a question that is worded exactly like a topic's own: all that can be said while Rasa is down."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.db.engine import Database
from bot.knowledge import store
from bot.knowledge.answering.answering import Answering
from bot.knowledge.answering.question import GENERAL, Question, person_options
from bot.knowledge.models import Topic, Treatment
from bot.reading.folding import fold
from bot.reply import Reply
from bot.responses import FixedResponses
from bot.vocabulary import COMPARISON, Outcome, ReplyKind, Responses

_WORD = re.compile(r"[^\W_]+")
_LITTLE_WORDS = frozenset({
    "a", "an", "the", "is", "are", "am", "be", "was", "were", "do", "does", "did", "will", "would", "should", "could",
    "i", "me", "my", "you", "your", "it", "its", "this", "that", "to", "of", "for", "in", "on", "at", "and", "or",
    "with", "get", "have", "has", "had", "please", "there", "any",
})  # fmt: skip
"""Words that carry no meaning of their own; question words do: "how does it work" is not "does it work"."""

Words = frozenset[str]
Meaning = tuple[str, tuple[str, ...]]
"""A topic and the treatments named."""


class ExactWords:
    """Answers only when the words leave no doubt: the same ones as in one topic's question or title, and no other."""

    def __init__(self, database: Database, answering: Answering, responses: FixedResponses) -> None:
        """Take the store, what looks answers up, and the fixed wordings that introduce them."""
        self._database = database
        self._answering = answering
        self._responses = responses

    def answer(self, text: str) -> Reply | None:
        """Give the one answer that a text asks for by its exact words, introduced as such; None if in any doubt."""
        meaning = self._meaning(words_of(text))
        if meaning is None:
            return None
        topic, treatments = meaning
        answered = self._answering.answer(Question(topic=topic, treatments=treatments), ())
        if answered.outcome is not Outcome.ANSWERED or len(answered.replies) != 1:
            return None
        (reply,) = answered.replies
        if reply.kind is not ReplyKind.ANSWER:
            return None
        intro = self._responses.text(Responses.EXACT_WORDS)
        lead = f"{intro} {reply.lead}" if reply.lead else intro
        return reply.model_copy(
            update={
                "lead": lead,
                "text": f"{intro}\n\n{reply.text}",
                "options": person_options(self._responses),
            }
        )

    def _meaning(self, asked: Words) -> Meaning | None:
        if not asked:
            return None
        with self._database.read() as session:
            topics, treatments = store.topics(session), store.treatments(session)
        found = {
            meaning
            for topic in topics.values()
            if topic.slug != COMPARISON
            for words, meaning in _wordings(topic, list(treatments.values()))
            if words == asked
        }
        return found.pop() if len(found) == 1 else None


def _wordings(topic: Topic, treatments: list[Treatment]) -> Iterator[tuple[Words, Meaning]]:
    """Give the ways in which a topic is asked about: its question or title, with a treatment's name or with none."""
    bare = [words_of(topic.question.replace("{treatment}", "")), words_of(topic.title)]
    if topic.unknown_treatment == GENERAL:
        # Of another topic nobody knows which treatment is meant: the conversation is Rasa's to remember.
        for words in bare:
            yield words, (topic.slug, ())
    for treatment in treatments:
        for name in (words_of(treatment.name), words_of(treatment.short_name)):
            for words in bare:
                yield words | name, (topic.slug, (treatment.slug,))


def words_of(text: str) -> Words:
    """Give the words of a text that carry meaning, in small letters."""
    return frozenset(_WORD.findall(fold(text).casefold())) - _LITTLE_WORDS
