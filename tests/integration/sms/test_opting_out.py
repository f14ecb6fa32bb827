"""STOP, START and HELP: nothing is sent to whoever opted out, but a card."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import update

from bot.bootstrap import Services
from bot.channels import store as numbers
from bot.channels.models import SmsConversation
from bot.conversations.models import Message
from bot.db.engine import utc_now
from bot.reply import Reply
from bot.vocabulary import Author, ReplyKind
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import error_message
from tests.integration.sms.looking import counted, newest_ticket_page, said, time_passes
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


def test_help_works_without_rasa(phone: Phone, rasa: FakeRasa) -> None:
    """Who we are, how to reach a person, and the emergency number."""
    rasa.down = True

    phone.texts("HELP")

    help_text = phone.gets("Cedar Grove Joint Clinic")
    assert "call 555-0142" in help_text
    assert "call 911" in help_text
    assert "talk to a person" in help_text


def test_help_is_answered_after_stop_too(phone: Phone) -> None:
    """Carriers ask for it; nothing else is."""
    phone.texts("STOP")
    phone.gets("will get no more texts")
    phone.texts("does it hurt?")

    phone.texts("HELP")

    phone.gets("an automated assistant answers questions")
    assert len(phone.received) == 2


@pytest.mark.parametrize("word", ["INFO", "Ayuda"])
def test_info_is_answered_as_help(phone: Phone, word: str) -> None:
    """Carriers name both."""
    phone.texts("alto")
    phone.gets("will get no more texts")

    phone.texts(word)

    phone.gets("an automated assistant answers questions")


def test_what_an_opt_out_says_besides_goes_to_staff(phone: Phone, services: Services, chat: ChatTester) -> None:
    """They can call; the patient hears of the opt-out, once, and of nothing else."""
    text = "You keep texting me and I never agreed to that. Delete my number, and who do I pay?"
    phone.texts(text)
    phone.gets("will get no more texts")

    eventually(lambda: "Wrote after opting out" in newest_ticket_page(chat))
    assert _is_opted_out(services, phone)
    assert len(phone.received) == 1


def test_an_opt_out_between_queueing_and_sending(phone: Phone, services: Services, rasa: FakeRasa) -> None:
    """In words of one's own, while the answer to an earlier text waits for Twilio."""
    phone.twilio.down = True
    phone.texts("does it hurt?")
    eventually(lambda: len(said(services, Author.BOT)) == 2)
    phone.texts("ya no me manden mensajes, se equivocaron de n\u00famero")
    phone.twilio.down = False
    time_passes(services)

    phone.gets("will get no more texts")
    eventually(lambda: services.texts.send_due(utc_now()).failed == 0)
    assert len(phone.received) == 1


@pytest.mark.parametrize(
    "text",
    [
        "opt out",
        "STOP ALL",
        "Please stop texting me!",
        "remove me",
        "unsubscribe me from this",
        "don't text me again",
        "Take me off your list.",
        "no me envíen más mensajes",
        "quiero darme de baja",
    ],
)
def test_an_opt_out_in_plain_words_is_kept_and_confirmed_once(
    phone: Phone, services: Services, rasa: FakeRasa, text: str
) -> None:
    """As STOP is: Rasa does not hear it, and nothing more is sent, until START."""
    phone.texts(text)
    phone.gets("will get no more texts from us. To get them again, reply START")
    phone.texts(text)
    phone.texts("does it hurt?")
    eventually(lambda: "does it hurt?" in said(services))

    assert len(phone.received) == 1
    assert _is_opted_out(services, phone)
    assert not any(rasa.heard.values())
    phone.texts("START")
    phone.gets("You will get texts from us again")
    assert not _is_opted_out(services, phone)


@pytest.mark.parametrize(
    "text",
    [
        "stop the bleeding",
        "how do I stop taking aspirin",
        "can I cancel my appointment",
        "please stop the pain",
        "cancel my request",
        "never mind",
        "I want to remove my bandage",
    ],
)
def test_what_only_sounds_like_an_opt_out_is_answered(phone: Phone, services: Services, text: str) -> None:
    """Texts go on."""
    phone.texts(text)
    eventually(lambda: phone.received)

    assert not _is_opted_out(services, phone)


def test_an_opt_out_that_rasa_understands_is_kept_with_its_confirmation(
    phone: Phone, services: Services, rasa: FakeRasa
) -> None:
    """The confirmation is the last that is sent, and opts the number out where it is stored."""
    text = "I never signed up for any of this and it has to end, or I go to a lawyer"
    confirmation = Reply(kind=ReplyKind.SMALLTALK, text="You will get no more texts.", opts_out=True)
    rasa.answer = lambda heard: [confirmation] if heard == text else [Reply(kind=ReplyKind.SMALLTALK, text="Hm.")]
    phone.texts(text)
    phone.gets("You will get no more texts")

    phone.texts("does it hurt?")
    eventually(lambda: "does it hurt?" in said(services))

    assert _is_opted_out(services, phone)
    assert phone.received[-1] == "You will get no more texts."


def test_an_opt_out_holds_for_every_conversation_of_the_number(
    phone: Phone, chat: ChatTester, services: Services, rasa: FakeRasa
) -> None:
    """Staff cannot reply in an older one, either."""
    rasa.down = True
    phone.texts("does it hurt?")
    phone.gets("not working")
    number = max(chat.staff_sees_tickets())
    chat.staff_resolves(number)
    with services.database.write() as session:
        session.execute(update(Message).values(created_at=utc_now() - dt.timedelta(days=8)))
    rasa.down = False

    phone.texts("please stop messaging me")
    phone.gets("will get no more texts")

    assert counted(services, SmsConversation) == 2
    refused = chat.staff_replies("Yes, from 8:30.", number)
    assert refused.status_code == 409


def test_danger_comes_before_an_opt_out(phone: Phone, services: Services) -> None:
    """The card is sent, and the number stays reachable."""
    phone.texts("stop texting me, I have crushing chest pain and cannot breathe")

    phone.gets("Call 911 now")
    assert not _is_opted_out(services, phone)


def test_an_opt_out_is_heard_while_staff_have_the_conversation(
    phone: Phone, chat: ChatTester, services: Services, rasa: FakeRasa
) -> None:
    """It is meant for whoever sends texts."""
    rasa.down = True
    phone.texts("does it hurt?")
    phone.gets("not working")
    chat.staff_takes(max(chat.staff_sees_tickets()))

    phone.texts("do not contact me anymore")

    phone.gets("will get no more texts")
    assert _is_opted_out(services, phone)


def _is_opted_out(services: Services, phone: Phone) -> bool:
    with services.database.read() as session:
        number = numbers.find_number(session, phone.number)
        return number is not None and number.opted_out_at is not None


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
