"""What tests of learning share: a staff that may write and approve, and a patient whose question was not answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.bootstrap import Services
from bot.conversations import store as conversations
from bot.knowledge.reviewing.review import Editor
from bot.reply import Reply
from bot.vocabulary import ReplyKind
from tests.factories import a_conversation, a_staff_member

Asks = Callable[..., tuple[str, int]]


def _editor(services: Services, name: str, *, may_approve: bool = False) -> Editor:
    number = a_staff_member(services.database, email=f"{name.lower()}@x.example", name=name)
    return Editor(
        id=number, name=name, role="writer", may_write=True, may_approve=may_approve, is_clinician=may_approve
    )


@pytest.fixture
def writer(services: Services) -> Editor:
    """Give somebody who may write answers."""
    return _editor(services, "Wren")


@pytest.fixture
def clinician(services: Services) -> Editor:
    """Give somebody who may approve them."""
    return _editor(services, "Lee", may_approve=True)


@pytest.fixture
def asks(services: Services) -> Asks:
    """Give a way to have a question asked that gets a reply of some kind; gives conversation and the reply's number."""

    def ask(
        text: str, *, kind: ReplyKind = ReplyKind.NO_ANSWER, topic: str | None = "cost", name: str | None = None
    ) -> tuple[str, int]:
        conversation = asyncio.run(a_conversation(services))
        with services.database.write() as session:
            conversations.get_conversation(session, conversation).patient_name = name
            asked = conversations.add_inbound(session, conversation_id=conversation, text=text, client_message_id=None)
            reply = Reply(kind=kind, text="We have no answer to that.", topic=topic)
            said = conversations.add_bot_message(
                session, conversation_id=conversation, reply=reply, in_reply_to=asked.id
            )
        return conversation, said.id

    return ask
