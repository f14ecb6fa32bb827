"""From the bot to staff and back, as dialogues."""

from __future__ import annotations

import re

import pytest

from bot.reply import Option, Reply
from bot.staff.actor import Actor
from bot.vocabulary import ReplyKind
from tests.chat_tester import ChatTester
from tests.factories import EMERGENCY, URGENT
from tests.fakes import FakeRasa
from tests.integration.edge import ANA, BEN, DANGEROUS, NewChat, error_message

CALL = re.compile(r"\d{3}-\d{4}|\b911\b")


def test_patient_hears_from_staff_after_asking_for_a_person(chat: ChatTester) -> None:
    """The whole way: ask, be answered by a person, by name."""
    chat.patient_asks_for_person()

    chat.staff_replies("Hello, this is Ana from the clinic.")

    assert chat.patient_sees_last() == "Hello, this is Ana from the clinic."


def test_asking_for_a_person_opens_a_ticket(chat: ChatTester) -> None:
    """The patient is told what happens next and asked for a way to be reached; staff see the ticket."""
    promise, contact = chat.patient_asks_for_person()

    assert promise["reply"]["kind"] == "escalated"
    assert promise["reply"]["ticket"] == chat.ticket
    assert "staff" in promise["text"]
    assert "phone number or email" in contact["text"]
    page = chat.staff_reads()
    assert "Asked for a person" in page
    assert "Talk to a person" in page


def test_asking_twice_opens_one_ticket_and_says_where_it_stands(chat: ChatTester) -> None:
    """Impatience does not fill the inbox; the second time the patient hears when staff reply, and nothing twice."""
    first = chat.patient_asks_for_person()
    (again,) = chat.patient_asks_for_person()

    assert len(chat.staff_sees_tickets()) == 1
    assert again["text"] not in {reply["text"] for reply in first}
    assert "you need not ask again" in again["text"].lower()
    assert chat.transcript()["request"]["reply_by"] in again["text"]
    assert "waiting before you" not in again["text"]


def test_a_request_that_is_opened_again_is_promised_anew(chat: ChatTester) -> None:
    """What was said of it before staff closed it holds no more."""
    promise, _ = chat.patient_asks_for_person()
    chat.staff_resolves()

    again = chat.patient_asks_for_person()[0]

    assert again["reply"]["ticket"] == promise["reply"]["ticket"]
    assert "need not ask again" not in again["text"]


def test_a_wish_that_was_withdrawn_can_be_undone(chat: ChatTester) -> None:
    """The same ticket is open again; the choice stands under the line that says so, as in a text message."""
    promise, _ = chat.patient_asks_for_person()
    (gone,) = chat.patient_goes_on()
    assert chat.transcript()["request"] is None
    assert [option["title"] for option in gone["reply"]["options"]] == ["I still need a person"]

    chat.patient_asks_for_person()

    assert chat.transcript()["request"]["can_cancel"]
    assert chat.ticket == promise["reply"]["ticket"]


def test_the_page_asks_how_to_reach_a_patient_only_as_long_as_nobody_knows(chat: ChatTester) -> None:
    """Not before there is a request, nor once they have left a number in words, nor after it was withdrawn."""
    chat.patient_says("What is PRP?")
    assert chat.transcript()["request"] is None
    chat.patient_asks_for_person()
    assert chat.transcript()["request"]["asks_contact"]

    chat.patient_says("My number is 312 555 0199")

    assert not chat.transcript()["request"]["asks_contact"]
    chat.patient_goes_on()
    assert chat.transcript()["request"] is None


def test_contact_details_reach_staff(chat: ChatTester) -> None:
    """What the patient leaves stands beside the conversation, and they are told that it was stored."""
    chat.patient_asks_for_person()

    replies = chat.patient_leaves_contact(name="Maria Lopez", phone="555-0199", email="maria@home.example")

    details = "Maria Lopez, 555-0199, maria@home.example"
    reply_by = chat.transcript()["request"]["reply_by"]
    assert replies[0]["text"] == (
        f"Thank you. Our staff now have your contact details: {details}. They will reply by {reply_by}."
    )
    page = chat.staff_reads()
    assert 'href="tel:555-0199"' in page
    assert 'href="mailto:maria@home.example"' in page
    assert "Maria Lopez" in page


def test_a_number_is_one_number_however_it_is_written(chat: ChatTester) -> None:
    """Stored in one form, shown and dialled as the clinic does, and found by either."""
    chat.patient_says("call me back at 312.555.0111 ext 12 tomorrow")

    page = chat.staff_reads()
    assert 'href="tel:+13125550111;ext=12">(312) 555-0111 ext. 12</a>' in page
    for words in ("(312) 555-0111", "312 555 0111", "+1 312-555-0111", "5550111"):
        assert "call me back" in chat.staff.get("/staff/tickets", params={"view": "all", "q": words}).text, words
    assert "call me back" not in chat.staff.get("/staff/tickets", params={"view": "all", "q": "312 555 0112"}).text


