"""The whole road of a text message, with the real Rasa: answers, choices by number, a person, and a card."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from tests.conversations.real_rasa import RealRasa
from tests.integration.edge import DANGEROUS, TestClient
from tests.phones import Phone, StandInTwilio

WHILE = 40.0
"""Seconds: on a busy machine a turn of Rasa takes long."""
_numbers = count(15550160000)


@pytest.fixture
def phone(live_edge: TestClient, twilio: StandInTwilio) -> Phone:
    """Give a phone that nobody had before."""
    return Phone(live_edge, twilio, f"+{next(_numbers)}")


@pytest.fixture
def rasa_stopped(real_rasa: RealRasa) -> Iterator[None]:
    """Stop Rasa for a test."""
    real_rasa.stop("rasa")
    yield
    real_rasa.start_again("rasa")


def test_a_question_is_answered_with_its_sources_and_a_number_chooses(phone: Phone):
    """Who names no treatment is told of all in general; a number asks about one of them."""
    phone.texts("how many sessions will I need?")
    answer = phone.gets("Sources: ", seconds=WHILE)
    assert "prolotherapy" in answer.partition("\n1. ")[0]
    assert "PRP" in answer.partition("\n1. ")[0]
    assert "Draft, not reviewed by a clinician." in answer
    assert "\n1. " in answer
    number = next(line[0] for line in answer.splitlines() if line[1:3] == ". " and "PRP" in line)

    phone.texts(number)

    assert "PRP" in phone.gets("Sources: ", times=2, seconds=WHILE)


def test_a_person_can_be_asked_for(phone: Phone):
    """In words, as the first text says; nobody asks for a number that is known."""
    phone.texts("talk to a person")

    phone.gets("passed this chat to", seconds=WHILE)
    phone.texts("what is PRP?")
    phone.gets("Sources: ", seconds=WHILE)
    assert not any("phone number or email" in text for text in phone.received)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("please stop texting me", "will get no more texts"),
        ("stop calling me and sending me these", "will get no more texts"),
        ("please go easy on the texts", "Do you want no more texts"),
    ],
)
def test_an_opt_out_is_kept_or_asked_about(phone: Phone, text: str, words: str):
    """In plain words it is one; what may be one is asked about."""
    phone.texts(text)

    phone.gets(words, seconds=WHILE)


def test_a_request_is_taken_back_and_nothing_is_stopped(phone: Phone):
    """The word "cancel" alone is the carriers'."""
    phone.texts("talk to a person")
    phone.gets("passed this chat to", seconds=WHILE)

    phone.texts("cancel my request")

    phone.gets("you no longer need them", seconds=WHILE)
    phone.texts("cancel")
    phone.gets("will get no more texts")


@pytest.mark.usefixtures("rasa_stopped")
def test_with_rasa_stopped_a_red_flag_gets_its_card(phone: Phone):
    """And nothing else."""
    phone.texts(DANGEROUS)

    assert phone.gets("Call 911 now", seconds=WHILE).startswith("Call 911 now.")
    assert len(phone.received) == 1
