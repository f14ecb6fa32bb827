"""Diagnosis, doses and stopping a medicine are refused kindly, with a person offered, wherever they are asked."""

from __future__ import annotations

import pytest

from bot.responses import FixedResponses
from bot.settings import ROOT
from bot.vocabulary import Responses
from tests.chat_tester import ChatTester

REFUSAL = FixedResponses.from_file(ROOT / "domain.yml").text(Responses.PERSONAL_MEDICAL_ADVICE)
ASKED = {
    "diagnosis": "What is wrong with my shoulder?",
    "dose": "How much ibuprofen should I take?",
    "stopping a medicine": "Should I stop taking my Eliquis?",
}
PLACES = {
    "alone": [[], "{}"],
    "second in a message": [[], "How much does PRP cost? {}"],
    "after an answer": [["Is PRP safe?"], "{}"],
    "after an offer of a person": [["what is the weather tomorrow"], "{}"],
    "while contact details are awaited": [["I want to talk to a person"], "{}"],
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("asked", ASKED)
def test_personal_advice_is_refused_wherever_it_is_asked(asked: str, place: str, chat: ChatTester):
    """In the fixed words, with the offer of a person, and never an answer to it."""
    before, form = PLACES[place]
    for said in before:
        chat.patient_says(said)

    replies = chat.patient_says(form.format(ASKED[asked]))

    last = replies[-1]["reply"]
    assert (last["kind"], last["text"]) == ("no_answer", REFUSAL)
    assert last["options"][0]["title"] == "Talk to a person"


@pytest.mark.parametrize(
    "follow_up", ["so how many milligrams should I take?", "and can I just stop my blood thinner?"]
)
def test_personal_advice_is_refused_as_a_follow_up(follow_up: str, chat: ChatTester):
    """The answer before it is about medicines in general; what follows is about this patient's."""
    chat.patient_says("Which medicines may I take after PRP?")

    (reply,) = chat.patient_says(follow_up)

    assert reply["reply"]["text"] == REFUSAL
