"""Answering a question: the treatment's own answer, else a general one that lists it, else none, and always said so."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.db.engine import Database
from bot.knowledge.answering.answering import Answering
from bot.knowledge.answering.question import Question
from bot.knowledge.exchange.importing import import_content
from bot.knowledge.files.content import load_content
from bot.reading.phrases import Phrases
from bot.vocabulary import Outcome, ReplyKind
from tests.factories import a_clinic, serving, write_content
from tests.unit.knowledge.conftest import RESPONSES

GENERAL = """\
treatment: regenerative_medicine
review: {status: approved, by: Dr. Lee, on: 2026-01-10, due: 2099-01-10}
owner: Dr. Lee
answers:
- topic: definition
  treatments: [regenerative_medicine]
  evidence: review
  short: {text: It is care that helps the body heal., cites: [overview]}
- topic: safety
  treatments: [prolotherapy, prp]
  evidence: review
  short: {text: All shots carry some risk., cites: [second-look]}
- topic: cost
  treatments: [regenerative_medicine, prolotherapy, prp]
  evidence: clinic_policy
  short: {text: "{clinic.prices}", cites: [overview]}
  details:
  - text: "{clinic.payment}"
    cites: [overview]
  - text: "Call {clinic.phone}."
    cites: [overview]
- topic: solutions_used
  treatments: [prp]
  evidence: review
  short: {text: Part of your blood., cites: [overview]}
"""
TOPICS = """\
topics:
- {slug: definition, title: What it is, question: "What is {treatment}?", unknown_treatment: general}
- {slug: safety, title: Safety, question: "Is {treatment} safe?", unknown_treatment: main}
- {slug: cost, title: Cost, question: "How much is {treatment}?", unknown_treatment: general}
- {slug: solutions_used, title: Liquid, question: "What is in {treatment}?", unknown_treatment: ask}
- {slug: evidence, title: Studies, question: "What studies are there?", unknown_treatment: main}
- {slug: comparison, title: How treatments differ, question: "How does {treatment} compare?", unknown_treatment: ask}
"""


@pytest.fixture
def answering(database: Database, tmp_path: Path) -> Answering:
    """Give answering on prolotherapy's own answers and some general ones."""
    folder = write_content(tmp_path / "knowledge", topics=TOPICS)
    (folder / "answers" / "regenerative_medicine.yml").write_text(GENERAL, encoding="utf-8")
    import_content(database, load_content(folder))
    return Answering(database, a_clinic(payment="We take cards."), RESPONSES, serving)


def test_a_treatments_own_answer_comes_before_the_general_one(answering: Answering):
    """Both list prolotherapy."""
    answered = answering.answer(Question(topic="safety", treatments=("prolotherapy",)), ())

    assert [reply.answer_id for reply in answered.replies] == ["prolotherapy.safety"]
    assert answered.outcome is Outcome.ANSWERED
    assert answered.treatments == ("prolotherapy",)


def test_a_general_answer_is_given_for_a_treatment_that_it_lists(answering: Answering):
    """And the reply is about the treatment asked about."""
    (reply,) = answering.answer(Question(topic="safety", treatments=("prp",)), ()).replies

    assert reply.answer_id == "regenerative_medicine.safety"
    assert reply.treatments == ("prp",)


def test_a_missing_answer_says_so_and_offers_a_person(answering: Answering):
    """There is no definition of PRP here, and nothing else is given for it."""
    answered = answering.answer(Question(topic="definition", treatments=("prp",), confidence=0.8), ())

    (reply,) = answered.replies
    assert answered.outcome is Outcome.MISSING
    assert reply.kind is ReplyKind.NO_ANSWER
    assert reply.text == RESPONSES.text("utter_no_answer")
    assert [option.intent for option in reply.options] == ["ask_person", "deny"]
    assert reply.citations == ()
    assert (reply.topic, reply.treatments, reply.confidence) == ("definition", ("prp",), 0.8)


def test_an_unknown_topic_is_missing_too(answering: Answering):
    """Training data may be ahead of the content."""
    answered = answering.answer(Question(topic="parking_meters", treatments=("prp",)), ())

    assert answered.outcome is Outcome.MISSING


def test_a_question_about_two_treatments_gets_an_answer_for_each(answering: Answering):
    """What is missing for one of them is said as well."""
    answered = answering.answer(Question(topic="definition", treatments=("prolotherapy", "prp")), ())

    assert [(reply.kind, reply.treatments) for reply in answered.replies] == [
        (ReplyKind.ANSWER, ("prolotherapy",)),
        (ReplyKind.NO_ANSWER, ("prp",)),
    ]
    assert answered.outcome is Outcome.ANSWERED


def test_an_answer_that_holds_for_both_treatments_is_given_once(answering: Answering):
    """Nobody reads the same text twice."""
    (reply,) = answering.answer(Question(topic="cost", treatments=("prolotherapy", "prp")), ()).replies

    assert reply.treatments == ("prolotherapy", "prp")


