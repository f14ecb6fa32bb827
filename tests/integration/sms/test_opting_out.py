"""STOP, START and HELP: nothing is sent to whoever opted out, but a card."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.vocabulary import Author, Intents
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import error_message
from tests.integration.sms.looking import newest_ticket_page, said, time_passes
from tests.phones import Phone, eventually

TOO_MUCH = "knee " * 20_000


@pytest.mark.parametrize("word", ["STOP", "stop.", "Unsubscribe", "QUIT"])
def test_stop_is_confirmed_once_and_then_nothing_is_sent(
    phone: Phone, chat: ChatTester, rasa: FakeRasa, services: Services, word: str
) -> None:
    """What the patient writes is stored and shown to staff; a reply of theirs is refused in clear words."""
    rasa.down = True
    phone.texts(word)
    phone.gets("will get no more texts from us. To get them again, reply START")
    phone.texts(word)
    phone.texts("are you open on Monday?")
    eventually(lambda: "are you open on Monday?" in newest_ticket_page(chat))

    number = max(chat.staff_sees_tickets())
    refused = chat.staff_replies("Yes, from 8:30.", number)

    assert "has opted out of text messages (STOP)" in error_message(refused, 409)
    assert "has joined this chat" not in chat.staff_reads(number)
    chat.staff_takes(number)
    eventually(lambda: "Not sent: opted out." in chat.staff_reads(number))
    page = chat.staff_reads(number)
    assert "Opted out" in page
    assert "Wrote after opting out" in page
    assert "Yes, from 8:30." not in page
    assert len(phone.received) == 1
    assert phone.texts("", files=1) == phone.texts(TOO_MUCH) == []
    phone.texts("HELP")
    phone.texts("START")
    phone.gets("You will get texts from us again")
    assert len(phone.received) == 2
    chat.staff_replies("Yes, from 8:30.", number)
    phone.gets("Ana, clinic staff: Yes, from 8:30.")


@pytest.mark.parametrize("text", ["it won't stop bleeding", "stop, I can't breathe", "please make the pain stop"])
def test_stop_among_other_words_opts_nobody_out(phone: Phone, text: str) -> None:
    """Triage comes first, and the bot goes on answering."""
    phone.texts(text)
    eventually(lambda: phone.received)
    phone.texts("still there?")

    phone.gets("You said: still there")


def test_what_was_queued_before_stop_is_not_sent_after_it(phone: Phone, services: Services) -> None:
    """Only the confirmation."""
    phone.twilio.down = True
    phone.texts("does it hurt?")
    eventually(lambda: len(said(services, Author.BOT)) == 2)
    phone.texts("stop")
    phone.twilio.down = False
    time_passes(services)

    phone.gets("will get no more texts")
    eventually(lambda: services.texts.send_due(utc_now()).failed == 0)
    assert len(phone.received) == 1


def test_a_danger_that_only_rasa_hears_reaches_an_opted_out_phone(phone: Phone, rasa: FakeRasa) -> None:
    """The second layer looks too."""
    text = "everything is going dark around me"
    rasa.reports[text] = Intents.REPORT_EMERGENCY
    phone.texts("stop")
    phone.gets("will get no more texts")

    phone.texts(text)

    phone.gets("Call 911 now")


def test_help_works_without_rasa(phone: Phone, rasa: FakeRasa) -> None:
    """Who we are, how to reach a person, and the emergency number."""
    rasa.down = True

    phone.texts("HELP")

    help_text = phone.gets("Cedar Grove Joint Clinic")
    assert "call 555-0142" in help_text
    assert "call 911" in help_text
    assert "talk to a person" in help_text


def test_yes_is_an_answer_to_the_bot_unless_one_opted_out(phone: Phone) -> None:
    """An offer of a person is taken with it."""
    phone.texts("yes")
    phone.gets("You said: yes")
    phone.texts("stop")
    phone.gets("will get no more texts")

    phone.texts("Yes")

    phone.gets("texts from us again")


def test_a_number_that_twilio_has_stopped_counts_as_opted_out(phone: Phone, chat: ChatTester, rasa: FakeRasa) -> None:
    """Twilio keeps a list of its own."""
    phone.twilio.refused[phone.number] = 21610
    rasa.down = True
    phone.texts("does it hurt?")

    eventually(lambda: "Opted out" in newest_ticket_page(chat))
