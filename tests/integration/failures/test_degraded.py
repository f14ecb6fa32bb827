"""A database that takes no more writes, and a clock that jumps: as docs/operations.md tells it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select, text, update

from bot.bootstrap import Services
from bot.conversations.models import Message
from bot.db.engine import utc_now
from bot.vocabulary import Author
from bot.web.background import _delete_old
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import DANGEROUS, error_message

YEARS = dt.timedelta(days=3650)


@contextmanager
def _kept_from_writing(services: Services, pragma: str, back: str) -> Iterator[None]:
    """Set something on every connection to SQLite, those that are open too; undo it at the end."""
    value = [pragma]

    def set_it(connection: object, _record: object, _proxy: object) -> None:
        connection.execute(value[0])  # type: ignore[attr-defined]

    event.listen(services.database.engine, "checkout", set_it)
    yield
    value[0] = back


def _read_only(services: Services) -> Iterator[None]:
    """Let SQLite say what it says of a file system that was mounted anew, read-only, after an error of the disk."""
    with _kept_from_writing(services, "PRAGMA query_only=ON", "PRAGMA query_only=OFF"):
        yield


def _full(services: Services) -> Iterator[None]:
    """Let the file grow no more, as on a disk without room."""
    with services.database.read() as session:
        pages = session.scalar(text("PRAGMA page_count"))
        session.execute(text("PRAGMA freelist_count"))
    with _kept_from_writing(services, f"PRAGMA max_page_count={pages}", "PRAGMA max_page_count=1073741823"):
        yield


@pytest.mark.parametrize("trouble", [_read_only, _full])
def test_without_room_or_rights_to_write_nothing_is_promised_and_nothing_lost(
    trouble: Callable[[Services], Iterator[None]], chat: ChatTester, services: Services, rasa: FakeRasa
) -> None:
    """The patient reads that it was not saved, danger gets its card, pages that only read work; later all goes on."""
    long_question = {"text": "how many sessions? " * 50, "client_message_id": "a"}
    danger = {"text": DANGEROUS + " since then" * 50, "client_message_id": "b"}

    chat.staff_sees_tickets()
    with contextmanager(trouble)(services):
        # Until the pages that SQLite has in hand are full too.
        refused = [chat.patient_sends({**long_question, "client_message_id": f"a{number}"}) for number in range(40)][-1]
        card = chat.patient_sends(danger)
        assert chat.patient.get("/").status_code == 200
        assert chat.staff.get("/staff/tickets").status_code == 200
        assert chat.patient.get("/health/live").status_code == 200
    again = chat.patient_sends({**long_question, "client_message_id": "a39"})
    after = chat.patient_sends(danger)

    assert "could not be saved" in error_message(refused, 503)
    error_message(card, 503)
    assert card.json()["error"]["reply"]["card"]["phone"] == "911"
    assert [message["author"] for message in again.json()["messages"]] == ["patient", "bot"]
    assert after.json()["messages"][1]["reply"]["kind"] == "emergency"
    with services.database.read() as session:
        said = session.scalars(select(Message.client_message_id).where(Message.author == Author.PATIENT.value)).all()
    assert len(said) == len(set(said))
    assert {"a39", "b"} <= set(said)


def test_a_clock_that_is_set_far_ahead_deletes_nothing(chat: ChatTester, services: Services) -> None:
    """Not even once patients have written under that clock: years in which nobody wrote are a clock, not a pause."""
    with services.database.write() as session:
        session.execute(text("UPDATE conversations SET created_at = datetime('now', '-20 days')"))
    chat.patient_says("does it hurt?")
    with services.database.write() as session:
        session.execute(update(Message).values(created_at=utc_now() - dt.timedelta(days=20)))

    _delete_old(services, utc_now() + YEARS)
    with services.database.write() as session:
        session.execute(update(Message).where(Message.author == Author.BOT.value).values(created_at=utc_now() + YEARS))
    _delete_old(services, utc_now() + YEARS + dt.timedelta(days=1))

    assert chat.patient_sees() == ["does it hurt?", "You said: does it hurt?"]
