"""Who answers is one fact of a conversation; taking and giving back say whether they changed it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.bootstrap import Services
from bot.conversations import store
from bot.conversations.handover import hand_back, hand_over
from bot.vocabulary import Handler
from tests.factories import a_conversation, a_staff_member


def _handler(session: Session, conversation_id: str) -> tuple[str, str | None]:
    conversation = store.get_conversation(session, conversation_id)
    return conversation.handler, conversation.handler_name


async def test_a_conversation_goes_to_staff_and_back(services: Services):
    """The second time nothing changes, and the patient need not be told."""
    mine, other = await a_conversation(services), await a_conversation(services)
    ana = a_staff_member(services.database)

    with services.database.write() as session:
        assert [hand_over(session, mine, staff_member_id=ana, staff_name="Ana") for _ in range(2)] == [True, False]
        assert _handler(session, mine) == (Handler.STAFF.value, "Ana")
        assert _handler(session, other) == (Handler.BOT.value, None)

        assert [hand_back(session, mine) for _ in range(2)] == [True, False]
        assert _handler(session, mine) == (Handler.BOT.value, None)


async def test_a_colleague_can_go_on(services: Services):
    """That is a change: the patient hears another name."""
    conversation = await a_conversation(services)
    ana = a_staff_member(services.database)
    ben = a_staff_member(services.database, email="ben@clinic.example", name="Ben")

    with services.database.write() as session:
        hand_over(session, conversation, staff_member_id=ana, staff_name="Ana")

        assert hand_over(session, conversation, staff_member_id=ben, staff_name="Ben")
        assert _handler(session, conversation) == (Handler.STAFF.value, "Ben")
