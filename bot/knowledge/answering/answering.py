"""Answering one question from the approved answers, given what the conversation was about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.clinic import Clinic
from bot.db.engine import Database
from bot.knowledge.answering.answers_cache import AnswersCache
from bot.knowledge.answering.comparing import Comparing
from bot.knowledge.answering.conditions import ABOUT_CONDITIONS, condition_lead
from bot.knowledge.answering.finding_table import FindingWords, Wording, finding_tables
from bot.knowledge.answering.names_cache import Names, NamesCache
from bot.knowledge.answering.parts import FINDING_TOPICS, KIN_TOPICS, parts_about, spoken_to
from bot.knowledge.answering.question import GENERAL, Answered, Question, not_given, nothing_found, person_options
from bot.knowledge.answering.render import answer_reply, option_for
from bot.knowledge.answering.search import related_topics
from bot.knowledge.mentioned import Mentioned
from bot.knowledge.models import Topic
from bot.knowledge.serving import RulesNow, ServedAnswer, winner
from bot.reply import Option, Reply
from bot.responses import FixedResponses
from bot.vocabulary import COMPARISON, CONDITIONS_TREATED, EFFECTIVENESS, Outcome, ReplyKind, Responses

OFFERED = "offered"
HISTORY_TOPICS = frozenset({"eligibility", "contraindications"})
"""Topics on which a treatment that is not ours is named as something that the patient had before."""
MOST_TREATMENTS = 3
"""A question about more treatments than this is answered for the first ones."""


class Answering:
    """Finds approved answers; what is not in the store is not said."""

    def __init__(
        self,
        database: Database,
        clinic: Clinic,
        responses: FixedResponses,
        rules: RulesNow,
        *,
        condition_names: Mapping[str, str] | None = None,
        mentioned: Mentioned | None = None,
        finding_words: FindingWords | None = None,
    ) -> None:
        """Take the store, the clinic's own values, the fixed wordings, and what may be served.

        `condition_names` say how conditions are called, where that is not their name with spaces; `mentioned` which of
        what messages name are medicines, and what is a kind of what; `finding_words` how findings are told.
        """
        self._database = database
        self._rules = rules
        self._clinic = clinic
        self._responses = responses
        self._condition_names = condition_names or {}
        self._mentioned = mentioned or Mentioned()
        self._finding_words = finding_words
        self._cache = NamesCache()
        self._answers = AnswersCache()
        self._comparing = Comparing(clinic, responses, rules, self._answers, self._mentioned)

    def answer(self, question: Question, conversation_treatments: Sequence[str]) -> Answered:
        """Answer a question.

        Args:
            question: Its topic and the treatments it names.
            conversation_treatments: Treatments that the conversation was about, for a question that names none.
        """
        with self._database.read() as session:
            names = self._cache.names(session)
            if question.topic not in names.topics:
                return nothing_found(question, (), self._responses)
            if question.topic == COMPARISON:
                return self._comparing.compare(session, names, question, conversation_treatments)
            return self._look_up(session, names, question, conversation_treatments)

    def topic_options(self, ranked_topics: Sequence[str], treatments: Sequence[str]) -> tuple[Option, ...]:
        """Give "did you mean" choices: each topic's plain question about the treatments spoken of."""
        with self._database.read() as session:
            names = self._cache.names(session)
        subject = [names.treatments[slug] for slug in treatments[:1] if slug in names.treatments]
        general = next((row.short_name for row in names.treatments.values() if row.kind == GENERAL), None)
        return tuple(
            option_for(names.topics[slug], subject, unnamed=general or "treatment")
            for slug in ranked_topics
            if slug in names.topics
        )

    def related(self, topic: str, treatments: Sequence[str], excluded: Collection[str] = ()) -> tuple[Option, ...]:
        """Give the questions that go with the answer on a topic, as choices; none about a treatment left out."""
        with self._database.read() as session:
            names = self._cache.names(session)
            subject = [slug for slug in treatments if slug in names.treatments] or [self._clinic.main_treatment]
            if subject[0] in excluded:
                return ()
            found = self._find(session, subject[0], topic)
        slugs = [] if found is None else found.version.body["related"]
        return tuple(option_for(names.topics[slug], [names.treatments[subject[0]]]) for slug in slugs[:3])

    def is_topic(self, name: str) -> bool:
        """Tell whether there is such a topic."""
        with self._database.read() as session:
            return name in self._cache.names(session).topics

    def alternatives(self) -> frozenset[str]:
        """Give the treatments that the clinic does not offer and only compares with."""
        with self._database.read() as session:
            rows = self._cache.names(session).treatments
        return frozenset(slug for slug, row in rows.items() if row.kind == "alternative")

    def _look_up(
        self, session: Session, names: Names, question: Question, conversation_treatments: Sequence[str]
    ) -> Answered:
        topic = names.topics[question.topic]
        known = [slug for slug in question.treatments if slug in names.treatments]
        if question.alternatives and not known and topic.slug not in HISTORY_TOPICS:
            # "Side effects of cortisone?" must not get the answer about a treatment of ours, whatever was spoken of.
            compared = question.alternatives[:MOST_TREATMENTS]
            return replace(self._serve(session, names, question, compared, assumed=False), changes_subject=True)
        spoken_of = [slug for slug in conversation_treatments if slug not in question.excluded]
        asked = known[:MOST_TREATMENTS] or spoken_of[:MOST_TREATMENTS]
        if all(names.treatments[slug].kind == GENERAL for slug in asked):
            tables = self._tables(session, names, question)
            if tables:
                return Answered(outcome=Outcome.ANSWERED, replies=tuple(tables))
        if not asked and (topic.unknown_treatment == "ask" or self._only_leaves_out(session, question, names)):
            return self._ask_treatment(names, topic, question)
        assumed = not asked
        if assumed:
            asked = self._assumed(session, names, topic)
        return self._serve(session, names, question, asked, assumed=assumed)

    def _only_leaves_out(self, session: Session, question: Question, names: Names) -> bool:
        """Tell whether a question says which treatment it is not about, and there is no general answer to it."""
        topic = names.topics[question.topic]
        return bool(question.excluded) and names.treatments[self._assumed(session, names, topic)[0]].kind != GENERAL

    def _assumed(self, session: Session, names: Names, topic: Topic) -> list[str]:
        """Give the treatment meant when none is named: the general answer's, else the clinic's main one."""
        if topic.unknown_treatment == GENERAL:
            for slug, treatment in names.treatments.items():
                if treatment.kind == GENERAL and self._find(session, slug, topic.slug) is not None:
                    return [slug]
        return [self._clinic.main_treatment]

    def _serve(
        self, session: Session, names: Names, question: Question, asked: Sequence[str], *, assumed: bool
    ) -> Answered:
        topic = names.topics[question.topic]
        served: dict[str, tuple[ServedAnswer, list[str]]] = {}
        missing = []
        for slug in asked:
            found = self._closest(session, slug, question)
            if found is None:
                missing.append(slug)
            else:
                served.setdefault(found.answer_id, (found, []))[1].append(slug)
        replies = []
        for found, slugs in served.values():
            treatment = names.treatments[slugs[0]]
            general = treatment.kind == GENERAL
            leads = not_given(slugs, names.treatments, self._clinic.treatments, self._responses)
            others: Sequence[Option] = ()
            if assumed and not general:
                leads.append(self._responses.text(Responses.ASSUMED_TREATMENT, treatment=treatment.short_name))
                others = self._other_treatments(session, names, topic, slugs[0])
            parts = parts_about(found.topic, found.version.body["details"], question.named, self._mentioned)
            listed = self._listed(session, treatment.slug) if topic.slug in ABOUT_CONDITIONS and not parts else None
            places = self._places(question)
            if places and listed is not None:
                said, is_listed = condition_lead(
                    places,
                    listed,
                    treatment=treatment.short_name,
                    names=self._condition_names,
                    mentioned=self._mentioned,
                    responses=self._responses,
                )
                leads.append(said)
                others = others if is_listed else (*others, person_options(self._responses)[0])
            replies.append(
                answer_reply(
                    found,
                    topic=topic.slug,
                    asked_about=() if general else slugs,
                    clinic=self._clinic,
                    unset=self._responses.unset,
                    lead=" ".join(leads) or None,
                    confidence=question.confidence,
                    topics=names.topics,
                    treatments=names.treatments,
                    other_options=others,
                    related=self._related_by_words(session, found),
                    parts=parts,
                )
            )
        if missing:
            replies.extend(nothing_found(question, missing, self._responses).replies)
        remembered = () if assumed else tuple(slug for slug in asked if names.treatments[slug].kind == OFFERED)
        outcome = Outcome.ANSWERED if served else Outcome.MISSING
        return Answered(outcome=outcome, replies=tuple(replies), treatments=remembered)

    def _places(self, question: Question) -> list[str]:
        """Give the conditions and body parts that a question names."""
        return [name for name in question.named if name not in self._mentioned.medicines]

    def _tables(self, session: Session, names: Names, question: Question) -> list[Reply]:
        """Give what came of each treatment of the clinic for the conditions that a question names."""
        if self._finding_words is None or question.topic not in FINDING_TOPICS:
            return []
        offered = [names.treatments[slug] for slug in self._clinic.treatments if slug in names.treatments]
        served = [
            (treatment, found)
            for treatment in offered
            if treatment.slug not in question.excluded
            and (found := self._find(session, treatment.slug, CONDITIONS_TREATED)) is not None
        ]
        wording = Wording(
            words=self._finding_words,
            condition_names=self._condition_names,
            clinic=self._clinic,
            unset=self._responses.unset,
        )
        tables = finding_tables(served, self._places(question), self._mentioned, names.topics, wording)
        return [
            table.model_copy(update={"topic": question.topic, "confidence": question.confidence}) for table in tables
        ]

    def _related_by_words(self, session: Session, served: ServedAnswer) -> Sequence[str]:
        """Give topics that speak of the same, for an answer that names none itself."""
        return () if served.version.body["related"] else related_topics(session, served, self._rules())

    def _listed(self, session: Session, treatment: str) -> list[str] | None:
        """Give the conditions that the sources on a treatment name; None if nobody has listed them."""
        found = self._find(session, treatment, CONDITIONS_TREATED)
        parts = None if found is None else found.version.body.get("listed")
        return None if parts is None else [name for part in parts for name in part["conditions"]]

    def _other_treatments(self, session: Session, names: Names, topic: Topic, given: str) -> list[Option]:
        return [
            option_for(topic, [treatment])
            for slug, treatment in names.treatments.items()
            if treatment.kind == OFFERED
            and slug != given
            and slug in self._clinic.treatments
            and self._find(session, slug, topic.slug) is not None
        ]

    def _closest(self, session: Session, treatment: str, question: Question) -> ServedAnswer | None:
        """Give the answer on the topic, or that on its kin where this speaks to more of what the patient named."""
        own = self._find(session, treatment, question.topic)
        kin = KIN_TOPICS.get(question.topic, CONDITIONS_TREATED if question.topic in FINDING_TOPICS else None)
        other = self._find(session, treatment, kin) if kin is not None and question.named else None
        if own is None or other is None:
            return own
        # Whether it works for a condition is told by what came of it there; else the topic's own answer is closer.
        both = (other, own) if question.topic == EFFECTIVENESS and self._spoken_to(other, question) else (own, other)
        return max(both, key=lambda one: self._spoken_to(one, question))

    def _spoken_to(self, served: ServedAnswer, question: Question) -> int:
        return spoken_to(served.topic, served.version.body["details"], question.named, self._mentioned)

    def _find(self, session: Session, treatment: str, topic: str) -> ServedAnswer | None:
        there = self._answers.answers(session, treatment=treatment, topic=topic, rules=self._rules())
        return winner(there, treatment=treatment, topic=topic)

    def _ask_treatment(self, names: Names, topic: Topic, question: Question) -> Answered:
        known = [slug for slug in self._clinic.treatments if slug in names.treatments]
        offered = [names.treatments[slug] for slug in known if slug not in question.excluded]
        if not offered:
            return nothing_found(question, (), self._responses)
        reply = Reply(
            kind=ReplyKind.CLARIFY,
            topic=topic.slug,
            text=self._responses.text(Responses.ASK_TREATMENT),
            options=tuple(option_for(topic, [treatment]) for treatment in offered),
            confidence=question.confidence,
        )
        return Answered(outcome=Outcome.TREATMENT_NEEDED, replies=(reply,))
