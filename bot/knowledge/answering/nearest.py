"""The paragraph that speaks of what is asked, where the topic of the question alone does not lead to it.

The topic says which answer a question has. Some questions have theirs in a paragraph of another answer ("does
ultrasound make it hurt less" in that on imaging), and of some the topic is unsure. Both are read from approved answers
that may be served, like any other; what is found decides only which of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.clinic import Clinic
from bot.confidence import (
    PARAGRAPH_BEFORE_FROM,
    PARAGRAPH_BESIDE_SHARE,
    PARAGRAPH_BESIDE_TIMES,
    PARAGRAPH_DECLINED_FROM,
    PARAGRAPH_FIRST_FROM,
    PARAGRAPH_INSTEAD_FROM,
    PARAGRAPH_NEXT_FROM,
    PARAGRAPH_UNNAMED_FROM,
    PARAGRAPH_WORTH_A_LOOK,
)
from bot.knowledge import store
from bot.knowledge.answering.names_cache import Names
from bot.knowledge.answering.question import GENERAL, Answered, NearParagraph, Question, not_given
from bot.knowledge.answering.render import answer_reply
from bot.knowledge.serving import RulesNow, ServedAnswer
from bot.paragraphs import paragraph_key
from bot.reply import Option, Reply
from bot.responses import FixedResponses
from bot.vocabulary import Outcome

SHORT = -1
"""The place of an answer's short text among its paragraphs."""


class Nearest:
    """Finds the paragraph nearest to a question in the answers that may be served."""

    def __init__(self, clinic: Clinic, responses: FixedResponses, rules: RulesNow) -> None:
        """Take the clinic's own values, the fixed wordings, and what may be served."""
        self._clinic = clinic
        self._responses = responses
        self._rules = rules

    def instead(
        self,
        session: Session,
        names: Names,
        question: Question,
        *,
        least: float = PARAGRAPH_INSTEAD_FROM,
        lead: str | None = None,
        options: Sequence[Option] = (),
    ) -> Reply | None:
        """Give the answer with the nearest paragraph first; None if none is near enough.

        What names no treatment of the clinic's is too often none of its business, so more is asked of it, unless it is
        a question about one of the topics that names one which the clinic compares with.

        Args:
            session: A session of the store.
            names: The topics and treatments that there are.
            question: What is asked.
            least: How near it has to be.
            lead: What to say first.
            options: Further choices to offer.
        """
        if not question.treatments and not (question.topic and question.alternatives):
            least = max(least, PARAGRAPH_UNNAMED_FROM)
        named = (*question.treatments, *question.alternatives)
        return self._reply(session, names, question, named, least=least, lead=lead, options=options)

    def of_these(
        self, session: Session, names: Names, question: Question, answers: Collection[str], *, lead: str
    ) -> Reply | None:
        """Give the nearest paragraph of some answers, after a sentence; None if none speaks of what is asked.

        Args:
            session: A session of the store.
            names: The topics and treatments that there are.
            question: What is asked; the treatments it names make no difference.
            answers: The ids of the answers.
            lead: What to say first.
        """
        near = tuple(
            one for one in question.paragraphs if one.answer in answers or one.probability >= PARAGRAPH_DECLINED_FROM
        )
        asked = replace(question, paragraphs=near)
        return self._reply(session, names, asked, (), least=PARAGRAPH_WORTH_A_LOOK, everything=True, lead=lead)

    def _beside(self, session: Session, names: Names, question: Question, answered: Answered) -> Reply | None:
        served = [reply.answer_id for reply in answered.replies if reply.answer_id is not None]
        if not served or question.confidence is None:
            return None
        there = max((odds for odds, one in by_answer(question.paragraphs) if one.answer in served), default=0.0)
        least = max(PARAGRAPH_BESIDE_SHARE * question.confidence, PARAGRAPH_BESIDE_TIMES * there)
        named = (*question.treatments, *question.alternatives) or answered.treatments
        # The answer on the same topic in general, or for a treatment that was not asked about, says little more.
        told = question.topic if named else None
        return self._reply(session, names, question, named, least=least, but_not=served, told=told)

    def added_to(self, session: Session, names: Names, question: Question, answered: Answered) -> Answered:
        """Put the nearest paragraph beside an answer that says less of what is asked, or in the place of none.

        It comes first where it is more probable than the topic, and a treatment is named.

        Args:
            session: A session of the store.
            names: The topics and treatments that there are.
            question: What is asked.
            answered: What came of it by its topic.
        """
        if answered.outcome is not Outcome.ANSWERED:
            reply = self.instead(session, names, question)
            if reply is None:
                return answered
            return Answered(outcome=Outcome.ANSWERED, replies=(reply,), treatments=question.treatments)
        reply = self._beside(session, names, question, answered)
        if reply is None:
            return answered
        odds = next(odds for odds, near in by_answer(question.paragraphs) if near.answer == reply.answer_id)
        is_named = bool(question.treatments or question.alternatives or answered.treatments)
        is_first = is_named and odds >= max(PARAGRAPH_BEFORE_FROM, question.confidence or 0.0)
        return replace(answered, replies=(reply, *answered.replies) if is_first else (*answered.replies, reply))

    def _reply(
        self,
        session: Session,
        names: Names,
        question: Question,
        about: Sequence[str],
        *,
        least: float,
        but_not: Collection[str] = (),
        told: str | None = None,
        everything: bool = False,
        lead: str | None = None,
        options: Sequence[Option] = (),
    ) -> Reply | None:
        for probability, near in by_answer(question.paragraphs):
            if probability < least:
                break
            found = None if near.answer in but_not else store.answer_by_id(session, near.answer, self._rules())
            if found is None or found.topic == told or found.topic not in names.topics:
                continue
            sure = probability >= PARAGRAPH_DECLINED_FROM
            if not everything and not self._speaks_of(found, about, question, names, sure=sure):
                continue
            place = place_of(found, near)
            if place is None:
                continue
            subject = [slug for slug in about or found.treatments if slug in found.treatments]
            leads = [lead] if lead else not_given(subject, names.treatments, self._clinic.treatments, self._responses)
            return answer_reply(
                found,
                asked_about=subject,
                clinic=self._clinic,
                unset=self._responses.unset,
                lead=" ".join(leads) or None,
                confidence=question.confidence,
                topics=names.topics,
                treatments=names.treatments,
                other_options=options,
                parts=() if place == SHORT else (place,),
            )
        return None

    def _speaks_of(
        self, found: ServedAnswer, about: Sequence[str], question: Question, names: Names, *, sure: bool
    ) -> bool:
        """Tell whether an answer is about all that is named and about nothing that is left out.

        A general answer is about all treatments of the clinic's. Where none is named it has to be about these.
        """
        speaks_of = {*found.treatments, *found.compared_with}
        if speaks_of & set(question.excluded):
            return False
        is_general = all(slug in names.treatments and names.treatments[slug].kind == GENERAL for slug in speaks_of)
        if not about:
            return is_general or speaks_of <= set(self._clinic.treatments)
        # What the clinic only compares with may be left to the words of a paragraph that surely tells what is asked.
        if set(about) <= speaks_of or (sure and question.treatments and set(question.treatments) <= speaks_of):
            return True
        return is_general and (sure or not set(about) <= set(question.alternatives))


