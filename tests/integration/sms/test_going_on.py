"""A web chat that goes on by text: the code and its limits, one thread for page and phone, where replies go."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from sqlalchemy import select, update

from bot.bootstrap import Services
from bot.channels.models import MessageChannel, SmsConversation, SmsNumber, TextCode
from bot.channels.text_codes import GOOD_FOR, MOST_OF_ONE, MOST_TRIES, PERIOD
from bot.conversations.models import Conversation
from bot.db.engine import utc_now
from bot.staff.actor import FRONTDESK
from bot.vocabulary import Author
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import DANGEROUS, NewChat, TestClient, frames
from tests.integration.sms.looking import counted, said
from tests.phones import Phone, StandInTwilio, eventually

GO_ON = "Go on by text"


def code_for(chat: ChatTester, phone: Phone, *, times: int = 1) -> str:
    """Leave the phone's number in the chat, ask to go on by text; give the code that the phone gets."""
    chat.patient_leaves_contact(phone=phone.number)
    assert "We have texted a code" in chat.patient_says(GO_ON)[0]["text"]
    return phone.gets("is your code", times=times)[:6]


def linked(chat: ChatTester, phone: Phone) -> None:
    """Have a chat go on by text."""
    (reply,) = chat.patient_says(code_for(chat, phone))
    assert "now goes on by text too" in reply["text"]


def another(code: str) -> str:
    """Give a code that is not this one."""
    return "000000" if code != "000000" else "000001"


def wait_for_reply(chat: ChatTester, words: str) -> None:
    """Wait until the chat shows something."""
    eventually(lambda: any(words in text for text in chat.patient_sees()))


@pytest.mark.parametrize("way", ["form", "words"])
def test_who_leaves_a_number_can_go_on_by_text(
    chat: ChatTester, phone: Phone, rasa: FakeRasa, services: Services, way: str
) -> None:
    """It is offered; the code links the two, and what is typed for it never reaches Rasa."""
    left = (
        chat.patient_leaves_contact(phone=phone.number)
        if way == "form"
        else chat.patient_says(f"my number is {phone.number}")
    )
    (offer,) = [message for message in left if "go on by text message" in message["text"]]
    assert "a phone that gets SMS" in offer["text"]
    assert [option["title"] for option in offer["reply"]["options"]] == [GO_ON]
    assert phone.received == []

    assert "within 10 minutes" in chat.patient_says(GO_ON)[0]["text"]
    text = phone.gets("is your code")
    assert re.match(r"\d{6} is your code for the chat of Cedar Grove", text)
    assert "now goes on by text too" in chat.patient_says(f"the code is {text[:3]} {text[3:6]}")[0]["text"]

    assert rasa.heard[chat.conversation_id] == []
    with services.database.read() as session:
        (kept,) = session.scalars(select(TextCode.code_hash))
    assert text[:6] not in kept
    phone.texts("does it hurt?")
    phone.gets("You said: does it hurt\\?")
    assert "automated assistant of" not in " ".join(phone.received)
    assert chat.patient_sees()[-2:] == ["does it hurt?", "You said: does it hurt?"]
    assert counted(services, Conversation) == 1


def test_a_yes_takes_the_offer(chat: ChatTester, phone: Phone) -> None:
    """In words of one's own, as any other offer."""
    chat.patient_leaves_contact(phone=phone.number)

    assert "We have texted a code" in chat.patient_says("yes please")[0]["text"]


def test_replies_go_where_the_patient_wrote_last(chat: ChatTester, phone: Phone) -> None:
    """A question on the page is answered there alone, one by text on both."""
    linked(chat, phone)
    phone.texts("how long?")
    phone.gets("You said: how long")
    texts = len(phone.received)

    assert chat.patient_says("and on the page?")[-1]["text"] == "You said: and on the page?"
    phone.texts("and now?")
    phone.gets("You said: and now")

    assert len(phone.received) == texts + 1