def test_contact_details_left_bit_by_bit_add_up(chat: ChatTester) -> None:
    """A second form does not wipe what the first one said."""
    chat.patient_asks_for_person()
    chat.patient_leaves_contact(phone="555-0199")
    chat.patient_leaves_contact(email="maria@home.example")

    page = chat.staff_reads()
    assert "555-0199" in page
    assert "maria@home.example" in page


def test_until_somebody_takes_the_ticket_the_bot_goes_on_answering(chat: ChatTester) -> None:
    """Waiting for a person does not mean waiting for everything."""
    chat.patient_asks_for_person()

    assert chat.patient_says("hello")[0]["text"] == "You said: hello"


def test_patient_is_told_who_joined(chat: ChatTester) -> None:
    """Taking the ticket says the staff member's name, once."""
    chat.patient_asks_for_person()

    chat.staff_takes()
    chat.staff_takes()

    assert chat.patient_sees().count("Ana from the clinic has joined this chat.") == 1
    transcript = chat.transcript()
    assert (transcript["handler"], transcript["staff_name"]) == ("staff", "Ana")


def test_a_reply_takes_a_ticket_that_nobody_has(chat: ChatTester) -> None:
    """Staff need not press a button first; the patient is told who joined before the reply."""
    chat.patient_asks_for_person()

    chat.staff_replies("Hello!")

    assert chat.patient_sees()[-2:] == ["Ana from the clinic has joined this chat.", "Hello!"]
    assert chat.handler == "staff"


def test_while_staff_answer_the_bot_is_silent(chat: ChatTester, rasa: FakeRasa) -> None:
    """The patient's words are stored and shown to staff; Rasa is not even asked."""
    chat.patient_asks_for_person()
    chat.staff_takes()

    replies = chat.patient_says("how many sessions will I need?")

    assert replies == []
    assert rasa.heard[chat.conversation_id] == []
    assert chat.patient_sees_last() == "how many sessions will I need?"
    assert "how many sessions will I need?" in chat.staff_reads()


def test_the_bot_does_not_talk_over_staff_who_joined_while_it_was_thinking(chat: ChatTester, rasa: FakeRasa) -> None:
    """An answer that comes after the ticket was taken is thrown away."""
    chat.patient_asks_for_person()
    ticket = chat.ticket

    def ana_joins() -> None:
        services = chat.patient.app.state.services  # type: ignore[attr-defined]
        services.tickets.take(ticket, Actor(staff_member_id=1, name="Ana"))

    rasa.before_answering = ana_joins

    assert chat.patient_says("hello") == []
    assert chat.patient_sees()[-2:] == ["hello", "Ana from the clinic has joined this chat."]


def test_asking_for_a_person_while_staff_answer_adds_no_promise(chat: ChatTester) -> None:
    """The person is there already."""
    chat.patient_asks_for_person()
    chat.staff_takes()

    assert chat.patient_asks_for_person() == []


def test_a_red_flag_gets_its_card_even_while_staff_answer(chat: ChatTester) -> None:
    """The card does not wait for anybody."""
    chat.patient_asks_for_person()
    chat.staff_takes()

    (card,) = chat.patient_says(DANGEROUS)

    assert card["reply"]["kind"] == "emergency"


def test_a_red_flag_opens_an_emergency_ticket(chat: ChatTester, new_chat: NewChat, rasa: FakeRasa) -> None:
    """It stands above older tickets, names the signs, and Rasa had no part in it."""
    older = new_chat()
    older.patient_asks_for_person()
    ordinary = older.ticket

    (card,) = chat.patient_says(DANGEROUS)

    assert card["reply"]["card"]["phone"] == "911"
    assert not rasa.heard
    first, *others = chat.staff_sees_tickets("open")
    assert ordinary in others
    page = chat.staff_reads(first)
    assert "Red flag" in page
    assert "Emergency card shown" in page


def test_a_red_flag_makes_an_open_ticket_urgent(chat: ChatTester) -> None:
    """One conversation has one open ticket; its urgency rises."""
    chat.patient_asks_for_person()
    chat.patient_says(DANGEROUS)

    assert len(chat.staff_sees_tickets()) == 1
    assert 'data-urgency="emergency"' in chat.staff_reads()


def test_resolving_hands_back_to_the_bot(chat: ChatTester) -> None:
    """The patient is told, and the next question is the bot's again."""
    chat.patient_asks_for_person()
    chat.staff_replies("All sorted?")

    chat.staff_resolves()

    assert "automated assistant again" in chat.patient_sees_last()
    assert chat.handler == "bot"
    assert chat.patient_says("hello")[0]["text"] == "You said: hello"


def test_a_resolved_conversation_that_needs_staff_again_gets_its_ticket_back(chat: ChatTester) -> None:
    """Staff see what was said before."""
    chat.patient_asks_for_person()
    chat.staff_resolves()

    chat.patient_asks_for_person()

    assert len(chat.staff_sees_tickets()) == 1
    assert len(chat.staff_sees_tickets("open")) == 1


