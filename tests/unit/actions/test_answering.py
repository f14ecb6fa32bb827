"""A message of several questions: those understood are answered, the others asked back, none passed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import base
from actions.answering import ActionAnswerQuestion
from bot.bootstrap import Services
from bot.reply import Reply


def question(topic: str, confidence: float, *others: str) -> dict[str, Any]:
    """Make a question about PRP as the understanding hands it on, with the topics it may be about as well."""
    names = [f"ask_{name}" for name in (topic, *others)]
    ranking = [{"name": name, "confidence": confidence / (place + 1)} for place, name in enumerate(names)]
    return {"intent": names[0], "confidence": confidence, "ranking": ranking, "treatments": ["prp"]}


Questions = list[dict[str, Any]]
Answer = Callable[..., list[Reply]]


@pytest.fixture
def answer(services: Services, monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Answer a message of these questions; give the replies."""
    monkeypatch.setattr(base, "services", lambda: services)

    def act(sure: Questions, unsure: Questions, words: str = "", **slots: Any) -> list[Reply]:
        asked = {"questions": sure, "unsure_questions": unsure}
        message = {"text": words, "intent": {"name": sure[0]["intent"]}, **asked}
        dispatcher = CollectingDispatcher()
        tracker = Tracker("conversation", slots, message, [], False, None, {}, "action_listen")
        ActionAnswerQuestion().act(dispatcher, tracker)
        return [Reply.model_validate(said["custom"]) for said in dispatcher.messages]

    return act


def test_unsure_second_question_is_asked_back(answer: Answer) -> None:
    """After the answer to the first, with its own guesses and "none of these"."""
    replies = answer([question("cost", 0.9)], [question("booking", 0.3, "cost", "driving_after")])

    assert [reply.kind for reply in replies] == ["answer", "clarify"]
    assert [option.topic for option in replies[1].options] == ["booking", "driving_after", None]


def test_hardly_a_guess_is_no_guess(answer: Answer) -> None:
    """Three buttons at random would confuse more than they help."""
    replies = answer([question("cost", 0.9)], [question("booking", 0.1)])

    assert [reply.kind for reply in replies] == ["answer"]


def test_three_answers_are_enough(answer: Answer) -> None:
    """A fourth reply would bury the first."""
    sure = [question(topic, 0.9) for topic in ("cost", "safety", "pain_during")]

    replies = answer(sure, [question("booking", 0.3)])

    assert [reply.kind for reply in replies] == ["answer"] * 3


def test_what_two_questions_of_the_kind_ask_is_answered_once(answer: Answer) -> None:
    """The words "I'm 72 and diabetic on warfarin, can I have PRP?" ask one thing, and get what they name alone."""
    named = {**question("contraindications", 0.9), "conditions": ["diabetes"], "medicines": ["warfarin"]}

    (reply,) = answer([question("eligibility", 0.5), named], [])

    assert reply.first_details is not None
    first = [reply.short or "", *(claim.text for claim in reply.details[: reply.first_details])]
    assert [text.split(":")[0] for text in first] == ["Diabetes", "Blood thinner or easy bleeding"]


@pytest.mark.parametrize(
    ("asked", "is_about_diabetes"),
    [
        ({"intent": "switch_treatment", "treatments": ["prolotherapy"]}, True),
        ({**question("side_effects", 0.9), "treatments": ["prolotherapy"]}, False),
        ({**question("conditions_treated", 0.9), "treatments": ["prolotherapy"]}, False),
    ],
    ids=["and prolotherapy?", "what are the side effects?", "what is it used for?"],
)
def test_what_was_named_before_counts_where_the_question_goes_on(
    answer: Answer, asked: dict[str, Any], *, is_about_diabetes: bool
) -> None:
    """Side effects asked for later are those of everybody."""
    (reply,) = answer([asked], [], topic="contraindications", treatments=["prp"], places=["diabetes", "warfarin"])

    assert reply.treatments == ("prolotherapy",)
    assert (reply.short or "").startswith("Diabetes:") is is_about_diabetes


def test_a_question_about_an_alternative_is_not_answered_for_its_neighbours_treatment(answer: Answer) -> None:
    """The words "does cortisone hurt, and what does PRP cost?" ask nothing about pain from PRP."""
    about_cortisone = {**question("pain_during", 0.9), "treatments": [], "alternatives": ["steroid_injection"]}

    replies = answer([about_cortisone, question("cost", 0.9)], [])

    assert [reply.answer_id for reply in replies] == ["steroid_injection.pain_during", "prp.cost"]


def test_after_an_alternative_a_bare_question_says_which_treatment_its_answer_is_about(answer: Answer) -> None:
    """It is neither taken for one about cortisone nor silently for one about PRP, which was spoken of before."""
    about_cortisone = {**question("session_interval", 0.9), "treatments": [], "alternatives": ["steroid_injection"]}
    bare = {**question("session_count", 0.9), "treatments": []}

    replies = answer([question("definition", 0.9), about_cortisone, bare], [])

    ids = [reply.answer_id for reply in replies]
    assert ids == ["prp.definition", "steroid_injection.session_interval", "regenerative_medicine.session_count"]
    assert [option.treatments for option in replies[2].options] == [("prolotherapy",), ("prp",), ("stem_cell",)]


@pytest.mark.parametrize("treatments", [["exosomes"], []])
def test_an_answer_that_speaks_of_what_is_not_done_is_given_after_the_kind_words(
    answer: Answer, treatments: list[str]
) -> None:
    """What hair sites charge for exosomes stands in the answer on their cost."""
    asked = {**question("cost", 0.9), "treatments": treatments, "conditions": ["hair_loss"]}

    (reply,) = answer([asked], [], "what do exosomes cost for hair loss")

    assert (reply.kind, reply.topic) == ("answer", "cost")
    assert reply.text.startswith("We do not offer ")


@pytest.mark.parametrize("words", ["Does ozone work for knees?", "does PRP work for hair loss"])
def test_what_the_clinic_does_not_do_is_met_with_kind_words(answer: Answer, words: str) -> None:
    """Not with the answer about a treatment that was not asked for."""
    asked = question("effectiveness", 0.9)
    asked = {**asked, "conditions": ["hair_loss"]} if "hair" in words else {**asked, "treatments": []}

    (reply,) = answer([asked], [], words)

    assert reply.kind == "no_answer"
    assert reply.text.startswith("We do not offer ")
