"""Nothing that waits for the store, and no look for danger, is done where all other patients would wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from bot.bootstrap import Services
from bot.messaging.inbound_text import MAX_CHARACTERS
from bot.reply import Reply
from bot.triage import Triage
from bot.vocabulary import ReplyKind
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import DANGEROUS, LockDatabase

LONG = "my knee has been sore for a while now and I wonder about it. " * 30


@pytest.fixture
def in_the_loop(services: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Note what is asked of the store, and which texts are looked through, in the event loop's own thread."""
    noted: list[str] = []

    def is_loop() -> bool:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return False
        return True

    def asked(*arguments: Any) -> None:
        if is_loop():
            noted.append(str(arguments[2]))

    check = Triage.check

    def look(triage: Triage, text: str) -> Any:
        if is_loop():
            noted.append(f"look through {len(text)} characters")
        return check(triage, text)

    monkeypatch.setattr(Triage, "check", look)
    event.listen(services.database.engine, "before_cursor_execute", asked)
    yield noted
    event.remove(services.database.engine, "before_cursor_execute", asked)


def test_a_patient_keeps_no_other_waiting(in_the_loop: list[str], chat: ChatTester, rasa: FakeRasa):
    """Whatever they write or press."""
    offer = Reply(kind=ReplyKind.CLARIFY, text="I am not sure.")
    rasa.answer = lambda _text: [offer]
    for text in ("hello", "yes", "no", "2", "never mind", "unsubscribe", LONG, DANGEROUS, f"{LONG} {DANGEROUS}"):
        chat.patient_says(text)
    chat.patient_sends({"text": "x " * MAX_CHARACTERS})
    chat.patient_asks_for_person()
    chat.patient_says("cancel my request")
    chat.patient_leaves_contact(phone="312 555 0142")
    rasa.down = True
    chat.patient_says("so does PRP hurt a lot?")
    chat.patient_says("yes")
    chat.patient_says("1")
    chat.transcript()

    assert in_the_loop == []


def test_nor_while_staff_have_the_conversation(in_the_loop: list[str], chat: ChatTester):
    """Reading, taking, replying, closing; and what the patient writes meanwhile."""
    chat.patient_asks_for_person()
    chat.staff_reads()
    chat.staff_takes()
    chat.staff_replies("Hello, this is Ana.")
    chat.patient_says(LONG)
    chat.staff_resolves()
    chat.staff_sees_tickets()

    assert in_the_loop == []


def test_nor_what_cannot_be_stored(in_the_loop: list[str], chat: ChatTester, lock_database: LockDatabase):
    """The look for danger in it comes all the same, aside."""
    unlock = lock_database()
    refused = chat.patient_sends({"text": f"{LONG} {DANGEROUS}"})
    unlock()

    assert refused.status_code == 503
    assert refused.json()["error"]["reply"]["kind"] == "emergency"
    assert in_the_loop == []