def by_answer(paragraphs: Sequence[NearParagraph]) -> list[tuple[float, NearParagraph]]:
    """Give how probably each answer tells what is asked, with its likeliest paragraph; the likeliest answer first.

    An answer tells it if one of its paragraphs does, and those of one answer often tell parts of the same.
    """
    best: dict[str, NearParagraph] = {}
    odds: dict[str, dict[int, float]] = {}
    for one in sorted(paragraphs, key=lambda one: -one.probability):
        best.setdefault(one.answer, one)
        odds.setdefault(one.answer, {}).setdefault(one.tells, one.probability)
    found = [(sum(odds[answer].values()), near) for answer, near in best.items()]
    return sorted(found, key=lambda one: -one[0])


def next_in(found: ServedAnswer, question: Question, *, may_lead: bool) -> tuple[int | None, bool]:
    """Give which detail of an answer is nearest to what is asked, and whether it comes before the short text.

    Args:
        found: The answer.
        question: What is asked.
        may_lead: Whether any may: those of a comparison lean on what stands before them, and many of a general answer
            are about one treatment, which nobody has named.

    Returns:
        Its place, None if none is near, and whether it is so near.
    """
    for near in question.paragraphs:
        if near.answer == found.answer_id:
            place = place_of(found, near) if near.probability >= PARAGRAPH_NEXT_FROM else None
            if place is None or place == SHORT:
                return None, False
            return place, may_lead and near.probability >= PARAGRAPH_FIRST_FROM
    return None, False


def place_of(found: ServedAnswer, near: NearParagraph) -> int | None:
    """Give where a paragraph stands in an answer, `SHORT` or the place of a detail; None if its words have changed."""
    texts = [found.version.short, *(claim["text"] for claim in found.version.body["details"])]
    return next((place for place, text in enumerate(texts, SHORT) if paragraph_key(text) == near.key), None)
