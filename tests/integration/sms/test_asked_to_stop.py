"""A text that may want no more of them: its writer is asked once, and a yes or STOP settles it."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.opt_outs.judge import load_judge
from bot.settings import ROOT
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.sms.looking import newest_ticket_page, said
from tests.phones import Phone, eventually

UNSURE = "please go easy on the texts"
QUESTION = "Do you want no more texts from us"


def test_it_is_one_that_the_judge_is_unsure_of():
    """Else this file shows nothing."""
    assert load_judge(ROOT).is_unsure(UNSURE)


def test_it_is_answered_and_asked_about_once(phone: Phone, services: Services) -> None:
    """The question comes below the answer, and not again."""
    phone.texts(UNSURE)
    phone.gets(QUESTION)
    assert phone.received[-2].startswith("You said:")

    phone.texts(UNSURE)
    eventually(lambda: said(services).count(UNSURE) == 2 and phone.received[-1].startswith("You said:"))

    assert sum(QUESTION in text for text in phone.received) == 1


@pytest.mark.parametrize("word", ["Yes", "si", "STOP", "alto"])
def test_yes_to_the_question_is_a_stop(phone: Phone, services: Services, word: str) -> None:
    """In both languages; nothing is sent after it."""
    phone.texts(UNSURE)
    phone.gets(QUESTION)

    phone.texts(word)

    phone.gets("will get no more texts from us")
    count = len(phone.received)
    phone.texts("does it hurt?")
    eventually(lambda: "does it hurt?" in said(services))
    assert len(phone.received) == count


def test_yes_to_anything_else_is_none(phone: Phone) -> None:
    """The question is no longer what was read last."""
    phone.texts(UNSURE)
    phone.gets(QUESTION)
    phone.texts("does it hurt?")
    phone.gets("You said: does it hurt?")

    phone.texts("yes")
    phone.texts("how long does it take?")

    phone.gets("You said: how long")


def test_an_opt_out_in_words_that_no_rule_knows_is_obeyed(phone: Phone, services: Services, rasa: FakeRasa) -> None:
    """Rasa does not hear it."""
    phone.texts("hard pass on these texts, please make them end")

    phone.gets("will get no more texts from us")
    assert not any(rasa.heard.values())


def test_what_a_heard_opt_out_says_besides_goes_to_staff(phone: Phone, chat: ChatTester) -> None:
    """As with STOP: they can call."""
    phone.texts("Put an end to these messages please. What do I owe for the second visit?")

    phone.gets("will get no more texts from us")
    eventually(lambda: "Wrote after opting out" in newest_ticket_page(chat))


def test_staff_read_since_when_and_by_which_word(phone: Phone, chat: ChatTester) -> None:
    """On the ticket; a number that may be texted again has no such line."""
    phone.texts("how much is PRP?")
    phone.gets("You said: how much")
    phone.texts("Put an end to these <messages> please. What do I owe for the second visit?")
    phone.gets("will get no more texts from us")
    eventually(lambda: "Wrote after opting out" in newest_ticket_page(chat))

    page = newest_ticket_page(chat)

    assert "No texts since " in page
    assert "by their word: \u201cPut an end to these &lt;messages&gt; please." in page
    phone.texts("START")
    phone.gets("You will get texts from us again")
    assert "No texts since " not in newest_ticket_page(chat)
