"""A danger that the rules have no words for is seen by what Rasa has learned, and treated the same."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from tests.chat_tester import ChatTester
from tests.conversations.test_answers import kinds, only
from tests.conversations.test_red_flags import BEFORE
from tests.factories import URGENT

SUBTLE = [
    "the left half of me went on strike after the neck injection",
    "half an hour after the exosomes I look like a puffer fish and I'm croaking",
    "it is like an elephant moved onto my ribs and I am sweating",
    "my elbow feels like lava and there's gunk on the plaster",
    "no feeling when I sit on the toilet and I had the back done tuesday",
    "my shin is twice as thick as the other one and throbs since my flight home",
]
"""None of them, nor anything like them, is in the training data. The rules may learn some of them; two must be left."""


@pytest.fixture
def unknown_to_the_rules(live_services: Services) -> list[str]:
    """Give those that the rules do not see."""
    unknown = [text for text in SUBTLE if live_services.cards.find(text) is None]
    assert len(unknown) >= 2
    return unknown


def test_report_that_the_rules_miss_gets_its_card(unknown_to_the_rules: list[str], chat: ChatTester):
    """One card and nothing else in the turn, and a ticket that says so."""
    for text in unknown_to_the_rules:
        replies = chat.patient_says(text)

        assert len(replies) == 1, text
        assert replies[0]["reply"]["card"], text

    assert "Red flag" in chat.staff_reads(chat.staff_sees_tickets("open")[0])


@pytest.mark.parametrize("before", BEFORE)
def test_card_of_the_second_layer_is_shown_in_every_state(
    before: str, unknown_to_the_rules: list[str], chat: ChatTester
):
    """In the middle of a choice, an offer or a form too."""
    for said in BEFORE[before]:
        chat.patient_says(said)

    replies = chat.patient_says(unknown_to_the_rules[0])

    assert len(replies) == 1
    assert replies[0]["reply"]["card"]


def test_card_of_the_second_layer_is_shown_while_staff_answer_and_after_they_resolve(
    unknown_to_the_rules: list[str], chat: ChatTester
):
    """The staff member's ticket is raised; after resolving it is opened again, and waits for anybody."""
    ticket = chat.patient_says("I want to talk to a person")[0]["reply"]["ticket"]
    chat.staff_takes(ticket)
    under_staff = chat.patient_says(unknown_to_the_rules[0])
    chat.staff_resolves(ticket)
    assert ticket in chat.staff_sees_tickets("resolved")
    afterwards = chat.patient_says(unknown_to_the_rules[1])

    assert all(len(replies) == 1 and replies[0]["reply"]["card"] for replies in (under_staff, afterwards))
    assert "Red flag" in chat.staff_reads(ticket)
    assert ticket in chat.staff_sees_tickets("open")


def test_report_beside_questions_takes_the_whole_turn(unknown_to_the_rules: list[str], chat: ChatTester):
    """Before them or after them."""
    question = "How many PRP sessions will I need?"

    for text in (f"{question} Also, {unknown_to_the_rules[0]}.", f"{unknown_to_the_rules[0]}. {question}"):
        replies = chat.patient_says(text)
        assert len(replies) == 1
        assert replies[0]["reply"]["card"], text


def test_conversation_goes_on_where_it_was_after_a_card_of_the_second_layer(
    unknown_to_the_rules: list[str], chat: ChatTester
):
    """Rasa remembers what it had asked."""
    chat.patient_says("what is injected?")
    chat.patient_says(unknown_to_the_rules[0])

    reply = only(chat.patient_says("PRP"))

    assert (reply["kind"], reply["topic"], reply["treatments"]) == ("answer", "solutions_used", ["prp"])


@pytest.mark.parametrize(
    "text",
    [
        "a bit sore since the shot",
        "I had a stroke in 2009, can I have PRP?",
        "is infection a common risk of PRP?",
        "your prices gave me a heart attack, what does PRP cost?",
    ],
)
def test_what_only_sounds_like_danger_is_answered(text: str, chat: ChatTester):
    """Normal after-effects, what is asked in general or past, and figures of speech."""
    replies = chat.patient_says(text)

    assert not {"emergency", "urgent"} & set(kinds(replies))


def test_vague_complaint_gets_the_fixed_reply(chat: ChatTester):
    """No card and no answer: whom to call, and the offer of a person."""
    reply = only(chat.patient_says("my knee hurts"))

    assert reply["kind"] == "no_answer"
    assert "911" in reply["text"]
    assert reply["options"][0]["title"] == "Talk to a person"


def test_urgent_sign_told_again_is_shown_again(chat: ChatTester):
    """A card is never said to have been shown already."""
    assert kinds(chat.patient_says(URGENT)) == kinds(chat.patient_says(URGENT)) == ["urgent"]
