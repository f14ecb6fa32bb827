"""What patients meet when Rasa or its actions stop, and what is still known when they are back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.chat_tester import ChatTester
from tests.conversations.real_rasa import RealRasa
from tests.conversations.test_answers import kinds, only
from tests.factories import EMERGENCY
from tests.integration.edge import MARKER, NewChat

pytestmark = pytest.mark.slow(reason="stops Rasa and starts it again")


@contextmanager
def stopped(rasa: RealRasa, name: str) -> Iterator[None]:
    """Stop a process for as long as the block lasts."""
    rasa.stop(name)
    try:
        yield
    finally:
        rasa.start_again(name)


def test_rasa_restarts_and_still_knows_what_was_spoken_of(new_chat: NewChat, real_rasa: RealRasa):
    """Its memory is on disk; while it is away, messages are kept, staff are told and danger is still seen."""
    chat, other = new_chat(), new_chat()
    chat.patient_says("Is PRP safe?")
    chat.patient_says("what is injected in it?")

    with stopped(real_rasa, "rasa"):
        honest = other.patient_says("How much does PRP cost?")
        danger = other.patient_says(EMERGENCY)
        person = other.patient_asks_for_person()
    reply = only(chat.patient_says("does it hurt?"))

    assert (reply["topic"], reply["treatments"]) == ("pain_during", ["prp"])
    assert reply["lead"].startswith("This is still about PRP.")
    assert kinds(honest) == ["answer", "escalated", "escalated"]
    assert "not working right now" in honest[1]["text"]
    assert kinds(danger) == ["emergency"]
    assert kinds(person)[0] == "escalated"
    assert honest[1]["reply"]["ticket"] in other.staff_sees_tickets("open")
    assert "How much does PRP cost?" in other.staff_reads(honest[1]["reply"]["ticket"])
    assert kinds(other.patient_says("How much does PRP cost?"))[-1] == "answer"


def test_actions_stop_and_the_patient_is_told(chat: ChatTester, real_rasa: RealRasa):
    """Rasa alone would say nothing at all; the patient gets honest words, and a ticket is opened."""
    chat.patient_says("Is PRP safe?")

    with stopped(real_rasa, "actions"):
        replies = chat.patient_says("does it hurt?")

    assert kinds(replies) == ["escalated", "escalated", "clarify"]
    assert "not working right now" in replies[0]["text"]
    assert "Assistant was down" in chat.staff_reads(replies[0]["reply"]["ticket"])
    back = only(chat.patient_says("does it hurt?"))
    assert (back["kind"], back["treatments"]) == ("answer", ["prp"])


@pytest.mark.parametrize("name", ["rasa", "actions"])
def test_card_is_shown_with_rasa_or_the_actions_stopped(name: str, chat: ChatTester, real_rasa: RealRasa):
    """The rules need neither, also in a conversation that had been going on; staff are told."""
    chat.patient_says("Is PRP safe?")

    with stopped(real_rasa, name):
        replies = chat.patient_says(EMERGENCY)

    assert kinds(replies) == ["emergency"]
    assert "Red flag" in chat.staff_reads(chat.staff_sees_tickets("open")[0])


def test_no_word_of_a_patient_is_in_a_log(chat: ChatTester, real_rasa: RealRasa, live_settings: Settings):
    """Not when a message is answered, and not when Rasa or its actions stumble over it."""
    chat.patient_says(f"{MARKER} is PRP safe?")
    chat.patient_says(f'/{MARKER}{{"{MARKER}": ')
    with stopped(real_rasa, "actions"):
        chat.patient_says(f"{MARKER} does PRP hurt?")

    logs: list[Path] = list((live_settings.root / "var" / "log").iterdir())
    assert {log.name for log in logs} == {"actions.log", "rasa.log"}
    assert not [log.name for log in logs if MARKER in log.read_text(encoding="utf-8")]