def test_a_reply_to_a_resolved_ticket_is_refused_and_goes_out_once_it_is_reopened(chat: ChatTester) -> None:
    """The bot answers there again: staff and bot would talk over each other."""
    chat.patient_asks_for_person()
    ticket = chat.ticket
    chat.staff_resolves()
    late = "One more thing: bring your X-rays."

    assert "Reopen it" in error_message(chat.staff_replies(late, ticket), 409)
    assert late not in chat.patient_sees()
    page = chat.staff.post(f"/staff/tickets/{ticket}/replies", data={"text": late, "csrf_token": chat._csrf_token})
    assert page.status_code == 409
    assert "Reopen it" in page.text
    assert f">{late}</textarea>" in page.text

    chat._staff_posts(ticket, "reopen")
    assert chat.staff_replies(late, ticket).status_code == 200
    assert chat.patient_sees_last() == late
    assert chat.handler == "staff"


def test_two_staff_members_cannot_answer_the_same_patient(new_chat: NewChat) -> None:
    """The second one is told that somebody was first, and their reply is not sent."""
    ana, ben = new_chat(ANA), new_chat(BEN)
    ana.patient_asks_for_person()
    ticket = ana.ticket
    ana.staff_takes()

    for refused in (ben.staff_takes(ticket), ben.staff_replies("Hello from Ben", ticket)):
        assert error_message(refused, 409).startswith("Ana has taken this ticket.")

    assert "Hello from Ben" not in ana.patient_sees()


def test_a_resolved_ticket_cannot_be_taken_or_resolved_again(chat: ChatTester) -> None:
    """A stale page says so."""
    chat.patient_asks_for_person()
    ticket = chat.ticket
    chat.staff_resolves()

    for refused in (chat.staff_takes(ticket), chat.staff_resolves(ticket)):
        assert error_message(refused, 409) == "This ticket is resolved already."

    assert "joined" not in chat.patient_sees_last()


def test_a_button_of_the_last_reply_stands_for_its_question(chat: ChatTester, rasa: FakeRasa) -> None:
    """Its title sent back goes to Rasa as the choice; the same words later are plain words."""
    option = Option(
        title="How many PRP sessions?", topic="session_count", treatments=("prp",), intent="ask_session_count"
    )
    rasa.answer = lambda _text: [Reply(kind=ReplyKind.CLARIFY, text="Which one?", options=(option,))]
    chat.patient_says("how many")
    rasa.answer = lambda _text: [Reply(kind=ReplyKind.SMALLTALK, text="Fine.")]

    chat.patient_says("how many prp sessions?")
    chat.patient_says("How many PRP sessions?")

    assert rasa.chosen == [option]


def test_who_has_left_a_contact_is_not_asked_for_it_again(chat: ChatTester) -> None:
    """The second wish for a person gets the promise alone."""
    _promise, contact = chat.patient_asks_for_person()
    assert "phone number or email" in contact["text"]
    chat.patient_leaves_contact(phone="555-0199")

    (again,) = chat.patient_asks_for_person()

    assert again["reply"]["ticket"] == chat.ticket


@pytest.mark.parametrize(
    ("text", "number", "asks_for_contact"),
    [(EMERGENCY, "911", False), (URGENT, "555-0142", True)],
    ids=["emergency", "same day"],
)
def test_after_a_card_the_patient_is_told_to_call_wherever_a_reply_was_promised(
    new_chat: NewChat, text: str, number: str, asks_for_contact: bool
) -> None:
    """Asked for, left by staff, not cancelled, resolved and asked for again; in the line under the header too."""
    for _ in range(7):
        new_chat().patient_asks_for_person()
    chat = new_chat()
    chat.patient_says(text)

    told = [[reply["text"] for reply in chat.patient_asks_for_person()]]
    chat.staff_takes()
    chat._staff_posts(None, "hand-back")
    told.append([chat.patient_sees_last()])
    chat.patient.post(f"{chat.path}/escalations/cancel", headers=chat.bearer)
    told.append([chat.patient_sees_last()])
    chat.staff_resolves()
    told.append([reply["text"] for reply in chat.patient_asks_for_person()])

    for words, *contact in told:
        assert "Do not wait for a reply here." in words
        assert CALL.findall(words)[0] == number
        assert not re.search(r"waiting|reply here by|\d (am|pm)", words)
        assert not contact or asks_for_contact
    request = chat.transcript()["request"]
    assert (request["call"], request["reply_by"], request["call_back_by"]) == (number, None, None)
    assert not request["can_cancel"]


def test_how_many_wait_is_said_to_who_asks_how_long_it_will_be(new_chat: NewChat) -> None:
    """A promise says when staff reply. Asked for it, up to a handful a number helps, beyond it it only frightens."""
    chats = [new_chat() for _ in range(8)]
    promised = [chat.patient_asks_for_person()[0]["text"] for chat in chats]
    told = [chat.patient_says("what's my place in line?")[0]["text"] for chat in chats]

    assert not any("waiting before you" in text for text in promised)
    assert "5 other patients are waiting before you." in told[5]
    assert "Several other patients are waiting before you." in told[7]