def test_staff_see_one_thread_and_reach_the_patient_on_both(
    chat: ChatTester, phone: Phone, visitor: TestClient
) -> None:
    """By text too if nobody has the page open; each message says by what it came."""
    linked(chat, phone)
    chat.patient_says("I wait for staff")
    ticket = chat.ticket
    chat.staff_replies("Come at nine.", ticket)
    assert phone.gets("Come at nine") == "Ana, clinic staff: Come at nine."
    assert "Come at nine." in chat.patient_sees()
    with frames(visitor, f"{chat.path}/live", token=chat.token) as live:
        chat.staff_replies("Are you there?", ticket)
        live.until(type="message")
    phone.texts("by phone now")
    wait_for_reply(chat, "by phone now")
    chat.staff_replies("To the phone.", ticket)
    phone.gets("To the phone")

    assert not any("Are you there" in text for text in phone.received)
    page = chat.staff_reads(ticket)
    assert len(chat.staff_sees_tickets()) == 1
    said_by = re.findall(r'data-testid="by-channel">by ([^<]+)</span>.*?<p class="text"[^>]*>([^<]+)<', page, re.DOTALL)
    assert ("Web chat", "I wait for staff") in said_by
    assert ("SMS", "by phone now") in said_by
    assert ("SMS", "Come at nine.") in said_by
    assert 'data-testid="channel">Web chat and SMS<' in chat.staff.get("/staff/tickets?status=all").text
    assert "is texted to" in page
    assert ("Web chat", "Are you there?") in said_by


def test_a_wrong_code_links_nothing_and_only_a_few_are_tried(
    chat: ChatTester, phone: Phone, services: Services
) -> None:
    """After that even the right one is no longer good."""
    code = code_for(chat, phone)

    answers = [chat.patient_says(another(code))[0]["text"] for _ in range(MOST_TRIES)]
    assert all("not the code" in answer for answer in answers[:-1])
    assert "no longer good" in answers[-1]
    assert "no longer good" in chat.patient_says(code)[0]["text"]
    assert counted(services, SmsConversation) == 0


def test_a_code_is_good_for_ten_minutes(chat: ChatTester, phone: Phone, services: Services) -> None:
    """Then another one can be had, and the old one stays none."""
    code = code_for(chat, phone)
    with services.database.write() as session:
        session.execute(update(TextCode).values(sent_at=utc_now() - GOOD_FOR))

    (expired,) = chat.patient_says(code)
    assert "no longer good" in expired["text"]
    assert counted(services, SmsConversation) == 0
    fresh = code_for(chat, phone, times=2)
    assert "now goes on by text" in chat.patient_says(fresh)[0]["text"]


def test_only_so_many_codes_go_to_a_number(
    new_chat: NewChat, phone: Phone, twilio: StandInTwilio, services: Services
) -> None:
    """Also from different chats, and from one chat to different numbers, until an hour has passed."""
    for place in range(MOST_OF_ONE):
        code_for(new_chat(), phone, times=place + 1)
    chat = new_chat()
    chat.patient_leaves_contact(phone=phone.number)
    assert "cannot text another code now" in chat.patient_says(GO_ON)[0]["text"]
    with services.database.write() as session:
        session.execute(update(TextCode).values(sent_at=utc_now() - PERIOD))

    for place in range(MOST_OF_ONE):
        chat.patient_leaves_contact(phone=f"+1555019900{place + 2}")
        assert "We have texted a code" in chat.patient_says(GO_ON)[0]["text"]
    chat.patient_leaves_contact(phone=phone.number)
    assert "cannot text another code now" in chat.patient_says(GO_ON)[0]["text"]


def test_without_the_code_a_number_is_nobodys(chat: ChatTester, phone: Phone, services: Services) -> None:
    """What a stranger typed into a chat is no way into that chat, nor out of it."""
    code_for(chat, phone)
    phone.texts("who is this?")
    phone.gets("You said: who is this")

    assert "who is this?" not in chat.patient_sees()
    assert counted(services, Conversation) == 2


def test_the_newest_link_has_the_number(new_chat: NewChat, phone: Phone, services: Services) -> None:
    """What was said with the number's owner before stays as it was, and nothing of it goes to the phone any more."""
    phone.texts("an old question")
    phone.gets("You said: an old question")
    first, second = new_chat(), new_chat()
    linked(first, phone)
    phone.texts("to the first")
    wait_for_reply(first, "You said: to the first")
    before = first.patient_sees()
    code = code_for(second, phone, times=2)
    phone.texts("still to the first")
    wait_for_reply(first, "You said: still to the first")
    assert "now goes on by text" in second.patient_says(code)[0]["text"]

    phone.texts("to the second")
    wait_for_reply(second, "You said: to the second")
    phone.gets("You said: to the second")
    texts = len(phone.received)
    first.staff_replies("For the first alone.", first.ticket)

    assert first.patient_sees()[: len(before)] == before
    assert "to the second" not in first.patient_sees()
    assert said(services, Author.STAFF) == ["For the first alone."]
    assert len(phone.received) == texts


