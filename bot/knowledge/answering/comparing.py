"""Comparing treatments: the approved comparison of those asked about, else a choice of those that there are."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.clinic import Clinic
from bot.knowledge.answering.answers_cache import AnswersCache
from bot.knowledge.answering.names_cache import Names
from bot.knowledge.answering.nearest import next_in
from bot.knowledge.answering.parts import parts_about
from bot.knowledge.answering.question import Answered, Question, not_given, nothing_found, person_options
from bot.knowledge.answering.render import answer_reply
from bot.knowledge.mentioned import Mentioned
from bot.knowledge.serving import RulesNow, ServedAnswer, comparison_of
from bot.reply import Option, Reply
from bot.responses import FixedResponses
from bot.vocabulary import COMPARISON, Outcome, ReplyKind, Responses


class Comparing:
    """Finds approved comparisons."""

    def __init__(
        self,
        clinic: Clinic,
        responses: FixedResponses,
        rules: RulesNow,
        answers: AnswersCache,
        mentioned: Mentioned,
    ) -> None:
        """Take the clinic's own values, the fixed wordings, what may be served and gives it, and what messages name."""
        self._mentioned = mentioned
        self._clinic = clinic
        self._responses = responses
        self._rules = rules
        self._answers = answers

    def compare(
        self, session: Session, names: Names, question: Question, conversation_treatments: Sequence[str]
    ) -> Answered:
        """Give the comparison asked for; if the store has none, say which it has.

        Args:
            session: A session of the store.
            names: The topics and treatments that there are.
            question: The treatments that it names.
            conversation_treatments: Treatments that the conversation was about, for a question that names only one.
        """
        offered = [slug for slug in question.treatments if _kind(names, slug) == "offered"]
        alternatives = question.alternatives
        if len(offered) + len(alternatives) < 2:
            spoken_of = [slug for slug in conversation_treatments if slug not in question.excluded]
            offered.extend(slug for slug in spoken_of if slug not in offered)
        there = self._answers.comparisons(session, topic=COMPARISON, rules=self._rules())
        found = comparison_of(there, treatments=offered, alternatives=alternatives, topic=COMPARISON)
        if found is None:
            return self._those_there_are(there, names, question, offered)
        parts = parts_about(COMPARISON, found.version.body["details"], question.named, self._mentioned)
        asked_about = [slug for slug in offered if slug in found.treatments]
        said = not_given(asked_about, names.treatments, self._clinic.treatments, self._responses)
        nearest, _ = next_in(found, question, may_lead=False)
        reply = answer_reply(
            found,
            asked_about=asked_about,
            clinic=self._clinic,
            unset=self._responses.unset,
            lead=" ".join(said) or None,
            confidence=question.confidence,
            topics=names.topics,
            treatments=names.treatments,
            parts=parts,
            nearest=nearest,
        )
        return Answered(
            outcome=Outcome.ANSWERED, replies=(reply,), treatments=tuple(offered), is_about_named=bool(parts)
        )

    def _those_there_are(
        self, there: Sequence[ServedAnswer], names: Names, question: Question, offered: Sequence[str]
    ) -> Answered:
        """Say which comparisons of two the store holds, those with a treatment that was named first."""
        there = [served for served in there if not offered or set(offered) & set(served.treatments)]
        there = [served for served in there if not set(question.excluded) & set(served.treatments)]
        pairs = [(*served.treatments, *served.compared_with) for served in there]
        # First those that the clinic gives: a patient who cannot name them will want these.
        pairs.sort(key=lambda pair: -len(set(pair) & set(self._clinic.treatments)))
        options = []
        for slugs in [pair for pair in pairs if len(pair) == 2][:4]:
            title = " or ".join(names.treatments[slug].short_name for slug in slugs)
            options.append(
                Option(
                    title=title[:1].upper() + title[1:] + "?",
                    topic=COMPARISON,
                    treatments=slugs,
                    intent=f"ask_{COMPARISON}",
                )
            )
        if not options:
            return nothing_found(question, offered, self._responses)
        named_two = len(question.treatments) + len(question.alternatives) > 1
        wording = Responses.COMPARE_NOT_THERE if named_two else Responses.COMPARE_WHICH
        reply = Reply(
            kind=ReplyKind.CLARIFY,
            topic=COMPARISON,
            treatments=tuple(offered),
            text=self._responses.text(wording),
            options=(*options, person_options(self._responses)[0]) if named_two else tuple(options),
            confidence=question.confidence,
        )
        return Answered(outcome=Outcome.TREATMENT_NEEDED, replies=(reply,), treatments=tuple(offered))


def _kind(names: Names, slug: str) -> str | None:
    treatment = names.treatments.get(slug)
    return None if treatment is None else treatment.kind
