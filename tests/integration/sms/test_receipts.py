"""What Twilio tells of texts: forged, twice, late, out of order; what did not arrive is told and tried again."""

from __future__ import annotations

import pytest

import bot.web.background
from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.notifications.models import DeliveryStatus, Notification, TextDelivery
from bot.notifications.outbox import TEXT_WAITS
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import DANGEROUS, error_message
from tests.integration.sms.looking import counted, newest_ticket_page, time_passes
from tests.phones import Phone, eventually


@pytest.fixture(autouse=True)
def _by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tests look for what staff are to be told, and not the edge."""
    monkeypatch.setattr(bot.web.background, "LOOK_EVERY_SECONDS", 3600.0)


@pytest.fixture
def replied(phone: Phone, chat: ChatTester, rasa: FakeRasa) -> int:
    """Have staff reply to a patient; give the ticket. Three texts were sent, the last is the reply."""
    rasa.down = True
    phone.texts("does it hurt?")
    phone.gets("not working")
    number = max(chat.staff_sees_tickets())
    chat.staff_replies("A little.", number)
    phone.gets("Ana, clinic staff: A little.")
    return number


def _reply(phone: Phone) -> int:
    """Give which of the texts sent is the staff's reply."""
    return next(at for at, text in enumerate(phone.received, start=1) if text.endswith("A little."))


def test_what_came_back_is_told_and_sent_once_more(
    phone: Phone, chat: ChatTester, services: Services, replied: int
) -> None:
    """The page says why; the ticket says so in the list; told once, and all is well when it arrives after all."""
    of = _reply(phone)
    assert phone.tells("sent", of=of).status_code == 204
    assert phone.tells("undelivered", of=of, code=30003).status_code == 204

    (change,) = services.undelivered.tell(utc_now())
    assert change.ticket_id == replied
    assert services.undelivered.tell(utc_now()) == []
    page = chat.staff_reads(replied)
    assert "It did not arrive: the phone is off or out of reach (code 30003). It is sent once more." in page

    time_passes(services)
    phone.gets("A little", times=2)
    eventually(lambda: counted(services, TextDelivery) == len(phone.twilio.sent))
    phone.tells("delivered", of=len(phone.twilio.sent))
    assert "It did not arrive" not in chat.staff_reads(replied)
    assert services.undelivered.tell(utc_now()) == []


def test_what_cannot_arrive_is_not_sent_again(phone: Phone, chat: ChatTester, services: Services, replied: int) -> None:
    """A landline stays one; a resolved ticket is opened again for it."""
    chat.staff_resolves(replied)
    phone.tells("undelivered", of=_reply(phone), code=30006)

    services.undelivered.tell(utc_now())
    time_passes(services)
    services.texts.send_due(utc_now())

    assert len([text for text in phone.received if text.endswith("A little.")]) == 1
    assert "a landline, or a number that takes no texts" in chat.staff_reads(replied)
    assert services.tickets.view(replied).status.value == "open"


def test_a_card_that_does_not_arrive_is_an_emergency(phone: Phone, services: Services, chat: ChatTester) -> None:
    """Somebody must call."""
    phone.texts(DANGEROUS)
    phone.gets("Call 911 now")
    number = max(chat.staff_sees_tickets())
    phone.tells("failed", of=1, code=30005)

    (change,) = services.undelivered.tell(utc_now())

    assert change.ticket_id == number
    assert services.tickets.view(number).urgency.value == "emergency"
    assert "It did not arrive: there is no such number" in newest_ticket_page(chat)


def test_receipts_come_in_any_order_and_twice(phone: Phone, services: Services, replied: int) -> None:
    """What arrived has arrived, whatever is told after it."""
    of = _reply(phone)
    for status in ("delivered", "sent", "undelivered", "delivered", "queued", "nonsense"):
        assert phone.tells(status, of=of, code=30003 if status == "undelivered" else None).status_code == 204

    assert _status(services, phone, of) == DeliveryStatus.DELIVERED.value
    assert services.undelivered.tell(utc_now()) == []
    for _again in range(3):
        phone.tells("undelivered", of=1, code=30003)
    assert counted(services, TextDelivery) == len(phone.twilio.sent)
    assert phone.twilio.tries == len(phone.twilio.sent)


def test_a_late_word_of_the_first_try_stops_the_second(phone: Phone, services: Services, replied: int) -> None:
    """It was delivered after all before it was tried again."""
    of = _reply(phone)
    phone.tells("undelivered", of=of, code=30003)
    phone.tells("delivered", of=of)
    time_passes(services)

    assert services.texts.send_due(utc_now()).sent == 0
    assert len([text for text in phone.received if text.endswith("A little.")]) == 1


def test_a_forged_receipt_changes_nothing(phone: Phone, services: Services, replied: int) -> None:
    """Not signed, signed for another text's address, of another number, or of a text that is not there."""
    of = _reply(phone)
    error_message(phone.tells("undelivered", of=of, signed=""), 403)
    error_message(phone.tells("undelivered", of=of, signed="nonsense"), 403)
    sid, address = phone.twilio.taken[of - 1]
    phone.twilio.taken.append((sid, f"{address.rpartition('/')[0]}/999999"))
    assert phone.tells("undelivered", of=len(phone.twilio.taken)).status_code == 204
    stranger = Phone(phone.edge, phone.twilio, "+15550199009")
    assert stranger.tells("undelivered", of=1).status_code == 204

    assert services.undelivered.tell(utc_now()) == []
    assert _status(services, phone, of) == DeliveryStatus.SENDING.value


def test_a_receipt_that_is_quicker_than_the_answer(phone: Phone, services: Services, replied: int) -> None:
    """Twilio has told that it has the text; that its answer is lost then sends nothing twice."""
    of = _reply(phone)
    with services.database.write() as session:
        for delivery in session.query(TextDelivery).filter_by(provider_id=phone.twilio.taken[of - 1][0]):
            row = session.get_one(Notification, delivery.notification_id)
            row.sent_at, row.next_try_at, row.problem = None, utc_now(), "ReadTimeout"
            session.delete(delivery)

    phone.tells("sent", of=of)

    assert services.texts.send_due(utc_now()).sent == 0
    assert len([text for text in phone.received if text.endswith("A little.")]) == 1


def test_a_provider_that_is_down_for_an_hour(
    phone: Phone, services: Services, chat: ChatTester, rasa: FakeRasa
) -> None:
    """Staff are told of their reply within two minutes, once; when Twilio is back it goes out, once."""
    rasa.down = True
    phone.texts("does it hurt?")
    phone.gets("not working")
    number = max(chat.staff_sees_tickets())
    phone.twilio.down = True
    chat.staff_replies("A little.", number)
    told, now = [], utc_now()
    for wait in TEXT_WAITS[: 3 + 12]:
        services.texts.send_due(now)
        told += services.undelivered.tell(now)
        now += wait

    assert [change.ticket_id for change in told] == [number]
    assert "Not sent yet. It is tried again." in chat.staff_reads(number)
    phone.twilio.down = False
    time_passes(services)
    phone.gets("A little")
    assert len([text for text in phone.received if text.endswith("A little.")]) == 1


def _status(services: Services, phone: Phone, of: int) -> str:
    sid, _address = phone.twilio.taken[of - 1]
    with services.database.read() as session:
        return session.get_one(TextDelivery, sid).status