def test_the_code_of_another_chat_is_none(new_chat: NewChat, phone: Phone, services: Services) -> None:
    """Six digits that no code is awaited for are read as any other message."""
    code = code_for(new_chat(), phone)

    assert new_chat().patient_says(code)[-1]["text"] == f"You said: {code}"
    assert counted(services, SmsConversation) == 0


def test_stop_ends_the_texts_and_the_chat_goes_on(chat: ChatTester, phone: Phone) -> None:
    """Staff still reply on the page; the number gets nothing more."""
    linked(chat, phone)
    chat.patient_says("a question")
    phone.texts("STOP")
    phone.gets("will get no more texts")
    texts = len(phone.received)

    assert chat.patient_says("on the page")[-1]["text"] == "You said: on the page"
    read = chat.staff_reads(chat.ticket)
    assert re.search(r'data-testid="opted-out">No texts<', read)
    assert "by their word: “STOP”." in read
    assert "What you write stands in the web chat alone." in read
    patient_page = chat.staff.get(f"/staff/conversations/{chat.conversation_id}/patient").text
    assert re.search(r'data-testid="no-texts">.*No texts since .*“STOP”.* Call them instead', patient_page)
    page = chat.staff_replies("Here, then.", chat.ticket)
    assert page.status_code in {200, 303}
    assert chat.patient_sees_last() == "Here, then."
    assert len(phone.received) == texts


def test_who_wants_no_texts_gets_no_code(chat: ChatTester, phone: Phone, services: Services) -> None:
    """And is told how to change that, on the page."""
    phone.texts("STOP")
    phone.gets("will get no more texts")
    chat.patient_leaves_contact(phone=phone.number)

    assert "cannot text that number" in chat.patient_says(GO_ON)[0]["text"]
    assert counted(services, TextCode) == 0


def test_danger_comes_before_the_code(chat: ChatTester, phone: Phone, services: Services) -> None:
    """A card while one is awaited; the code is good afterwards, and a card goes where the patient wrote."""
    code = code_for(chat, phone)

    (card, *_) = chat.patient_says(f"{code} {DANGEROUS}")
    assert card["reply"]["card"]["level"] == "emergency"
    assert counted(services, SmsConversation) == 0
    assert "now goes on by text" in chat.patient_says(code)[0]["text"]
    phone.texts(DANGEROUS)
    phone.gets("Call 911 now")


def test_a_code_is_taken_while_staff_have_the_conversation(chat: ChatTester, phone: Phone) -> None:
    """It is nothing to them."""
    code = code_for(chat, phone)
    chat.staff_takes(chat.ticket)

    assert "now goes on by text" in chat.patient_says(code)[0]["text"]


@pytest.mark.parametrize("stored", ["+15550199001;ext=12", "+442079460958", "555-0142"])
def test_no_offer_for_what_cannot_be_texted(chat: ChatTester, phone: Phone, stored: str) -> None:
    """An extension, a landline, a number without its area code."""
    replies = chat.patient_leaves_contact(phone=stored.replace(";ext=", " ext. "))

    assert not any(message["reply"] and message["reply"]["options"] for message in replies)
    assert phone.received == []


def test_forgetting_reaches_page_and_phone(chat: ChatTester, phone: Phone, services: Services) -> None:
    """By the number or the chat, all of it goes: the code, the link, the number, and by what a message came."""
    linked(chat, phone)
    phone.texts("a secret")
    wait_for_reply(chat, "You said: a secret")

    export = services.patients.export(phone.number, FRONTDESK)
    with zipfile.ZipFile(io.BytesIO(export.content)) as archive:
        assert "a secret" in archive.read("data.json").decode()
    services.patients.forget(phone.number, reason="asked", by=FRONTDESK)

    for table in (TextCode, SmsConversation, MessageChannel, Conversation, SmsNumber):
        assert counted(services, table) == 0
