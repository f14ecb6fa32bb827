"""Another program that answers every text: the talk between the two ends, and a danger still gets its card."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.bootstrap import Services
from bot.channels import outbound
from bot.db.engine import utc_now
from bot.notifications.models import Notification
from bot.vocabulary import Author
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import DANGEROUS
from tests.integration.sms.looking import newest_ticket_page, said
from tests.phones import Phone, eventually

MOST = 4


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "MOST_TEXTS", MOST)


def _talks(phone: Phone, services: Services) -> None:
    for number in range(6):
        phone.texts(f"I am away, reply {number}")
        # The welcome comes before the first answer.
        eventually(lambda number=number: len(said(services, Author.BOT)) == number + 2)


def test_it_gets_no_more_texts_for_a_while(phone: Phone, services: Services) -> None:
    """All it writes is stored; some minutes later it is answered again."""
    _talks(phone, services)
    phone.gets("reply 2")
    with services.database.write() as session:
        session.execute(update(Notification).values(created_at=utc_now() - outbound.PERIOD))

    phone.texts("I am back")

    phone.gets("I am back")
    assert len(phone.received) == MOST + 1
    assert len(said(services)) == 7


def test_a_danger_still_gets_its_card(phone: Phone, services: Services, chat: ChatTester) -> None:
    """However many texts went before; and staff see which replies did not go out."""
    _talks(phone, services)

    phone.texts(DANGEROUS)

    assert phone.gets("Call 911 now").startswith("Call 911 now.")
    eventually(lambda: "Not sent: too many texts to this number" in newest_ticket_page(chat))


def test_stop_is_confirmed_all_the_same(phone: Phone, services: Services) -> None:
    """Whoever wants no more texts is told that none will come."""
    _talks(phone, services)

    phone.texts("STOP")

    phone.gets("will get no more texts")


def test_staff_are_not_held_back(phone: Phone, services: Services, chat: ChatTester, rasa: FakeRasa) -> None:
    """What a person writes, a person reads."""
    _talks(phone, services)
    rasa.down = True
    phone.texts("I am away again")
    eventually(chat.staff_sees_tickets)
    ticket = max(chat.staff_sees_tickets())
    chat.staff_takes(ticket)

    chat.staff_replies("Is somebody there?", ticket)

    phone.gets("Is somebody there")
