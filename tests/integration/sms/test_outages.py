"""Twilio, the database or the edge is down: nothing is lost, and nothing comes twice."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from functools import partial
from typing import cast

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import bot.messaging.texting
import bot.web.app
from bot.bootstrap import Services, build_services
from bot.channels import store as sms_store
from bot.conversations.models import Message
from bot.db.engine import utc_now
from bot.messaging.texting import InboundText
from bot.notifications import store as notifications
from bot.notifications.models import Notification
from bot.notifications.outbox import LEASE, TEXT_WAITS
from bot.rasa_client.client import RasaClient
from bot.settings import Settings
from bot.vocabulary import Author
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import DANGEROUS, METRICS, LockDatabase, TestClient
from tests.integration.sms.looking import counted, said, time_passes
from tests.phones import Phone, StandInTwilio, eventually


def test_twilio_down_then_up(phone: Phone, services: Services) -> None:
    """Nothing is lost, nothing comes twice, and the order stays."""
    phone.twilio.down = True
    phone.texts("one")
    phone.texts("two")
    eventually(lambda: phone.twilio.tries)
    eventually(lambda: len(said(services, Author.BOT)) == 3)
    assert phone.received == []
    assert phone.texts("three") == []

    phone.twilio.down = False
    time_passes(services)

    phone.gets("You said: three")
    assert [text for text in phone.received if "You said" in text] == [
        f"You said: {w}" for w in ("one", "two", "three")
    ]
    assert len(phone.received) == 4


def test_a_card_waits_for_no_other_text(phone: Phone, services: Services) -> None:
    """A text before it that cannot be sent yet does not hold it up."""
    phone.twilio.down = True
    phone.texts("one")
    eventually(lambda: phone.twilio.tries)
    phone.twilio.down = False

    phone.texts(DANGEROUS)

    phone.gets("Call 911 now")
    assert phone.received[0].startswith("Call 911 now")


def test_what_never_arrives_is_given_up_and_staff_see_it(
    phone: Phone, services: Services, chat: ChatTester, rasa: FakeRasa
) -> None:
    """On the message that did not arrive; and in the metrics."""
    phone.twilio.refused[phone.number] = 21211
    rasa.down = True
    phone.texts("does it hurt?")
    eventually(lambda: services.texts.send_due(utc_now()).failed == 0 and phone.twilio.tries >= 3)
    number = max(chat.staff_sees_tickets())

    page = chat.staff_reads(number)

    assert page.count("Not sent: refused by Twilio, code 21211.") >= 2
    assert phone.received == []
    assert re.search(r'frontdesk_outbox\{state="given_up"\} [3-9]', chat.staff.get("/metrics", headers=METRICS).text)


def test_a_text_is_given_up_at_last(phone: Phone, services: Services) -> None:
    """After hours in which Twilio was down all along."""
    phone.twilio.down = True
    phone.texts("one")
    eventually(lambda: len(said(services, Author.BOT)) == 2)
    now = utc_now()
    for wait in (*TEXT_WAITS, dt.timedelta(minutes=5)):
        services.texts.send_due(now)
        now += wait + dt.timedelta(seconds=60)

    with services.database.read() as session:
        first = session.scalars(select(Notification).order_by(Notification.id)).first()
    assert first is not None
    assert first.next_try_at is None
    assert first.problem == "HTTPStatusError"


def test_with_the_database_locked_the_patient_hears_that_it_was_not_saved(
    lock_database: LockDatabase, phone: Phone, services: Services
) -> None:
    """With the card first if it sounds dangerous; the same text sent again is taken."""
    unlock = lock_database()
    (plain,) = phone.texts("does it hurt?", sid="SM1")
    card, sorry = phone.texts(DANGEROUS, sid="SM2")
    unlock()

    assert "could not be saved" in plain
    assert card.startswith("Call 911 now.")
    assert sorry == plain
    assert counted(services, Message) == 0
    phone.texts("does it hurt?", sid="SM1")
    phone.gets("You said: does it hurt\\?")


def test_a_database_that_fails_while_rasa_answers_loses_nothing(
    lock_database: LockDatabase, phone: Phone, rasa: FakeRasa
) -> None:
    """The text is stored; it is answered as soon as that works, and once."""
    unlocks = []

    def lock_once() -> None:
        if not unlocks:
            unlocks.append(lock_database())

    rasa.before_answering = lock_once
    phone.texts("does it hurt?")
    eventually(lambda: unlocks)
    unlocks[0]()

    phone.gets("You said: does it hurt\\?")
    assert len(phone.received) == 2


def test_what_a_crash_left_unanswered_is_answered_at_the_next_start(
    settings: Settings, services: Services, rasa: FakeRasa, twilio: StandInTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text was stored before Twilio was answered."""
    monkeypatch.setattr(services.texting, "_answer_soon", lambda _conversation: None)
    asyncio.run(services.texting.take(InboundText(phone="+15550199001", sid="SM1", body="hello")))
    again = build_services(settings, rasa=cast("RasaClient", rasa))

    with TestClient(bot.web.app.create_app(again)) as edge:
        phone = Phone(edge, twilio)
        phone.gets("You said: hello")
        phone.texts("hello", sid="SM1")
        phone.texts("more")
        phone.gets("You said: more")

    assert len(phone.received) == 3


