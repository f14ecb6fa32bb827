"""The edge serves as soon as it is up: what patients and those who watch see before the assistant answers."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.messaging import turn
from tests.chat_tester import ChatTester
from tests.factories import EMERGENCY
from tests.fakes import FakeRasa


@pytest.fixture
def waking(chat: ChatTester, services: Services, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch) -> ChatTester:
    """Give a chat right after the start, with a patience that suits a test."""
    monkeypatch.setattr(turn, "WAKING_PATIENCE", 0.02)
    monkeypatch.setattr(turn, "LONGEST_PATIENCE", 0.05)
    rasa.down = True
    services.waking.begin()
    return chat


def test_the_page_and_life_are_there_but_not_readiness(waking: ChatTester) -> None:
    """A proxy sends patients, a program that watches knows that something is missing."""
    assert waking.patient.get("/").status_code == 200
    assert waking.patient.get("/health/live").status_code == 200
    ready = waking.patient.get("/health/ready")
    assert (ready.status_code, ready.json()["rasa"]) == (503, False)


def test_a_patient_finds_an_answer_by_words_and_no_ticket_is_opened(waking: ChatTester) -> None:
    """One question, one choice, one approved answer; staff are left alone."""
    (offer,) = waking.patient_says("hm, will the whole prolotherapy thing hurt much?")
    assert offer["reply"]["kind"] == "clarify"

    (answer,) = waking.patient_says(offer["reply"]["options"][0]["title"])

    assert answer["reply"]["kind"] == "answer"
    assert answer["reply"]["answer_id"]
    assert waking.staff_sees_tickets() == []


def test_danger_and_the_wish_for_a_person_need_no_assistant(waking: ChatTester) -> None:
    """Both reach staff at once."""
    (card,) = waking.patient_says(EMERGENCY)
    (promise,) = waking.patient_asks_for_person()

    assert card["reply"]["kind"] == "emergency"
    assert promise["reply"]["ticket"] in waking.staff_sees_tickets("open")


def test_the_same_message_sent_again_while_waking_is_answered_once(waking: ChatTester) -> None:
    """A browser that lost the connection just then."""
    first = waking.patient_says("does prolotherapy hurt a lot?", "c1")
    again = waking.patient_says("does prolotherapy hurt a lot?", "c1")

    assert [message["id"] for message in again] == [message["id"] for message in first]


def test_once_the_assistant_is_there_it_answers(waking: ChatTester, rasa: FakeRasa) -> None:
    """The first message that finds it up, and all after it."""
    rasa.down = False

    (reply,) = waking.patient_says("does prolotherapy hurt a lot?")

    assert reply["text"] == "You said: does prolotherapy hurt a lot?"
    assert waking.patient.get("/health/ready").status_code == 200