def test_the_conversations_treatment_is_meant_when_none_is_named(answering: Answering):
    """As in: and is it safe?"""
    (reply,) = answering.answer(Question(topic="safety"), ("prp",)).replies

    assert reply.treatments == ("prp",)


def test_a_named_treatment_comes_before_the_conversations(answering: Answering):
    """The patient has moved on."""
    (reply,) = answering.answer(Question(topic="safety", treatments=("prolotherapy",)), ("prp",)).replies

    assert reply.treatments == ("prolotherapy",)


def test_the_main_treatment_is_assumed_and_said(answering: Answering):
    """The patient reads which one the answer is about, and can pick the other."""
    answered = answering.answer(Question(topic="safety"), ())

    (reply,) = answered.replies
    assert reply.answer_id == "prolotherapy.safety"
    assert reply.lead == "Here is the answer for prolotherapy. Pick another treatment below to read about that one."
    assert reply.text.startswith(reply.lead)
    assert [option.title for option in reply.options] == ["Is PRP safe?"]
    assert answered.treatments == (), "an assumption is not remembered as the patient's choice"


def test_a_treatment_that_the_conversation_was_about_is_said_and_can_be_changed(answering: Answering):
    """One press asks the same of another; a treatment that is named needs neither."""
    before = answering.answer(Question(topic="safety"), ("prolotherapy",)).replies[0]
    here = answering.answer(Question(topic="safety", treatments=("prolotherapy",)), ()).replies[0]

    assert before.lead == "This is still about prolotherapy. Pick another treatment below if you mean that one."
    assert [(option.topic, option.treatments) for option in before.options] == [("safety", ("prp",))]
    assert (here.lead, here.options) == (None, ())


def test_what_has_no_answer_can_be_put_to_staff_in_the_patients_own_words(answering: Answering):
    """A long question is cut at a word."""
    words = "could you tell me " + "very " * 30 + "much"
    short = answering.answer(Question(topic="parking_meters", words="which meters do you have"), ()).replies[0]
    long = answering.answer(Question(topic="parking_meters", words=words), ()).replies[0]

    assert [(option.title, option.intent) for option in short.options] == [
        ('Ask our staff: "which meters do you have"', "ask_person"),
        ("No, thanks", "deny"),
    ]
    assert long.options[0].title.endswith('very\u2026"')
    assert len(long.options[0].title) < 110


def test_an_answer_that_leaves_something_to_staff_has_a_button_for_it(answering: Answering, database: Database):
    """Prices are the clinic's own; what is told in full needs none."""
    words = "how much is it"
    asking = Answering(database, a_clinic(), RESPONSES, serving, left_to_staff=Phrases(["ask us"]))

    price = asking.answer(Question(topic="cost", treatments=("prp",), words=words), ()).replies[0]
    safety = asking.answer(Question(topic="safety", treatments=("prp",), words=words), ()).replies[0]

    assert price.text.startswith("Ask us for our prices.")
    assert [(option.title, option.topic, option.intent) for option in price.options] == [
        ('Ask our staff: "how much is it"', "cost", "ask_person")
    ]
    assert safety.options == ()


def test_a_general_topic_gets_the_general_answer_without_an_assumption(answering: Answering):
    """Nothing is assumed, so nothing is said about it."""
    answered = answering.answer(Question(topic="definition"), ())

    (reply,) = answered.replies
    assert reply.answer_id == "regenerative_medicine.definition"
    assert (reply.lead, reply.treatments, answered.treatments) == (None, (), ())
    assert [option.treatments for option in reply.options] == [("prolotherapy",)], "PRP has no definition here"


def test_a_topic_that_must_ask_asks_which_treatment(answering: Answering):
    """With a button for each that the clinic offers."""
    answered = answering.answer(Question(topic="solutions_used"), ())

    (reply,) = answered.replies
    assert answered.outcome is Outcome.TREATMENT_NEEDED
    assert reply.kind is ReplyKind.CLARIFY
    assert [(option.title, option.treatments, option.intent) for option in reply.options] == [
        ("What is in prolotherapy?", ("prolotherapy",), "ask_solutions_used"),
        ("What is in PRP?", ("prp",), "ask_solutions_used"),
    ]


def test_a_general_answer_for_one_treatment_is_not_given_for_another(answering: Answering):
    """The general file's answer on the liquid lists PRP alone."""
    question = Question(topic="solutions_used", treatments=("prolotherapy",))

    assert answering.answer(question, ()).outcome is Outcome.MISSING


def test_the_clinics_values_are_filled_in_and_unset_ones_say_ask_us(answering: Answering):
    """This clinic has set its payment but no prices."""
    (reply,) = answering.answer(Question(topic="cost", treatments=("prp",)), ()).replies

    assert reply.short == "Ask us for our prices."
    assert [claim.text for claim in reply.details] == ["We take cards.", "Call 555-0100."]
    assert "{" not in reply.text


