"""A store that was copied to PostgreSQL is the same, row by row, and goes on counting; or nothing was copied."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from bot.bootstrap import Services, build_services
from bot.cli.commands.database import copy_store
from bot.cli.main import frontdesk
from bot.cli.testing.postgresql_server import PostgresqlServer
from bot.conversations.models import Message
from bot.db.engine import Database
from bot.errors import ConflictError
from bot.escalation.models import Ticket
from bot.settings import Settings
from bot.staff.actor import FRONTDESK
from tests.factories import a_conversation
from tests.fakes import FakeRasa

pytestmark = [pytest.mark.only_sqlite("it is what is copied"), pytest.mark.postgresql]


@pytest.fixture
def target(postgresql: PostgresqlServer):
    """Give the address of an empty database."""
    name = postgresql.create()
    yield postgresql.url(name)
    postgresql.drop(name)


async def test_everything_is_there_and_goes_on(services: Services, rasa: FakeRasa, target: str):
    """Words in every script, replies, references forwards and back; the next numbers are new ones."""
    conversation_id = await a_conversation(services)
    await services.receive.receive(conversation_id, "Zoë asks: ¿duele? 🙂 \u202e\\ '", "m1")
    await services.receive.ask_for_person(conversation_id)
    other = await a_conversation(services)
    await services.receive.ask_for_person(other)
    # The first now refers to a row that comes later.
    services.tickets.merge(1, into=2, by=FRONTDESK)
    with services.database.read() as session:
        before = session.scalars(select(Message.text).order_by(Message.id)).all()

    copied = {each.table: each for each in copy_store(services.settings, target)}

    assert copied["messages"].rows == len(before)
    assert copied["answer_versions"].rows > 100
    moved = build_services(replace(services.settings, database_url=target), rasa=services.rasa)
    with moved.database.read() as session:
        assert session.scalars(select(Message.text).order_by(Message.id)).all() == before
        assert session.scalars(select(Ticket.merged_into_id).order_by(Ticket.id)).all() == [2, None]
    received = await moved.receive.receive(conversation_id, "and now?", "m2")
    assert [reply.text for reply in received.replies] == ["You said: and now?"]
    assert received.inbound.id > len(before)
    moved.named_locks.close()
    moved.database.close()


def test_a_full_target_is_refused(settings: Settings, target: str):
    """Whatever is in it stays as it is."""
    first = copy_store(settings, target)

    with pytest.raises(ConflictError, match="not empty"):
        copy_store(settings, target)

    assert sum(each.rows for each in first) > 0


async def test_what_does_not_fit_is_named_and_nothing_is_copied(services: Services, target: str):
    """After it was mended, the same command begins anew."""
    conversation_id = await a_conversation(services)
    await services.receive.receive(conversation_id, "hello", None)
    with services.database.write() as session:
        session.execute(text("UPDATE conversations SET handler_name = :long"), {"long": "1" * 121})

    with pytest.raises(ConflictError, match=f"handler_name of row {conversation_id} of conversations is longer"):
        copy_store(services.settings, target)

    database = Database(target)
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM answers")) == 0
    database.close()
    with services.database.write() as session:
        session.execute(text("UPDATE conversations SET handler_name = '1'"))
    assert {each.table: each.rows for each in copy_store(services.settings, target)}["conversations"] == 1


def test_the_command_says_what_it_copied(settings: Settings, target: str, monkeypatch: pytest.MonkeyPatch):
    """A line a table, and what to do next."""
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("FRONTDESK_ROOT", str(settings.root))

    said = CliRunner().invoke(frontdesk, ["database", "copy", "--to", target])

    assert said.exit_code == 0, said.output
    assert "answer_versions" in said.output
    assert "Every row is there" in said.output
