"""Over all treatments and topics of the real content: no answer is ever given for a treatment that it does not list."""

from __future__ import annotations

from itertools import combinations

import pytest

from bot.db.engine import Database
from bot.knowledge import store
from bot.knowledge.answering.answering import Answering
from bot.knowledge.answering.question import Question
from bot.knowledge.files.content import AnswerEntry, load_content
from bot.reply import Reply
from bot.settings import load_settings
from bot.vocabulary import COMPARISON, ReplyKind
from tests.factories import serving

CONTENT = load_content(load_settings({}).knowledge_path)
TOPICS = [topic.slug for topic in CONTENT.topics if topic.slug != COMPARISON]
TREATMENTS = [treatment.slug for treatment in CONTENT.treatments]
OFFERED = [treatment.slug for treatment in CONTENT.treatments if treatment.kind == "offered"]
ALTERNATIVES = [treatment.slug for treatment in CONTENT.treatments if treatment.kind == "alternative"]
ENTRIES = {entry.id: entry for entry in CONTENT.answers}


def _own(treatment: str, topic: str) -> AnswerEntry | None:
    entry = ENTRIES.get(f"{treatment}.{topic}")
    return entry if entry is not None and treatment in entry.treatments else None


def _shared(treatment: str, topic: str) -> AnswerEntry | None:
    """Give the answer of another alternative that lists this one too."""
    there = [ENTRIES.get(f"{slug}.{topic}") for slug in ALTERNATIVES if slug != treatment]
    return next((entry for entry in there if entry is not None and treatment in entry.treatments), None)


def _general(treatment: str, topic: str) -> AnswerEntry | None:
    entry = ENTRIES.get(f"regenerative_medicine.{topic}")
    return entry if entry is not None and treatment in entry.treatments else None


def _check_honest(replies: tuple[Reply, ...], topic: str) -> None:
    for reply in replies:
        if reply.kind is not ReplyKind.ANSWER:
            assert reply.citations == ()
            assert reply.answer_id is None
            continue
        entry = ENTRIES[str(reply.answer_id)]
        assert entry.topic == topic
        assert set(reply.treatments) <= set(entry.treatments), (entry.id, reply.treatments)
        assert reply.citations, entry.id


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_each_topic_of_a_treatment_gets_its_own_answer_else_the_general_one_else_none(
    real_answering: Answering, treatment: str
):
    """All treatments by all topics, the alternatives that the clinic does not offer included."""
    for topic in TOPICS:
        replies = real_answering.answer(Question(topic=topic, treatments=(treatment,)), ()).replies

        expected = _own(treatment, topic) or _shared(treatment, topic) or _general(treatment, topic)
        assert [reply.answer_id for reply in replies] == [None if expected is None else expected.id], topic
        _check_honest(replies, topic)


@pytest.mark.parametrize("pair", list(combinations(TREATMENTS, 2)), ids="-".join)
def test_each_topic_of_two_treatments_is_answered_or_declined_for_each(
    real_answering: Answering, pair: tuple[str, str]
):
    """Nothing is said about one treatment that was written about the other; both are accounted for."""
    topics = TOPICS if set(pair) <= set(OFFERED) else TOPICS[:: len(TOPICS) // 3]
    for topic in topics:
        replies = real_answering.answer(Question(topic=topic, treatments=pair), ()).replies

        _check_honest(replies, topic)
        spoken_of = {slug for reply in replies for slug in reply.treatments}
        assert spoken_of | {"regenerative_medicine"} == set(pair) | {"regenerative_medicine"}, topic


@pytest.mark.parametrize("before", [(), ("prp",), ("exosomes",)], ids=["new", "after PRP", "after exosomes"])
def test_a_question_without_a_treatment_never_borrows_an_answer(real_answering: Answering, before: tuple[str, ...]):
    """Whatever the conversation was about, the answer lists what the reply says it is about."""
    for topic in TOPICS:
        _check_honest(real_answering.answer(Question(topic=topic), before).replies, topic)


def test_offered_treatments_lack_few_answers(real_database: Database):
    """Nearly every topic has at least a general answer, so "I have no answer" is rare."""
    with real_database.read() as session:
        there = store.coverage(session, serving())

    missing = {(treatment, topic) for treatment in OFFERED for topic in TOPICS} - there

    assert len(missing) <= len(OFFERED) * len(TOPICS) // 10, sorted(missing)


def test_every_answer_of_the_content_can_be_reached(served: dict[str, Reply]):
    """An answer that another one hides would never be read, and never be missed."""
    assert set(served) == set(ENTRIES)