def test_a_paragraph_that_the_clinic_has_not_said_is_left_out(database: Database, tmp_path: Path):
    """By itself, among answers, "Ask our staff about this" tells nobody what to ask."""
    folder = write_content(tmp_path / "knowledge", topics=TOPICS)
    details = (
        'short: {text: It differs., cites: [overview]}\n  details:\n  - {text: "{clinic.parking}", cites: [overview]}'
    )
    general = GENERAL.replace('short: {text: "{clinic.prices}", cites: [overview]}\n  details:', details)
    (folder / "answers" / "regenerative_medicine.yml").write_text(general, encoding="utf-8")
    import_content(database, load_content(folder))
    answering = Answering(database, a_clinic(payment="We take cards."), RESPONSES, serving)

    (reply,) = answering.answer(Question(topic="cost", treatments=("prp",)), ()).replies

    assert reply.text == "It differs.\n\nWe take cards.\n\nCall 555-0100."


def test_an_answer_carries_its_version_sources_and_review(answering: Answering):
    """Nothing is made up, and everybody can check."""
    (reply,) = answering.answer(Question(topic="definition", treatments=("prolotherapy",), confidence=0.9), ()).replies

    assert reply.text == "Prolotherapy is a set of shots.\n\nThe shots go where it hurts."
    assert (reply.answer_version, reply.sample, reply.reviewed_by) == (1, True, "Sample")
    assert reply.reviewed_on == "2026-01-10"
    assert [(c.number, c.id, c.kind) for c in reply.citations] == [
        (1, "overview", "clinic_page"),
        (2, "second-look", "review"),
    ]
    assert reply.citations[0].published_on == "2025-08-25"
    assert reply.short_citations == (1,)
    assert reply.details[0].citations == (2, 1)
    assert [option.title for option in reply.related] == ["Is prolotherapy safe?"]
    assert reply.confidence == 0.9


def test_related_questions_are_about_the_conversations_treatment(answering: Answering):
    """As after "tell me more" on an answer about prolotherapy."""
    assert [option.topic for option in answering.related("definition", ("prolotherapy",))] == ["safety"]
    assert answering.related("evidence", ("prp",)) == ()


def test_guesses_become_questions_about_the_treatment_spoken_of(answering: Answering):
    """What is no topic is left out."""
    options = answering.topic_options(["safety", "greet", "definition"], ["prp"])

    assert [option.title for option in options] == ["Is PRP safe?", "What is PRP?"]


def test_alternatives_are_the_treatments_that_are_only_compared_with(answering: Answering):
    """They never get an answer of their own."""
    assert answering.alternatives() == {"surgery"}
    assert answering.answer(Question(topic="safety", treatments=("surgery",)), ()).outcome is Outcome.MISSING


@pytest.mark.parametrize("spoken_of", [(), ("prp",), ("prolotherapy", "prp")])
def test_an_alternative_alone_is_never_answered_for_a_treatment_of_ours(
    answering: Answering, spoken_of: tuple[str, ...]
):
    """Whatever the conversation was about: "is surgery safe?" after PRP asks nothing about PRP."""
    answered = answering.answer(Question(topic="safety", alternatives=("surgery",)), spoken_of)

    assert answered.outcome is Outcome.MISSING
    assert [reply.kind for reply in answered.replies] == [ReplyKind.NO_ANSWER]


@pytest.mark.parametrize("spoken_of", [(), ("prp",)])
def test_a_treatment_that_is_left_out_is_not_answered_for(answering: Answering, spoken_of: tuple[str, ...]):
    """Nor taken from the conversation, nor offered: which of the others is asked back."""
    answered = answering.answer(Question(topic="solutions_used", excluded=("prp",)), spoken_of)

    assert answered.outcome is Outcome.TREATMENT_NEEDED
    assert [option.treatments for option in answered.replies[0].options] == [("prolotherapy",)]


def test_the_main_treatment_is_not_assumed_where_another_is_left_out(answering: Answering):
    """Studies "other than on PRP" need not be those on prolotherapy; of cost the general answer tells."""
    studies = answering.answer(Question(topic="evidence", excluded=("prp",)), ())
    cost = answering.answer(Question(topic="cost", excluded=("prp",)), ("prp",))

    assert studies.outcome is Outcome.TREATMENT_NEEDED
    assert (cost.outcome, cost.treatments) == (Outcome.ANSWERED, ())


def test_where_all_are_left_out_there_is_no_answer(answering: Answering):
    """And nothing to choose from."""
    answered = answering.answer(Question(topic="solutions_used", excluded=("prp", "prolotherapy")), ())

    assert answered.outcome is Outcome.MISSING
