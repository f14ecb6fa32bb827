"""Every place that offers something x yes, no, a number, a title, taking it back: all mean what is on screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.bootstrap import Services
from tests.chat_tester import ChatTester
from tests.conversations.real_rasa import RealRasa
from tests.conversations.test_answers import kinds, only, titles
from tests.integration.edge import DANGEROUS

Replies = list[dict[str, Any]]
NOT_UNDERSTOOD = ("blue or green whichever", "it depends on the other thing")
TOLD = "escalated"
"""Staff have it, and the patient is told so."""


def came(replies: Replies, services: Services) -> str:
    """Give what the first reply is: the name of a fixed wording, or else its kind."""
    names = {services.responses.text(name): name for name in _PLAIN}
    # A refusal to cancel goes on with whom to call.
    text = replies[0]["text"]
    return next((name for start, name in names.items() if text.startswith(start)), replies[0]["reply"]["kind"])


_PLAIN = (
    *("utter_declined", "utter_contact_declined", "utter_ask_contact", "utter_pick_one", "utter_pick_treatment"),
    *("utter_offer_person", "utter_glad", "utter_cancelled", "utter_cancel_refused", "utter_ask_question"),
)


# Where something is put to the patient.


def two_thumbs_down(chat: ChatTester) -> Replies:
    """Two answers that did not help, each with a thumb down: the edge offers a person."""
    for text in ("How many PRP sessions will I need?", "Is PRP safe?"):
        answer = chat.patient_says(text)[0]
        address = f"{chat.path}/messages/{answer['id']}/feedback"
        said = chat.patient.post(address, json={"helpful": False}, headers=chat.bearer).json()["messages"]
    return list(said)


def staff_are_done(chat: ChatTester) -> Replies:
    """A resolved ticket asks whether staff helped."""
    ticket = chat.patient_asks_for_person()[0]["reply"]["ticket"]
    chat.staff_takes(ticket)
    chat.staff_replies("Hello, this is Ana.", ticket)
    chat._staff_posts(ticket, "resolve", ask_if_helped="true")
    return [chat.transcript()["messages"][-1]]


def says(*texts: str) -> Callable[[ChatTester], Replies]:
    """Get there by writing; give the last replies."""

    def say(chat: ChatTester) -> Replies:
        return [chat.patient_says(text) for text in texts][-1]

    return say


PLACES: dict[str, tuple[Callable[[ChatTester], Replies], dict[str, str]]] = {
    "two thumbs down": (
        two_thumbs_down,
        {
            "yes": TOLD,
            "OK, go ahead!": TOLD,
            "no thanks": "utter_declined",
            "1": TOLD,
            "the second one": "utter_declined",
        }
        | {"talk to a persn": TOLD, "never mind": "utter_declined", "no human": "utter_declined"},
    ),
    "no answer": (
        says("what is the weather tomorrow"),
        {"sí": TOLD, "nah": "utter_declined", "first": TOLD, "TALK TO A PERSON": TOLD, "forget it": "utter_declined"},
    ),
    "not understood": (
        says(NOT_UNDERSTOOD[0]),
        {"yes please": TOLD, "nope": "utter_declined", "2": "utter_declined", "no thanks!": "utter_declined"}
        | {"no human": "utter_declined", "I don't want a person": "utter_declined", "1": TOLD},
    ),
    "did you mean": (
        says("in the evening and then"),
        {
            "yes": "utter_pick_one",
            "no": "utter_offer_person",
            "the first one": "answer",
            "the last": "utter_offer_person",
        }
        | {"none of thes": "utter_offer_person", "never mind": "utter_declined"},
    ),
    "which treatment": (
        says("What is injected?"),
        {"yes": "utter_pick_treatment", "no": "utter_declined", "2": "answer", "the last one please": "answer"}
        | {"7": "utter_pick_treatment", "both": "utter_pick_treatment", "all": "answer"}
        | {"what is injected in prp": "answer", "nevermind": "utter_declined"},
    ),
    "a comparison that is not there": (
        says("prp vs exosomes vs surgery"),
        {"yes": "utter_pick_treatment", "no": "utter_declined", "1": "answer", "talk to person": TOLD}
        | {"nvm": "utter_declined"},
    ),
    "questions that go with an answer": (
        says("Is PRP safe?", "tell me more"),
        {"yes": "utter_ask_question", "1": "answer", "the second one": "answer", "never mind": "utter_declined"},
    ),
    "a person asked for": (
        says("I want to talk to a person"),
        {"yes": "utter_ask_contact", "no": "utter_contact_declined", "No, Thanks": "utter_contact_declined"}
        | {"cancel my request": "utter_cancelled", "never mind": "utter_cancelled", "no human": "utter_cancelled"}
        | {"you can close my ticket": "utter_cancelled", "I don't need a person any more": "utter_cancelled"},
    ),
    "the button for a person": (
        lambda chat: chat.patient_asks_for_person(),
        {"yes": "utter_ask_contact", "no": "utter_contact_declined", "ok thanks": "utter_contact_declined"}
        | {"forget it": "utter_cancelled", "please cancel the request": "utter_cancelled"},
    ),
    "a card": (
        says(DANGEROUS),
        {"yes": "smalltalk", "no": "smalltalk", "ok": "smalltalk", "never mind": "utter_cancel_refused"}
        | {"cancel my request": "utter_cancel_refused"},
    ),
    "staff are done": (
        staff_are_done,
        {"yes": "utter_glad", "no": "utter_offer_person", "I still need a persn": TOLD, "never mind": "utter_declined"},
    ),
}


@pytest.mark.parametrize(
    ("place", "text", "expected"),
    [(place, text, expected) for place, (_, rows) in PLACES.items() for text, expected in rows.items()],
)
def test_a_short_reply_means_what_is_on_screen(
    place: str, text: str, expected: str, chat: ChatTester, live_services: Services
):
    """Whoever put it there: Rasa, the edge, staff or a card."""
    put, _ = PLACES[place]
    assert put(chat)

    replies = chat.patient_says(text)

    assert came(replies, live_services) == expected


@pytest.fixture(scope="class")
def no_rasa(real_rasa: RealRasa) -> Iterator[None]:
    """Stop Rasa for the tests in a row that need it down."""
    real_rasa.stop("rasa")
    yield
    real_rasa.start_again("rasa")


@pytest.mark.usefixtures("no_rasa")
class TestWithoutRasa:
    """What is offered while Rasa is down needs no Rasa to be taken, either."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("yes", "utter_pick_one"),
            ("no", "utter_declined"),
            ("1", "answer"),
            ("does prp hurt", "answer"),
            ("talk to a person please", TOLD),
            ("never mind", "utter_declined"),
            ("cancel my request", "utter_cancelled"),
        ],
    )
    def test_found_by_words(self, text: str, expected: str, chat: ChatTester, live_services: Services):
        """Answers to choose from, and a person."""
        offered = chat.patient_says("so does PRP hurt a lot?")
        assert titles(offered[-1]["reply"]) == ["Does PRP hurt?", "Talk to a person"]

        assert came(chat.patient_says(text), live_services) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [("yes", TOLD), ("no", "utter_declined"), ("2", "utter_declined"), ("never mind", "utter_cancelled")],
    )
    def test_found_by_exact_words(self, text: str, expected: str, chat: ChatTester, live_services: Services):
        """The answer that was looked up comes with the offer of a person, above what is said of staff."""
        offered = chat.patient_says("What are the side effects of PRP?")
        assert kinds(offered) == ["answer", "escalated", "escalated"]

        assert came(chat.patient_says(text), live_services) == expected


