"""At night no text comes that answers nothing: it waits for the morning, and neither answers nor staff wait for it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from bot.bootstrap import Services
from bot.conversations.models import Message
from bot.db.engine import utc_now
from bot.escalation.models import Ticket
from bot.notifications.models import Notification
from bot.staff.actor import FRONTDESK
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.sms.looking import said, time_passes
from tests.phones import Phone, eventually

LEFT = "has left this chat"
HELD = "it waits for the end of quiet hours"
AWAKE = "23:59-00:00"


def _it_is(services: Services, quiet_hours: str) -> None:
    services.clinic.follow(services.clinic.model_copy(update={"quiet_hours": quiet_hours}))


def _night(services: Services) -> None:
    """Let it be night at the clinic, whatever the time is."""
    now = utc_now().astimezone(ZoneInfo(services.clinic.timezone))
    _it_is(services, "14:00-13:00" if now.hour < 12 else "02:00-01:00")


def _hours_pass(services: Services) -> None:
    """Let what the patient wrote be long ago."""
    with services.database.write() as session:
        session.execute(update(Message).values(created_at=utc_now() - dt.timedelta(hours=3)))


def _next_try(services: Services) -> dt.datetime:
    with services.database.read() as session:
        (at,) = session.scalars(select(Notification.next_try_at).where(Notification.next_try_at.is_not(None)))
    assert at is not None
    return at


@pytest.fixture
def ticket(phone: Phone, chat: ChatTester, rasa: FakeRasa, services: Services) -> int:
    """Give the ticket of a patient who wrote three hours ago; a staff member has it, and it is night."""
    rasa.down = True
    phone.texts("can I drive?")
    phone.gets("has been passed to our staff")
    number = max(chat.staff_sees_tickets())
    chat.staff_takes(number)
    phone.gets("has joined")
    rasa.down = False
    _hours_pass(services)
    _night(services)
    return number


def test_a_notice_waits_for_the_morning(phone: Phone, chat: ChatTester, services: Services, ticket: int) -> None:
    """Staff see that it does; in the morning it goes, once."""
    services.tickets.hand_back(ticket, FRONTDESK)
    eventually(lambda: HELD in chat.staff_reads(ticket))
    assert not any(LEFT in text for text in phone.received)

    time_passes(services)
    eventually(lambda: _next_try(services) > utc_now())
    assert not any(LEFT in text for text in phone.received)
    _it_is(services, AWAKE)
    time_passes(services)

    phone.gets(LEFT)
    eventually(lambda: HELD not in chat.staff_reads(ticket))
    assert sum(LEFT in text for text in phone.received) == 1


def test_who_writes_at_night_is_awake(phone: Phone, chat: ChatTester, services: Services, ticket: int) -> None:
    """What waited goes before the answer, which waits for nothing."""
    services.tickets.hand_back(ticket, FRONTDESK)
    eventually(lambda: HELD in chat.staff_reads(ticket))

    phone.texts("and can I swim?")
    phone.gets("You said: and can I swim")

    texts = phone.received
    assert [LEFT in text for text in texts].index(True) == len(texts) - 2


def test_what_staff_write_goes_at_once(phone: Phone, chat: ChatTester, services: Services, ticket: int) -> None:
    """They read what time it is for the patient; what waited goes before it."""
    assert "for the patient: quiet hours until" in chat.staff_reads(ticket)
    services.tickets.hand_back(ticket, FRONTDESK)
    eventually(lambda: HELD in chat.staff_reads(ticket))

    chat.staff_replies("Not for a day.", ticket)
    phone.gets("Not for a day")

    words = (LEFT, "has joined", "Not for a day")
    assert [next(word for word in words if word in text) for text in phone.received[-3:]] == list(words)
    _it_is(services, AWAKE)
    assert "quiet hours until" not in chat.staff_reads(ticket)


def test_in_the_middle_of_a_talk_nothing_waits(phone: Phone, services: Services, ticket: int) -> None:
    """Who wrote a few minutes ago is awake."""
    phone.texts("are you there?")
    eventually(lambda: "are you there?" in said(services))

    services.tickets.hand_back(ticket, FRONTDESK)

    phone.gets(LEFT)


def test_whom_to_call_in_danger_is_said_at_night(phone: Phone, services: Services, ticket: int) -> None:
    """Nobody who may be in danger waits for the morning."""
    with services.database.write() as session:
        session.execute(update(Ticket).values(urgency="urgent"))

    services.tickets.hand_back(ticket, FRONTDESK)

    phone.gets(LEFT)


def test_a_code_comes_at_night(phone: Phone, chat: ChatTester, services: Services, ticket: int) -> None:
    """Whoever is on the page asks for it, while something else waits for the same number."""
    services.tickets.hand_back(ticket, FRONTDESK)
    eventually(lambda: HELD in chat.staff_reads(ticket))
    chat.patient_leaves_contact(phone=phone.number)

    assert "We have texted a code" in chat.patient_says("Go on by text")[0]["text"]

    phone.gets("is your code")
