"""How a conversation reaches staff, what is kept for them, and that the bot keeps silent while they have it."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.conversations import store
from bot.reading.phones import may_take_texts
from tests.chat_tester import ChatTester
from tests.conversations.real_rasa import RealRasa
from tests.conversations.test_answers import kinds, only, titles

ASK_FOR_PERSON = "I want to talk to a person"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("what is the weather tomorrow", "outside what I can answer"),
        ("can you read my MRI and tell me what is wrong", "cannot diagnose"),
        ("what dose of tramadol should I take", "cannot diagnose"),
        ("my hip hurts a lot lately", "call the clinic at 555-0142"),
    ],
)
def test_what_is_not_for_the_assistant_is_declined_with_a_person_offered(text: str, words: str, chat: ChatTester):
    """No ticket is opened yet: that is the patient's choice."""
    reply = only(chat.patient_says(text))

    assert (reply["kind"], reply["ticket"]) == ("no_answer", None)
    assert words in reply["text"]
    assert titles(reply) == ["Talk to a person", "No, thanks"]


def test_not_understood_once_is_asked_back(chat: ChatTester):
    """One message that means nothing to the assistant is no reason to call staff."""
    replies = chat.patient_says("blue or green whichever")

    assert kinds(replies) == ["clarify"]
    assert replies[0]["reply"]["ticket"] is None


def test_not_understood_twice_goes_to_staff(chat: ChatTester):
    """The second time in a row a ticket is opened, and staff see why."""
    chat.patient_says("blue or green whichever")

    replies = chat.patient_says("it depends on the other thing")

    assert kinds(replies)[0] == "escalated"
    assert "Not understood twice" in chat.staff_reads(replies[0]["reply"]["ticket"])


def test_answer_in_between_starts_the_count_again(chat: ChatTester):
    """Only two in a row count."""
    chat.patient_says("blue or green whichever")
    chat.patient_says("How many PRP sessions will I need?")

    replies = chat.patient_says("it depends on the other thing")

    assert kinds(replies) == ["clarify"]


def test_asking_for_a_person_opens_a_ticket_and_asks_for_contact_details(chat: ChatTester):
    """The patient is told what happens next."""
    replies = chat.patient_says(ASK_FOR_PERSON)

    assert kinds(replies) == ["escalated", "escalated"]
    assert replies[0]["reply"]["ticket"] in chat.staff_sees_tickets("open")
    assert "phone number or email" in replies[1]["text"]


@pytest.mark.parametrize("yes", ["yes please", "Talk to a person"])
def test_accepted_offer_opens_a_ticket(yes: str, chat: ChatTester):
    """In words or by the button, the ticket says that there was no answer, which is what staff should look at."""
    chat.patient_says("what is the weather tomorrow")

    replies = chat.patient_says(yes)

    assert kinds(replies)[0] == "escalated"
    assert "No approved answer" in chat.staff_reads(replies[0]["reply"]["ticket"])


@pytest.mark.parametrize("no", ["no thanks", "No, thanks"])
def test_declined_offer_is_taken_once_and_calmly(no: str, chat: ChatTester):
    """One word of understanding, no ticket, and the next question is answered."""
    chat.patient_says("what is the weather tomorrow")

    replies = chat.patient_says(no)

    assert kinds(replies) == ["smalltalk"]
    assert replies[0]["reply"]["ticket"] is None
    assert kinds(chat.patient_says("Is PRP safe?")) == ["answer"]


@pytest.mark.parametrize(
    ("text", "phone", "email"),
    [
        ("my number is 555-0199", "555-0199", None),
        ("call me at (555) 010-2299 in the afternoon", "+15550102299", None),
        ("lou.b@example.org", None, "lou.b@example.org"),
        ("555 010 2299 or lou.b@example.org", "+15550102299", "lou.b@example.org"),
        ("yes, 312-555-0111", "+13125550111", None),
        ("+44 20 7946 0958", "+442079460958", None),
        ("3125550111 ext 12", "+13125550111;ext=12", None),
    ],
)
def test_contact_details_are_stored_for_staff(
    text: str, phone: str | None, email: str | None, chat: ChatTester, live_services: Services
):
    """They stand on the conversation, whichever way they were written."""
    chat.patient_says(ASK_FOR_PERSON)

    replies = chat.patient_says(text)

    may_text = phone is not None and may_take_texts(phone)
    assert kinds(replies) == ["escalated"] * (2 if may_text else 1)
    assert "Our staff now have your contact details" in replies[0]["text"]
    assert ("go on by text" in replies[-1]["text"]) == may_text
    with live_services.database.read() as session:
        conversation = store.get_conversation(session, chat.conversation_id)
        assert (conversation.patient_phone, conversation.patient_email) == (phone, email)


