"""A check by text: one line with YES and NO, after the answer, and a card for YES in every state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from bot.bootstrap import Services, build_services, read_triage
from bot.settings import Settings, load_settings
from bot.vocabulary import Author
from tests.chat_tester import ChatTester
from tests.factories import DOUBTED, MAYBE_EMERGENCY, URGENT
from tests.fakes import FakeRasa, TriageInDoubt
from tests.integration.sms.looking import newest_ticket_page, said
from tests.phones import Phone, eventually

ASKED = "Reply YES or NO."
TOO_LONG = f"{MAYBE_EMERGENCY} {'x' * 4000}"


@pytest.fixture(scope="session")
def in_doubt() -> TriageInDoubt:
    """Give the project's look for danger, in doubt of some messages, a carrier's word among them."""
    rules = read_triage(load_settings({}))
    return TriageInDoubt(rules, DOUBTED | {"STOP": URGENT, TOO_LONG: URGENT})


@pytest.fixture
def services(settings: Settings, rasa: FakeRasa, in_doubt: TriageInDoubt) -> Iterator[Services]:
    """Give the services around it."""
    built = build_services(settings, rasa=cast("Any", rasa), triage=in_doubt)
    yield built
    built.database.close()


def test_it_comes_after_the_answer_and_yes_is_the_card(phone: Phone, chat: ChatTester) -> None:
    """No numbers: YES and NO are words."""
    phone.texts(MAYBE_EMERGENCY)
    phone.gets(ASKED)

    assert phone.received[-2].startswith("You said:")
    assert phone.received[-1].endswith(f"Is this happening now? {ASKED}")
    phone.texts("YES")
    card = phone.gets("Call 911 now")
    assert "not about me" not in card
    eventually(lambda: "Red flag" in newest_ticket_page(chat))


def test_no_is_calm(phone: Phone) -> None:
    """And says when to call."""
    phone.texts(MAYBE_EMERGENCY)
    phone.gets(ASKED)

    phone.texts("No")

    assert "call 911" in phone.gets("If this changes or gets worse")


def test_after_an_opt_out_it_is_asked_all_the_same_and_yes_opts_nobody_in(phone: Phone, services: Services) -> None:
    """As a card is sent; a YES to it is about the danger."""
    phone.texts("stop")
    phone.gets("will get no more texts")

    phone.texts(MAYBE_EMERGENCY)
    phone.gets(ASKED)
    phone.texts("YES")

    phone.gets("Call 911 now")
    assert not any("You will get texts from us again" in text for text in said(services, Author.BOT))


def test_a_carriers_word_is_obeyed_where_nobody_is_sure(phone: Phone) -> None:
    """STOP alone tells of nothing."""
    phone.texts("STOP")

    phone.gets("will get no more texts")
    assert not any(ASKED in text for text in phone.received)


def test_a_text_that_cannot_be_stored_shows_the_card(phone: Phone) -> None:
    """Nobody can be asked: it is too long."""
    card, problem = phone.texts(TOO_LONG)

    assert card.startswith("Call the clinic today")
    assert "too long" in problem
