"""A treatment that the clinic only compares with has answers of its own, and neither takes another's place."""

from __future__ import annotations

import pytest

from bot.knowledge.answering.answering import HISTORY_TOPICS, Answering
from bot.knowledge.answering.question import Question
from bot.knowledge.files.content import Content
from bot.vocabulary import COMPARISON, Outcome, ReplyKind
from tests.factories import a_clinic, serving
from tests.unit.knowledge.conftest import RESPONSES

ALTERNATIVES = ("steroid_injection", "hyaluronic_acid", "physiotherapy", "surgery")


@pytest.mark.parametrize("spoken_of", [(), ("prp",)])
@pytest.mark.parametrize("alternative", ALTERNATIVES)
def test_it_is_answered_alone_and_first_says_that_it_is_not_given_here(
    real_answering: Answering, alternative: str, spoken_of: tuple[str, ...]
):
    """Kindly, and with what is known."""
    answered = real_answering.answer(Question(topic="effectiveness", alternatives=(alternative,)), spoken_of)

    (reply,) = answered.replies
    assert answered.outcome is Outcome.ANSWERED
    assert reply.answer_id == f"{alternative}.effectiveness"
    assert reply.treatments == (alternative,)
    assert reply.text.startswith("We do not offer ")
    assert "Here is what we have written" in (reply.lead or "")


def test_it_does_not_become_what_the_conversation_is_about(real_answering: Answering):
    """Nor is the next question silently answered for what was spoken of before."""
    answered = real_answering.answer(Question(topic="side_effects", alternatives=("steroid_injection",)), ("prp",))

    assert answered.treatments == ()
    assert answered.changes_subject


def test_two_of_them_get_an_answer_each(real_answering: Answering):
    """As two treatments of ours do."""
    alternatives = ("steroid_injection", "hyaluronic_acid")

    answered = real_answering.answer(Question(topic="side_effects", alternatives=alternatives), ())

    assert [reply.answer_id for reply in answered.replies] == [f"{slug}.side_effects" for slug in alternatives]


@pytest.mark.parametrize(("alternative", "topic"), [("surgery", "cost"), ("physiotherapy", "pain_during")])
def test_what_is_not_known_of_it_gets_the_calm_line(real_answering: Answering, alternative: str, topic: str):
    """Never the answer of a treatment of ours."""
    answered = real_answering.answer(Question(topic=topic, alternatives=(alternative,)), ("prp",))

    assert [reply.kind for reply in answered.replies] == [ReplyKind.NO_ANSWER]
    assert answered.replies[0].text == RESPONSES.text("utter_no_answer")


@pytest.mark.parametrize("topic", sorted(HISTORY_TOPICS))
def test_one_that_the_patient_had_before_is_history(real_answering: Answering, content: Content, topic: str):
    """Who had surgery and asks whether they may come asks about our treatments: no answer on surgery is in the way."""
    answered = real_answering.answer(Question(topic=topic, alternatives=("surgery",)), ("prp",))

    assert [reply.treatments for reply in answered.replies] == [("prp",)]
    assert not [entry.id for entry in content.answers if entry.home in ALTERNATIVES and entry.topic in HISTORY_TOPICS]


def test_a_clinic_that_gives_it_does_not_say_that_it_does_not(real_answering: Answering):
    """`treatments` of clinic.yml decides it, for any treatment."""
    clinic = a_clinic(treatments=["prolotherapy", "steroid_injection"])
    answering = Answering(real_answering._database, clinic, RESPONSES, serving)

    (own,) = answering.answer(Question(topic="safety", alternatives=("steroid_injection",)), ()).replies
    (other,) = answering.answer(Question(topic="safety", treatments=("prp",)), ()).replies

    assert own.lead is None
    assert other.lead == RESPONSES.text("utter_not_given_here", treatment="PRP")


@pytest.mark.parametrize("topic", ["safety", "definition", "cost", COMPARISON])
def test_exosomes_are_answered_though_the_sample_clinic_does_not_offer_them(real_answering: Answering, topic: str):
    """With the kind word first."""
    treatments = ("prp", "exosomes") if topic == COMPARISON else ("exosomes",)

    (reply,) = real_answering.answer(Question(topic=topic, treatments=treatments), ()).replies

    assert reply.kind is ReplyKind.ANSWER
    assert "exosomes" in reply.treatments
    assert reply.lead == RESPONSES.text("utter_not_given_here", treatment="exosome treatment")


def test_a_treatment_that_is_not_offered_is_not_offered_as_a_choice(real_answering: Answering):
    """Nor assumed."""
    (asked,) = real_answering.answer(Question(topic="solutions_used"), ()).replies

    assert "exosomes" not in {slug for option in asked.options for slug in option.treatments}


def test_what_goes_with_such_an_answer_has_an_answer_too(content: Content):
    """A button that leads nowhere would be worse than none."""
    there = {
        (treatment, entry.topic)
        for entry in content.answers
        for treatment in entry.treatments
        if entry.topic != COMPARISON
    }
    lost = [
        (entry.id, treatment, topic)
        for entry in content.answers
        if entry.home in ALTERNATIVES
        for treatment in entry.treatments
        for topic in entry.related
        if (treatment, topic) not in there
    ]

    assert lost == []