@pytest.mark.parametrize(
    "text",
    [
        "call me back at 312 555 0111 tomorrow",
        "can someone ring me on 312 555 0111",
        "312-555-0111",
        "my email is lou@example.org, text is fine too",
    ],
)
def test_contact_details_with_no_open_request_become_one(text: str, chat: ChatTester):
    """Said once, with a promise, and nothing about not having understood."""
    replies = chat.patient_says(text)

    assert set(kinds(replies)) == {"escalated"}
    assert sum("Our staff now have your contact details" in reply["text"] for reply in replies) == 1
    assert sum("I have passed this chat to" in reply["text"] for reply in replies) == 1
    assert len(chat.staff_sees_tickets("open")) >= 1


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("my number is 312 555 0111, how much is PRP?", "cost"),
        ("512-555-0199 how much is prp?", "cost"),
        ("how much is prp? 512-555-0199", "cost"),
        ("512-555-0199. does prolotherapy hurt?", "pain_during"),
        ("call me at 312 555 0111 and tell me how much PRP is", "cost"),
        ("my email is lou@example.org and i want to know how long recovery takes after prp", "recovery_time"),
    ],
)
def test_a_question_beside_contact_details_is_answered(text: str, topic: str, chat: ChatTester):
    """Both are taken, whichever comes first."""
    replies = [reply for reply in chat.patient_says(text) if "go on by text" not in reply["text"]]

    assert kinds(replies) == ["escalated", "escalated", "answer"]
    assert replies[-1]["reply"]["topic"] == topic


def test_danger_beside_contact_details_gets_its_card(chat: ChatTester):
    """And nothing else, from either layer."""
    replies = chat.patient_says("my number is 312 555 0111 and my chest hurts since the injection")

    assert kinds(replies) == ["emergency"]
    assert "(312) 555-0111" in chat.staff_reads(max(chat.staff_sees_tickets("open")))


@pytest.mark.parametrize("no", ["no", "No, thanks"])
def test_declined_contact_details_leave_the_ticket_open(no: str, chat: ChatTester):
    """Staff still reply in the chat."""
    ticket = chat.patient_says(ASK_FOR_PERSON)[0]["reply"]["ticket"]

    replies = chat.patient_says(no)

    assert kinds(replies) == ["smalltalk"]
    assert "Our staff will reply in this chat" in replies[0]["text"]
    assert ticket in chat.staff_sees_tickets("open")


def test_thumbs_down_leads_to_the_offer_of_a_person(chat: ChatTester):
    """The sentence that the page sends for "No" is understood."""
    chat.patient_says("How many PRP sessions will I need?")

    reply = only(chat.patient_says("No, that was not helpful"))

    assert titles(reply) == ["Talk to a person", "No, thanks"]


def test_questions_are_answered_while_a_ticket_waits(chat: ChatTester):
    """Until a member of staff takes it, the assistant goes on."""
    chat.patient_says(ASK_FOR_PERSON)

    assert kinds(chat.patient_says("Is PRP safe?")) == ["answer"]


def test_bot_is_silent_while_staff_have_the_conversation(chat: ChatTester, real_rasa: RealRasa):
    """Rasa does not even hear what is written meanwhile; after staff, nothing is taken for granted."""
    chat.patient_says("Is PRP safe?")
    ticket = chat.patient_says(ASK_FOR_PERSON)[0]["reply"]["ticket"]
    chat.staff_takes(ticket)
    silence = chat.patient_says("does it hurt?")
    chat.staff_replies("Hello, this is Ana.", ticket)
    chat.staff_resolves(ticket)

    reply = only(chat.patient_says("does it hurt?"))

    assert silence == []
    assert real_rasa.heard(chat.conversation_id).count("does it hurt?") == 1
    assert (reply["topic"], reply["treatments"]) == ("pain_during", [])
