"""Answering one question from the approved answers, given what the conversation was about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy.orm import Session

from bot.clinic import Clinic
from bot.confidence import PARAGRAPH_INSTEAD_FROM
from bot.db.engine import Database
from bot.knowledge.answering.answers_cache import AnswersCache
from bot.knowledge.answering.comparing import Comparing
from bot.knowledge.answering.conditions import ABOUT_CONDITIONS, condition_lead
from bot.knowledge.answering.finding_table import FindingWords, Wording, finding_tables
from bot.knowledge.answering.names_cache import Names, NamesCache
from bot.knowledge.answering.nearest import Nearest, next_in
from bot.knowledge.answering.parts import FINDING_TOPICS, KIN_TOPICS, parts_about, speak_of, spoken_to
from bot.knowledge.answering.question import (
    GENERAL,
    Answered,
    Question,
    joined,
    not_given,
    nothing_found,
    person_options,
    staff_option,
)
from bot.knowledge.answering.render import answer_reply, option_for
from bot.knowledge.answering.said_first import (
    Named,
    is_of_a_treatment,
    led_by_uses,
    said_of_gaps,
    said_of_the_treatment,
)
from bot.knowledge.answering.search import related_topics
from bot.knowledge.mentioned import Mentioned
from bot.knowledge.models import Topic
from bot.knowledge.serving import RulesNow, ServedAnswer, winner
from bot.reading.phrases import Phrases, plain_words
from bot.reply import Option, Reply
from bot.responses import FixedResponses
from bot.vocabulary import (
    COMPARISON,
    CONDITIONS_TREATED,
    DEFINITION,
    EFFECTIVENESS,
    Intents,
    Outcome,
    ReplyKind,
    Responses,
)

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
        left_to_staff: Phrases | None = None,
    ) -> None:
        """Take the store, the clinic's own values, the fixed wordings, and what may be served.

        `condition_names` say how conditions are called, where that is not their name with spaces; `mentioned` which of
        what messages name are medicines, and what is a kind of what; `finding_words` how findings are told;
        `left_to_staff` what an answer says where it leaves something to staff.
        """
        self._database = database
        self._rules = rules
        self._clinic = clinic
        self._responses = responses
        self._mentioned = mentioned or Mentioned()
        self._condition_names = names = condition_names or {}
        self._condition_lead = partial(condition_lead, names=names, mentioned=self._mentioned, responses=responses)
        self._finding_words = finding_words
        self._left_to_staff = left_to_staff or Phrases(())
        self._cache = NamesCache()
        self._answers = AnswersCache()
        self._nearest = Nearest(clinic, responses, rules)
        self._comparing = Comparing(clinic, responses, rules, self._answers, self._mentioned)

    def answer(self, question: Question, conversation_treatments: Sequence[str]) -> Answered:
        """Answer a question.

        Args:
            question: Its topic and the treatments it names.
            conversation_treatments: Treatments that the conversation was about, for a question that names none.
        """
        with self._database.read() as session:
            names = self._cache.names(session)
            answered = self._by_topic(session, names, question, conversation_treatments)
            return self._nearest.added_to(session, names, question, answered)

    def in_general(
        self,
        question: Question,
        *,
        lead: str | None,
        options: Sequence[Option],
        least: float = PARAGRAPH_INSTEAD_FROM,
    ) -> Reply | None:
        """Give what an answer says in general to a question that cannot be answered as it is asked, if one does.

        Args:
            question: The treatments that it names, and the paragraphs that speak of it.
            lead: What to say first.
            options: Choices to offer with it.
            least: How near a paragraph has to be.
        """
        with self._database.read() as session:
            names = self._cache.names(session)
            return self._nearest.instead(session, names, question, least=least, lead=lead, options=options)

    def told_of(self, question: Question, answers: Collection[str], *, lead: str) -> Reply | None:
        """Give what some answers say of a question about something that the clinic does not do; None if nothing.

        Args:
            question: The paragraphs that speak of it.
            answers: The ids of the answers.
            lead: The sentence that it is not done here.
        """
        with self._database.read() as session:
            return self._nearest.of_these(session, self._cache.names(session), question, answers, lead=lead)

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

    def offered(self, left_out: Collection[str] = ()) -> tuple[tuple[Option, ...], str]:
        """Give what the clinic offers: a choice for each treatment, that asks what it is, and all of them in words.

        Args:
            left_out: Treatments that the patient wants left out.
        """
        with self._database.read() as session:
            names = self._cache.names(session)
        slugs = [slug for slug in self._clinic.treatments if slug in names.treatments and slug not in left_out]
        rows = [names.treatments[slug] for slug in slugs]
        options = [option_for(names.topics[DEFINITION], [row]) for row in rows if DEFINITION in names.topics]
        return tuple(options), joined([row.short_name for row in rows])

    def is_topic(self, name: str) -> bool:
        """Tell whether there is such a topic."""
        with self._database.read() as session:
            return name in self._cache.names(session).topics

    def alternatives(self) -> frozenset[str]:
        """Give the treatments that the clinic does not offer and only compares with."""
        with self._database.read() as session:
            rows = self._cache.names(session).treatments
        return frozenset(slug for slug, row in rows.items() if row.kind == "alternative")

    def _by_topic(
        self, session: Session, names: Names, question: Question, conversation_treatments: Sequence[str]
    ) -> Answered:
        if question.topic not in names.topics:
            return nothing_found(question, (), self._responses)
        if question.topic == COMPARISON:
            compared = self._comparing.compare(session, names, question, conversation_treatments)
            return self._for_the_condition(session, names, question, compared)
        return self._look_up(session, names, question, conversation_treatments)

    def _look_up(
        self, session: Session, names: Names, question: Question, conversation_treatments: Sequence[str]
    ) -> Answered:
        topic = names.topics[question.topic]
        known = [slug for slug in question.treatments if slug in names.treatments]
        if question.alternatives and not known and topic.slug not in HISTORY_TOPICS:
            # "Side effects of cortisone?" must not get the answer about a treatment of ours, whatever was spoken of.
            compared = question.alternatives[:MOST_TREATMENTS]
            return replace(self._serve(session, names, question, compared, named=Named.HERE), changes_subject=True)
        carried = conversation_treatments or [slug for slug in question.booked if slug in names.treatments]
        spoken_of = [slug for slug in carried if slug not in question.excluded]
        asked = known[:MOST_TREATMENTS] or spoken_of[:MOST_TREATMENTS]
        if all(names.treatments[slug].kind == GENERAL for slug in asked):
            tables = self._tables(session, names, question)
            if tables and topic.slug == CONDITIONS_TREATED:
                listed = {slug: self._listed(session, slug) or () for slug in names.treatments}
                places = self._places(question)
                tables = [led_by_uses(names, reply, listed, places, self._responses) for reply in tables]
            if tables:
                return Answered(outcome=Outcome.ANSWERED, replies=tuple(tables))
        if not asked and (topic.unknown_treatment == "ask" or self._only_leaves_out(session, question, names)):
            return self._ask_treatment(names, topic, question)
        if not asked:
            return self._serve(session, names, question, self._assumed(session, names, topic), named=Named.NOWHERE)
        named = Named.HERE if known else Named.BEFORE if conversation_treatments else Named.BOOKED
        return self._serve(session, names, question, asked, named=named)

    def _only_leaves_out(self, session: Session, question: Question, names: Names) -> bool:
        """Tell whether a question says which treatment it is not about, and there is no general answer to it."""
        topic = names.topics[question.topic]
        return bool(question.excluded) and names.treatments[self._assumed(session, names, topic)[0]].kind != GENERAL

    def _assumed(self, session: Session, names: Names, topic: Topic) -> list[str]:
        """Give the treatment meant when none is named: the general answer's, else the clinic's main one."""
        for slug, treatment in names.treatments.items():
            if treatment.kind == GENERAL and self._find(session, slug, topic.slug) is not None:
                return [slug]
        return [self._clinic.main_treatment]

    def _serve(
        self, session: Session, names: Names, question: Question, asked: Sequence[str], *, named: Named
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
        replies, is_about_named = [], False
        for found, slugs in served.values():
            treatment = names.treatments[slugs[0]]
            general = treatment.kind == GENERAL
            leads = not_given(slugs, names.treatments, self._clinic.treatments, self._responses)
            others: Sequence[Option] = ()
            if named is not Named.HERE and is_of_a_treatment(topic):
                others = self._other_treatments(session, names, topic, slugs)
                leads += said_of_the_treatment(names, found, slugs, named, self._responses)
            about = (*question.asides, *question.named)
            parts = parts_about(found.topic, found.version.body["details"], about, self._mentioned)
            unsaid = said_of_gaps(found, parts, self._clinic, self._responses)
            leads += unsaid
            is_about_named = is_about_named or bool(parts)
            listed = self._listed(session, treatment.slug) if topic.slug in ABOUT_CONDITIONS and not parts else None
            places = self._places(question)
            if places and listed is not None:
                said, is_listed = self._condition_lead(places, listed, treatment=treatment.short_name)
                if is_listed or not self._is_spoken_of(session, names, treatment.slug, places):
                    leads.append(said)
                others = others if is_listed else (*others, person_options(self._responses)[0])
            nearest, is_first = next_in(found, question, may_lead=not (general and is_of_a_treatment(topic)))
            reply = answer_reply(
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
                nearest=nearest,
                is_first=is_first,
            )
            if unsaid or (named is Named.NOWHERE and not general and not parts):
                reply = reply.with_short_alone()
            replies.append(self._with_staff(reply, question))
        if missing:
            replies.extend(nothing_found(question, missing, self._responses).replies)
        was_named = () if named is Named.NOWHERE else asked
        remembered = tuple(slug for slug in was_named if names.treatments[slug].kind == OFFERED)
        outcome = Outcome.ANSWERED if served else Outcome.MISSING
        return Answered(outcome=outcome, replies=tuple(replies), treatments=remembered, is_about_named=is_about_named)

    def _with_staff(self, reply: Reply, question: Question) -> Reply:
        """Put the button that asks staff below an answer whose first words leave something to them."""
        if any(option.intent == Intents.ASK_PERSON for option in reply.options):
            return reply
        if not self._left_to_staff.are_in(plain_words(reply.read_first())):
            return reply
        return reply.model_copy(update={"options": (*reply.options, *staff_option(question, self._responses))})

    def _places(self, question: Question) -> list[str]:
        """Give the conditions and body parts that a question names."""
        return [name for name in question.named if name not in self._mentioned.medicines]

    def _for_the_condition(self, session: Session, names: Names, question: Question, compared: Answered) -> Answered:
        """Put a table of the treatments for a condition in the place of a comparison that does not speak of it."""
        one_named = len(compared.treatments) == 1 or len(question.treatments) == 1
        if compared.is_about_named or question.alternatives or one_named:
            return compared
        tables = self._tables(session, names, question, compared.treatments or None)
        tables = [reply for reply in tables if reply.table is not None and len(reply.table.rows) > 1]
        if not tables:
            return compared
        return Answered(outcome=Outcome.ANSWERED, replies=tuple(tables), treatments=compared.treatments)

    def _tables(
        self, session: Session, names: Names, question: Question, treatments: Sequence[str] | None = None
    ) -> list[Reply]:
        """Give what came of treatments, all of the clinic's if none are given, for the conditions that are named."""
        if self._finding_words is None or question.topic not in {*FINDING_TOPICS, COMPARISON}:
            return []
        asked = self._clinic.treatments if treatments is None else treatments
        offered = [names.treatments[slug] for slug in asked if slug in names.treatments]
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

    def _is_spoken_of(self, session: Session, names: Names, treatment: str, places: Collection[str]) -> bool:
        found = (self._find(session, treatment, slug) for slug in names.topics)
        return speak_of((one.version.body["details"] for one in found if one is not None), places, self._mentioned)

    def _other_treatments(self, session: Session, names: Names, topic: Topic, given: Sequence[str]) -> list[Option]:
        return [
            option_for(topic, [treatment])
            for slug, treatment in names.treatments.items()
            if treatment.kind == OFFERED
            and slug not in given
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