def test_a_clock_that_is_set_back_holds_up_no_text(phone: Phone, services: Services) -> None:
    """What was queued by a clock that was ahead would else wait until that time comes, and all after it."""
    phone.twilio.down = True
    phone.texts("one")
    eventually(lambda: phone.twilio.tries)
    eventually(lambda: len(said(services, Author.BOT)) == 2)
    phone.twilio.down = False
    ahead = utc_now() + dt.timedelta(hours=9)
    with services.database.write() as session:
        session.execute(update(Notification).values(created_at=ahead, next_try_at=ahead))

    # What another edge may have in hand is left to it for as long as its lease lasts.
    services.texts.send_due(utc_now())
    assert phone.received == []
    services.texts.send_due(utc_now() + LEASE + dt.timedelta(seconds=1))
    eventually(lambda: not services.texts.send_due(utc_now() + 2 * LEASE).sent)

    assert any("You said: one" in body for body in phone.received)
    assert len(phone.received) == len(set(phone.received))


def test_a_text_that_was_taken_from_one_who_died_is_not_sent_again(phone: Phone, services: Services) -> None:
    """The provider is asked first; the same words that went before, for good reason, do not count for it."""
    with services.database.write() as session:
        _queue(session, sms_store.lock_number(session, phone.number).id, "the same words")
    services.texts.send_due(utc_now())
    assert phone.received == ["the same words"]
    # Of the second an edge died before it was sent, of the third after the provider took it.
    later = utc_now() + LEASE
    with services.database.write() as session:
        for _ in range(2):
            _queue(session, sms_store.lock_number(session, phone.number).id, "the same words", begun=later)
    phone.twilio.takes(phone.number, "the same words")

    while services.texts.send_due(later + dt.timedelta(seconds=1)).sent:
        pass

    assert phone.received == ["the same words"] * 3
    assert phone.twilio.asked == 2
    with services.database.read() as session:
        assert session.scalars(select(Notification).where(Notification.sent_at.is_(None))).all() == []


def test_a_text_whose_fate_is_not_known_waits_until_the_provider_tells(phone: Phone, services: Services) -> None:
    """Sent twice is worse than later."""
    with services.database.write() as session:
        _queue(session, sms_store.lock_number(session, phone.number).id, "one")
    phone.twilio.down = True
    services.texts.send_due(utc_now())
    services.texts.send_due(utc_now() + dt.timedelta(minutes=1))
    assert (phone.twilio.tries, phone.twilio.asked) == (1, 1)

    phone.twilio.down = False
    services.texts.send_due(utc_now() + dt.timedelta(minutes=5))

    assert phone.received == ["one"]


def _queue(session: Session, number_id: int, text: str, *, begun: dt.datetime | None = None) -> None:
    """Queue a text; one that was begun is in somebody's hands until then."""
    content = {"message_id": 1, "text": text, "even_if_opted_out": False}
    add = partial(notifications.add, session, way=notifications.SMS, target=str(number_id))
    add(event=notifications.MESSAGE, content=content if begun is None else {**content, notifications.BEGUN: True})
    session.flush()
    if begun is not None:
        waiting = select(Notification).where(Notification.next_try_at.is_not(None))
        for row in session.scalars(waiting):
            row.next_try_at = begun
