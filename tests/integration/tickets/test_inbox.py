"""The inbox in the browser: views, search, filters, pages, unread marks, and the countdown to the promised time."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from bot.bootstrap import Services
from bot.conversations import store as conversations
from bot.db.engine import utc_now
from bot.escalation import store as tickets
from bot.escalation.inbox_store import PAGE_SIZE
from bot.reply import Reply
from bot.staff.store import audit_entries
from bot.vocabulary import Channel, EscalationReason, ReplyKind, Urgency
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import ANA, BEN, DANGEROUS, NewChat

LONG_NAME = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
MANY = 4 * PAGE_SIZE


def listed(chat: ChatTester, **parameters: str | int) -> list[int]:
    """Give the numbers of the tickets that the list shows."""
    chat.staff_signs_in()
    page = chat.staff.get("/staff/tickets", params=parameters)
    assert page.status_code == 200, page.text
    return [int(number) for number in re.findall(r'data-ticket-id="(\d+)"', page.text)]


@pytest.fixture
def many(services: Services) -> None:
    """Fill the inbox; the one before the last page's is an emergency."""
    with services.database.write() as session:
        for number in range(MANY):
            conversation_id = f"conversation{number}"
            conversations.add_conversation(
                session, conversation_id=conversation_id, token_hash="x", channel=Channel.WEB_CHAT
            )
            session.flush()
            message = conversations.add_inbound(
                session, conversation_id=conversation_id, text=f"question {number}", client_message_id=None
            )
            conversations.set_contact(session, conversation_id, name=LONG_NAME, phone=None, email=None)
            tickets.add_ticket(
                session,
                conversation_id=conversation_id,
                message_id=message.id,
                reason=EscalationReason.NO_ANSWER,
                urgency=Urgency.EMERGENCY if number == 150 else Urgency.ROUTINE,
                signs=(),
                promised_at=utc_now() + dt.timedelta(minutes=number),
            )


def test_every_ticket_of_a_long_list_is_on_some_page(chat: ChatTester, many: None) -> None:
    """Each once, the most urgent first, then the earliest promise; a page after the last is the last."""
    pages = [listed(chat, page=number) for number in range(1, 5)]

    assert [len(page) for page in pages] == [PAGE_SIZE] * 4
    assert [number for page in pages for number in page] == [
        151,
        *(number for number in range(1, MANY + 1) if number != 151),
    ]
    assert listed(chat, page=99) == pages[-1]
    first = chat.staff.get("/staff/tickets").text
    assert f"Page 1 of 4, {MANY} tickets" in first
    assert 'data-testid="page-before"' not in first
    assert f'<span class="count">{MANY}</span>' in first


def test_mine_unassigned_and_all(new_chat: NewChat) -> None:
    """Each staff member sees their own under Mine."""
    ana, other, ben = new_chat(ANA), new_chat(ANA), new_chat(BEN)
    for chat in (ana, other):
        chat.patient_asks_for_person()
    mine, free = ana.ticket, other.ticket
    ana.staff_takes(mine)

    assert (listed(ana, status="mine"), listed(ana, status="open")) == ([mine], [free])
    assert listed(ben, status="mine") == []
    assert set(listed(ben, status="all")) == {mine, free}


@pytest.mark.parametrize("words", ["BERGMANN", "555-0199", "lou@home.example", "postman"])
def test_tickets_are_found_by_words(new_chat: NewChat, words: str) -> None:
    """By name, phone, email and what was written; other tickets are not shown."""
    chat, noise = new_chat(), new_chat()
    noise.patient_asks_for_person()
    chat.patient_says("I am a postman and my knee hurts")
    chat.patient_asks_for_person()
    chat.patient_leaves_contact(name="Lou Bergmann", phone="555-0199", email="lou@home.example")

    assert listed(chat, status="all", q=words) == [chat.ticket]


def test_a_ticket_is_found_by_its_number(new_chat: NewChat) -> None:
    """With or without the sign before it; a number that no ticket can have finds nothing."""
    one, two = new_chat(), new_chat()
    one.patient_asks_for_person()
    two.patient_asks_for_person()

    assert listed(one, q=f"#{two.ticket}") == [two.ticket]
    assert listed(one, q="9" * 30) == []


