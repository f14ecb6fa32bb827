"""A person is always reachable: after a refusal, beside a question, and for whoever waits for one."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from tests.chat_tester import ChatTester
from tests.conversations.test_answers import kinds, only
from tests.integration.edge import DANGEROUS

REFUSED = ("neither, talk to a person", "none, i want a human", "no, I want a human", "no i want a person")
OFFERS = ("What is injected?", "in the evening and then", "what is the weather tomorrow")


@pytest.mark.parametrize("text", [*REFUSED, "no, quiero hablar con una persona"])
@pytest.mark.parametrize("before", [None, *OFFERS])
def test_a_refusal_with_a_wish_for_a_person_is_that_wish(before: str | None, text: str, chat: ChatTester):
    """Whatever was offered, or nothing."""
    if before is not None:
        chat.patient_says(before)

    replies = chat.patient_says(text)

    assert kinds(replies)[0] == "escalated"
    assert chat.transcript()["request"] is not None


@pytest.mark.parametrize("text", REFUSED)
def test_it_never_takes_an_open_request_back(text: str, chat: ChatTester):
    """It asks for a person once more."""
    ticket = chat.patient_says("I want to talk to a person")[0]["reply"]["ticket"]

    replies = chat.patient_says(text)

    assert replies[0]["reply"]["ticket"] == ticket
    assert chat.transcript()["request"] is not None


@pytest.mark.parametrize(
    ("before", "text", "topic"),
    [
        (None, "I want a human. how much is prp?", "cost"),
        (None, "does PRP hurt? I'd like to speak to a real person", "pain_during"),
        (None, "is there anybody real I could talk to? Also, does PRP hurt?", "pain_during"),
        (None, "no, I want a human, but how much is PRP?", "cost"),
        ("what is the weather tomorrow", "yes i want to talk to a person, how much is PRP", "cost"),
        ("what is the weather tomorrow", "yes please but how much is PRP?", "cost"),
        ("what is the weather tomorrow", "Yes. And is PRP safe?", "safety"),
    ],
)
def test_a_person_and_a_question_get_both(before: str | None, text: str, topic: str, chat: ChatTester):
    """The question is answered, then what is promised; a person is not offered who was asked for."""
    if before is not None:
        chat.patient_says(before)

    replies = [message["reply"] for message in chat.patient_says(text)]

    assert [reply["kind"] for reply in replies] == ["answer", "escalated", "escalated"]
    assert replies[0]["topic"] == topic
    assert chat.transcript()["request"] is not None
    assert [option["intent"] for option in replies[0]["options"] if option["intent"] == "ask_person"] == []


def test_what_is_not_understood_beside_it_is_left_to_the_person(chat: ChatTester):
    """No question back, and one request."""
    replies = chat.patient_says("I want a human, blue or green whichever")

    assert kinds(replies) == ["escalated", "escalated"]


WAITING = (
    "how long till a human answers",
    "when will someone call me",
    "is anyone there??",
    "hello? anyone?",
    "did anyone see my message",
    "how long do I have to wait",
    "what's my place in line",
)


@pytest.mark.parametrize("text", WAITING)
def test_whoever_waits_hears_what_was_promised(text: str, chat: ChatTester, live_services: Services):
    """Not how long a treatment takes."""
    ticket = chat.patient_says("I want to talk to a person")[0]["reply"]["ticket"]

    reply = only(chat.patient_says(text))

    assert reply["text"].startswith(live_services.tickets.promise(ticket).text)


@pytest.mark.parametrize("text", [*WAITING, "ok", "thanks", "is there a phone number", "who do I call?"])
@pytest.mark.parametrize(("card", "number"), [(DANGEROUS, "911"), ("I want to kill myself", "988")])
def test_after_a_card_only_the_number_is_said(card: str, number: str, text: str, chat: ChatTester):
    """Each time: a thanks does not end it."""
    chat.patient_says(card)

    for _ in range(2):
        reply = only(chat.patient_says(text))
        assert number in reply["text"]
        assert reply["options"] == []


@pytest.mark.parametrize("text", WAITING[:4])
def test_nobody_is_promised_where_nobody_was_asked(text: str, chat: ChatTester):
    """It goes the way of questions."""
    assert "escalated" not in kinds(chat.patient_says(text))


def test_a_mistyped_title_is_that_choice(chat: ChatTester):
    """And no request to staff."""
    offered = only(chat.patient_says("in the evening and then"))
    title = offered["options"][0]["title"]
    mistyped = " ".join(word[:2] + word[3:] if len(word) > 4 else word for word in title.split())

    reply = only(chat.patient_says(mistyped))

    assert (reply["kind"], reply["topic"]) == ("answer", offered["options"][0]["topic"])


def test_a_number_below_zero_chooses_nothing(chat: ChatTester):
    """The choices stand; "yes, the first" takes the first."""
    offered = only(chat.patient_says("What is injected?"))

    assert "answer" not in kinds(chat.patient_says("-1"))

    chat.patient_says("What is injected?")
    reply = only(chat.patient_says("yes the first"))
    assert reply["treatments"] == offered["options"][0]["treatments"]
