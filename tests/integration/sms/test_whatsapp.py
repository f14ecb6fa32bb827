"""WhatsApp through the same provider: the same answers, its window of a day, and one wish for one phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import update

import bot.web.background
from bot.bootstrap import Services
from bot.conversations.models import Message
from bot.db.engine import utc_now
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import DANGEROUS, TestClient, error_message
from tests.integration.sms.looking import newest_ticket_page, said
from tests.phones import TEMPLATE, Phone, StandInTwilio, eventually

NUMBER = "+15550199001"


@pytest.fixture(autouse=True)
def _by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tests look for what staff are to be told, and not the edge."""
    monkeypatch.setattr(bot.web.background, "LOOK_EVERY_SECONDS", 3600.0)


@pytest.fixture
def whatsapp(visitor: TestClient, twilio: StandInTwilio) -> Phone:
    """Give a patient's phone as it is on WhatsApp."""
    return Phone(visitor, twilio, f"whatsapp:{NUMBER}")


def test_it_is_answered_where_it_was_written(whatsapp: Phone, phone: Phone, chat: ChatTester) -> None:
    """With a card for a danger; by SMS comes nothing, which is a conversation of its own."""
    whatsapp.texts("does it hurt?")
    whatsapp.gets("You said: does it hurt\\?")
    whatsapp.texts(DANGEROUS)
    whatsapp.gets("Call 911 now")

    assert phone.received == []
    page = newest_ticket_page(chat)
    assert ">WhatsApp</span>" in page
    assert "555-019-9001" in page.replace(") ", "-").replace("(", "")


def test_an_opt_out_holds_for_the_phone_by_sms_too(whatsapp: Phone, phone: Phone, services: Services) -> None:
    """And the other way round; START gives both back."""
    phone.texts("hello")
    phone.gets("You said: hello")
    before = len(phone.received)
    whatsapp.texts("ya no me escriban")
    whatsapp.gets("will get no more texts")

    phone.texts("does it hurt?")
    eventually(lambda: "does it hurt?" in said(services))
    assert len(phone.received) == before
    phone.texts("START")
    phone.gets("texts from us again")
    whatsapp.texts("and now?")
    whatsapp.gets("You said: and now\\?")


def test_who_opted_out_by_sms_has_done_so_before_a_first_word_by_whatsapp(whatsapp: Phone, phone: Phone) -> None:
    """What they write goes to staff."""
    phone.texts("STOP")
    phone.gets("will get no more texts")

    whatsapp.texts("HELP")

    whatsapp.gets("an automated assistant answers questions")
    assert len(whatsapp.received) == 1


@pytest.fixture
def a_day_later(whatsapp: Phone, services: Services, rasa: FakeRasa, chat: ChatTester) -> int:
    """Give the ticket of a patient who wrote by WhatsApp more than a day ago."""
    rasa.down = True
    whatsapp.texts("does it hurt?")
    whatsapp.gets("not working")
    number = max(chat.staff_sees_tickets())
    with services.database.write() as session:
        session.execute(update(Message).values(created_at=utc_now() - dt.timedelta(hours=24, minutes=1)))
    return number


def test_after_a_day_only_the_template_goes(whatsapp: Phone, chat: ChatTester, a_day_later: int) -> None:
    """With what staff wrote in its blank, on one line."""
    chat.staff_replies("A little.\nCall us.", a_day_later)

    whatsapp.gets(f"{TEMPLATE}: Ana, clinic staff: A little. Call us.")


class TestWithoutTemplate:
    """A clinic that has none."""

    @pytest.fixture
    def twilio(self, stand_in_twilio: StandInTwilio) -> Iterator[StandInTwilio]:
        """Take the template away."""
        stand_in_twilio.begin_anew()
        stand_in_twilio.template = ""
        yield stand_in_twilio
        stand_in_twilio.template = TEMPLATE

    def test_staff_are_told_that_nothing_goes(
        self, whatsapp: Phone, chat: ChatTester, services: Services, a_day_later: int
    ) -> None:
        """By the ticket and by an alert; when the patient writes again words go again."""
        before = len(whatsapp.received)
        chat.staff_replies("A little.", a_day_later)
        # The page may say so of an earlier text of the bot, while the reply still waits: so the reply is looked for.
        eventually(lambda: [change.ticket_id for change in services.undelivered.tell(utc_now())] == [a_day_later])

        assert "last wrote over a day ago" in chat.staff_reads(a_day_later)
        assert len(whatsapp.received) == before
        whatsapp.texts("still there?")
        chat.staff_replies("Yes, a little.", a_day_later)
        whatsapp.gets("Ana, clinic staff: Yes, a little.")


def test_a_forged_number_of_whatsapp_is_refused(whatsapp: Phone) -> None:
    """What is no number after the mark."""
    for number in ("whatsapp:", "whatsapp:+1 555", "whatsapp:whatsapp:+15550199001"):
        form = {**whatsapp.form("x"), "From": number}
        error_message(whatsapp.calls(form), 422)
