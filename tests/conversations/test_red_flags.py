"""A message that sounds dangerous gets its card at any point of a conversation, which then goes on where it was."""

from __future__ import annotations

import pytest

from tests.chat_tester import ChatTester
from tests.conversations.real_rasa import RealRasa
from tests.conversations.test_answers import kinds
from tests.factories import EMERGENCY, URGENT

REMINDER = "smalltalk"
BEFORE: dict[str, list[str]] = {
    "nothing said yet": [],
    "an answer was given": ["Is PRP safe?"],
    "which treatment was asked": ["what is injected?"],
    "guesses were offered": ["Is PRP safe?", "tell me more"],
    "a person was offered": ["what is the weather tomorrow"],
    "not understood once": ["🙂🙂🙂"],
    "contact details were asked for": ["I want to talk to a person"],
}


@pytest.mark.parametrize(("text", "kind"), [(EMERGENCY, "emergency"), (URGENT, "urgent")], ids=["emergency", "urgent"])
@pytest.mark.parametrize("before", BEFORE)
def test_card_is_shown_in_every_state(before: str, text: str, kind: str, chat: ChatTester, real_rasa: RealRasa):
    """The card comes alone and at once, a ticket is opened, and Rasa is not asked."""
    for said in BEFORE[before]:
        chat.patient_says(said)

    replies = chat.patient_says(text)

    assert kinds(replies) == [kind]
    assert replies[0]["reply"]["card"]["call_label"]
    assert "Red flag" in chat.staff_reads(chat.staff_sees_tickets("open")[0])
    assert text not in real_rasa.heard(chat.conversation_id) if BEFORE[before] else True


@pytest.mark.parametrize(
    ("before", "then", "said", "topic"),
    [
        ("an answer was given", "does it hurt?", [REMINDER, "answer"], "pain_during"),
        ("which treatment was asked", "PRP", [REMINDER, "answer"], "solutions_used"),
        ("a person was offered", "no thanks", ["smalltalk"], None),
        ("contact details were asked for", "my number is 555-0199", ["escalated"], None),
    ],
)
def test_conversation_goes_on_where_it_was(
    before: str, then: str, said: list[str], topic: str | None, chat: ChatTester
):
    """A card does not make the assistant forget what it had asked; before an answer it says once more whom to call."""
    for text in BEFORE[before]:
        chat.patient_says(text)
    chat.patient_says(URGENT)

    replies = chat.patient_says(then)

    assert kinds(replies) == said
    assert replies[-1]["reply"]["topic"] == topic


def test_card_is_shown_while_staff_have_the_conversation(chat: ChatTester):
    """The one thing the assistant says then, since staff may not be looking."""
    ticket = chat.patient_says("I want to talk to a person")[0]["reply"]["ticket"]
    chat.staff_takes(ticket)

    replies = chat.patient_says(EMERGENCY)

    assert kinds(replies) == ["emergency"]
    assert chat.handler == "staff"
    assert "Emergency" in chat.staff_reads(ticket)


def test_card_is_shown_in_the_middle_of_a_question(chat: ChatTester):
    """Danger first: the question beside it waits."""
    replies = chat.patient_says(f"how many PRP sessions will I need? also {EMERGENCY}")

    assert kinds(replies) == ["emergency"]


def test_vague_complaint_gets_the_fixed_reply(chat: ChatTester):
    """No card and no answer: whom to call, and the offer of a person."""
    (reply,) = [message["reply"] for message in chat.patient_says("my knee hurts")]

    assert reply["kind"] == "no_answer"
    assert "911" in reply["text"]
    assert reply["options"][0]["title"] == "Talk to a person"


def test_urgent_sign_told_again_is_shown_again(chat: ChatTester):
    """A card is never said to have been shown already."""
    assert kinds(chat.patient_says(URGENT)) == kinds(chat.patient_says(URGENT)) == ["urgent"]