def test_a_yes_that_says_more_is_no_yes(chat: ChatTester):
    """It is a question, and gets its answer; which of several choices it took nobody knows."""
    chat.patient_says("What is injected?")

    replies = chat.patient_says("yes but how much does PRP cost?")

    assert [(reply["reply"]["kind"], reply["reply"]["topic"]) for reply in replies] == [("answer", "cost")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes please do that for me if you can", TOLD),
        ("no I would honestly rather not do that at the moment", "utter_declined"),
    ],
)
def test_a_longer_yes_or_no_is_understood_by_rasa_and_means_the_same(
    text: str, expected: str, chat: ChatTester, live_services: Services, real_rasa: RealRasa
):
    """The actions ask the edge's own module what was offered."""
    two_thumbs_down(chat)

    replies = chat.patient_says(text)

    assert real_rasa.last_turn(chat.conversation_id).intent in {"affirm", "deny"}
    assert came(replies, live_services) == expected


def test_a_pick_that_is_asked_for_again_can_be_made(chat: ChatTester):
    """The choices are shown again, so that a number still counts among them."""
    chat.patient_says("What is injected?")
    again = only(chat.patient_says("yes"))

    reply = only(chat.patient_says("the second"))

    assert len(again["options"]) > 1
    assert (reply["kind"], reply["topic"]) == ("answer", "solutions_used")
    assert reply["treatments"] == again["options"][1]["treatments"]


def test_both_are_answered(chat: ChatTester):
    """Of two questions that could have been meant."""
    offered = only(chat.patient_says("How many sessions will I need?"))
    first, second = offered["options"][:2]

    replies = chat.patient_says("1 and 2")

    assert [reply["reply"]["treatments"] for reply in replies] == [first["treatments"], second["treatments"]]
    assert {reply["reply"]["topic"] for reply in replies} == {"session_count"}


@pytest.mark.parametrize("between", ["no", "hello", "never mind"])
def test_only_messages_in_a_row_count_as_not_understood(between: str, chat: ChatTester):
    """After a "no" to the offer, or a greeting, the next one is asked back and goes to nobody."""
    chat.patient_says(NOT_UNDERSTOOD[0])
    chat.patient_says(between)

    replies = chat.patient_says(NOT_UNDERSTOOD[1])

    assert kinds(replies) == ["clarify"]


def test_a_withdrawn_request_is_closed_and_staff_see_why(chat: ChatTester):
    """The same as by the page's own button; asked for again, there is one again."""
    ticket = chat.patient_says("I want to talk to a person")[0]["reply"]["ticket"]

    chat.patient_says("I don't need a person anymore, thanks")

    assert ticket not in chat.staff_sees_tickets("open")
    assert chat.transcript()["request"] is None
    assert kinds(chat.patient_says("I want to talk to a person"))[0] == TOLD


def test_staff_did_help_is_kept(chat: ChatTester, live_services: Services):
    """As if the page's own button had been pressed; "ok" says only that it was read."""
    ticket = staff_are_done(chat)[0]["reply"]["rate_ticket"]
    chat.patient_says("ok")
    assert live_services.tickets.view(ticket).helped is None
    chat._staff_posts(ticket, "reopen")
    chat._staff_posts(ticket, "resolve", ask_if_helped="true")

    chat.patient_says("yes they did")

    assert live_services.tickets.view(ticket).helped is True


@pytest.mark.parametrize(
    "text", ["unsubscribe me from this", "please stop texting me", "no me envíen más mensajes", "quit"]
)
def test_opting_out_of_the_chat_is_answered_truthfully(text: str, chat: ChatTester, live_services: Services):
    """No text comes from it; whoever gets some reads how to end them."""
    reply = only(chat.patient_says(text))

    assert reply["text"] == live_services.responses.text("utter_messages_stopped")
    assert "reply STOP" in reply["text"]