@pytest.mark.parametrize("words", ["%", "_", "' OR 1=1 --", "nobody said this"])
def test_what_nobody_wrote_finds_nothing(chat: ChatTester, words: str) -> None:
    """Signs that mean something to a database are only signs."""
    chat.patient_asks_for_person()

    assert listed(chat, q=words) == []
    assert "Nothing found" in chat.staff.get("/staff/tickets", params={"q": words}).text


def test_filters_by_reason_channel_and_treatment(new_chat: NewChat, rasa: FakeRasa) -> None:
    """They add up; one that cannot be means nothing."""
    prp, danger = new_chat(), new_chat()
    rasa.answer = lambda _text: [Reply(kind=ReplyKind.ANSWER, text="Yes.", treatments=("prp",))]
    prp.patient_says("is PRP safe?")
    prp.patient_asks_for_person()
    danger.patient_says(DANGEROUS)
    about_prp, dangerous = prp.ticket, next(iter(set(listed(prp)) - {prp.ticket}))

    assert listed(prp, treatment="prp") == [about_prp]
    assert listed(prp, reason="red_flag") == [dangerous]
    assert listed(prp, reason="red_flag", treatment="prp") == []
    assert set(listed(prp, channel="web_chat", reason="nosuch")) == {about_prp, dangerous}
    assert listed(prp, channel="console") == []


def test_a_ticket_is_unread_until_it_is_opened_and_again_when_its_patient_writes(new_chat: NewChat) -> None:
    """For each staff member by themselves; a page out of sight that brings itself up to date reads nothing."""
    ana, ben = new_chat(ANA), new_chat(BEN)
    ana.patient_asks_for_person()
    ticket = ana.ticket

    def unread(chat: ChatTester) -> bool:
        chat.staff_signs_in()
        return "Unread:" in chat.staff.get("/staff/tickets", params={"status": "all"}).text

    assert unread(ana)
    ana.staff_reads(ticket)
    assert not unread(ana)
    assert unread(ben)
    ana.patient_says("hello?")
    assert unread(ana)
    ana.staff.get(f"/staff/tickets/{ticket}", headers={"x-refresh": "hidden"})
    assert unread(ana)


def test_the_tab_counts_what_waits_for_somebody(new_chat: NewChat) -> None:
    """Tickets that nobody has, and one's own with something new."""
    ana, ben = new_chat(ANA), new_chat(BEN)
    ana.patient_asks_for_person()
    ticket = ana.ticket
    assert "<title>(1) Inbox</title>" in ana.staff.get("/staff/tickets").text
    ana.staff_takes()
    ana.staff_reads(ticket)
    assert "<title>Inbox</title>" in ana.staff.get("/staff/tickets").text
    ana.patient_says("are you there?")
    assert "<title>(1) Inbox</title>" in ana.staff.get("/staff/tickets").text
    ben.staff_signs_in()
    assert "<title>Inbox</title>" in ben.staff.get("/staff/tickets").text


@pytest.mark.parametrize(
    ("minutes", "words", "state"),
    [(125, "Due in 2 hours", "far"), (3.5, "Due in 3 minutes", "close"), (-90, "Late by 1 hour", "late")],
)
def test_the_list_counts_down_to_the_promised_time(
    chat: ChatTester, services: Services, minutes: float, words: str, state: str
) -> None:
    """For tickets that nobody has."""
    chat.patient_asks_for_person()
    ticket = chat.ticket
    with services.database.write() as session:
        tickets.lock_ticket(session, ticket).promised_at = utc_now() + dt.timedelta(minutes=minutes)

    page = chat.staff.get("/staff/tickets").text

    assert words in page
    assert f"due-{state}" in page
    chat.staff_takes()
    assert "data-due" not in chat.staff.get("/staff/tickets", params={"status": "mine"}).text


def test_who_looked_at_a_ticket_stands_in_the_audit_log_once(chat: ChatTester, services: Services) -> None:
    """However often the page brings itself up to date."""
    chat.patient_asks_for_person()
    for _ in range(3):
        chat.staff_reads()

    with services.database.read() as session:
        seen = [entry.staff_name for entry in audit_entries(session, words="ticket.seen")]
    assert seen == ["Ana"]
