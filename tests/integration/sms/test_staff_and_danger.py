"""Staff's replies by text, and the card in every state."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.vocabulary import TicketStatus, Urgency
from tests import refusing
from tests.chat_tester import ChatTester
from tests.factories import EMERGENCY
from tests.fakes import FakeRasa
from tests.integration.edge import DANGEROUS
from tests.integration.sms.looking import newest_ticket_page, said
from tests.phones import Phone, eventually


def test_a_staff_reply_reaches_the_phone(phone: Phone, chat: ChatTester, rasa: FakeRasa, services: Services) -> None:
    """With the name of who wrote it; the console shows the channel and the number to call."""
    rasa.down = True
    phone.texts("can I drive?")
    phone.gets("has been passed to our staff")
    number = max(chat.staff_sees_tickets())
    chat.staff_replies("Not for a day.", number)

    assert phone.gets("Not for a day") == "Ana, clinic staff: Not for a day."
    phone.gets("Ana from the clinic has joined")
    page = chat.staff_reads(number)
    assert 'data-testid="channel">SMS</span>' in page
    assert "tel:+15550199001" in page
    assert 'data-testid="not-sent"' not in page
    phone.texts("thanks")
    eventually(lambda: said(services)[-1] == "thanks")
    chat.staff_resolves(number)
    phone.gets("I still need a person\nReply with a number")


@pytest.mark.parametrize("state", ["bot", "rasa down", "staff", "tickets failing", "opted out"])
def test_a_red_flag_gets_its_card_in_every_state(
    phone: Phone, chat: ChatTester, rasa: FakeRasa, services: Services, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    """First of all that is said, and staff are told."""
    rasa.down = True
    if state == "staff":
        phone.texts("can I drive?")
        phone.gets("passed to our staff")
        chat.staff_takes(max(chat.staff_sees_tickets()))
        phone.gets("has joined")
    if state == "bot":
        rasa.down = False
    if state == "opted out":
        phone.texts("STOP")
        phone.gets("will get no more texts")
    failing = state == "tickets failing"
    if failing:
        _refuse_tickets(services, refuse=True)
    before = len(phone.received)

    phone.texts(DANGEROUS)

    card = phone.gets("Call 911 now")
    assert card.startswith("Call 911 now.")
    assert len(phone.received) == before + 1
    if failing:
        _refuse_tickets(services, refuse=False)
    eventually(lambda: "Call 911 now" in newest_ticket_page(chat))


def _refuse_tickets(services: Services, *, refuse: bool) -> None:
    change = refusing.refuse if refuse else refusing.allow
    change(services.settings.database_url, "tickets")


def test_from_a_crisis_card_one_word_leads_back(phone: Phone, services: Services) -> None:
    """The card says which; the ticket stays, and a real cry gets its card again."""
    phone.texts("lol my wallet is gonna die, I want to kill myself")
    assert phone.gets("988").endswith("If you are safe and this is not about you, reply SAFE.")

    phone.texts("Safe")

    phone.gets("Thank you for telling us.")
    (view,) = services.tickets.inbox([TicketStatus.OPEN])[0]
    assert view.urgency is Urgency.EMERGENCY
    cards = sum("reply SAFE" in text for text in phone.received)
    phone.texts("I want to kill myself")
    eventually(lambda: sum("reply SAFE" in text for text in phone.received) == cards + 1)


def test_other_cards_by_text_offer_no_way_back(phone: Phone) -> None:
    """Every line counts there."""
    phone.texts(EMERGENCY)

    assert "SAFE" not in phone.gets("Call 911 now")
