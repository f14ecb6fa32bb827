"""Which conversations are one patient's, and what says so: a contact that was left alone proves nothing."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.channels import store as numbers
from bot.conversations import identity_store
from bot.conversations import store as conversations
from bot.conversations.identity_store import Person
from bot.privacy.finding import How, joined
from bot.settings import Settings
from bot.staff.actor import FRONTDESK
from bot.vocabulary import Channel, EscalationReason
from tests.factories import a_conversation, encrypted

EMAIL, PHONE = "zoe@mail.example", "+13125550142"


@pytest.fixture(params=["plain", "encrypted"])
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """Give the settings of a store without a key, and of one with: whoever looks sees no difference."""
    return encrypted(settings) if request.param == "encrypted" else settings


def _joined(services: Services, conversation: str) -> dict[str, How]:
    with services.database.read() as session:
        return {one.outline.conversation_id: one.how for one in joined(session, conversation)}


async def _left(services: Services, **contact: str) -> str:
    conversation = await a_conversation(services)
    values = {"name": None, "phone": None, "email": None, **contact}
    with services.database.write() as session:
        conversations.set_contact(session, conversation, **values)
    return conversation


def _sign(services: Services, conversation: str, person: Person) -> None:
    with services.database.write() as session:
        identity_store.keep(session, conversation, person)


def _by_text(services: Services, conversation_id: str, phone: str = PHONE) -> str:
    with services.database.write() as session:
        conversations.add_conversation(session, conversation_id=conversation_id, token_hash="x", channel=Channel.SMS)
        session.flush()
        numbers.add_conversation(
            session, conversation_id=conversation_id, number_id=numbers.lock_number(session, phone).id
        )
    return conversation_id


async def test_what_the_website_has_signed_is_theirs(services: Services):
    """The same person, not the same name."""
    one, two, other = [await a_conversation(services) for _ in range(3)]
    for conversation, known in ((one, "7"), (two, "7"), (other, "8")):
        _sign(services, conversation, Person(id=known, name="Zoe"))

    assert _joined(services, one) == {one: How.THIS, two: How.SIGNED}


async def test_texts_from_one_number_and_merged_tickets_are_theirs(services: Services):
    """And what is theirs through these, step by step."""
    first, second = _by_text(services, "text1"), _by_text(services, "text2")
    _by_text(services, "text3", "+13125550143")
    chat = await a_conversation(services)
    tickets = [services.tickets.open(each, reason=EscalationReason.ASKED_FOR_PERSON) for each in (second, chat)]
    services.tickets.merge(tickets[1], into=tickets[0], by=FRONTDESK)

    assert _joined(services, first) == {first: How.THIS, second: How.NUMBER, chat: How.MERGED}


@pytest.mark.parametrize("contact", [{"email": EMAIL}, {"phone": PHONE}])
async def test_a_contact_that_somebody_typed_is_no_proof(services: Services, contact: dict[str, str]):
    """Anybody can type anybody's: it is named apart, and brings no others along."""
    one, two = await _left(services, **contact), await _left(services, **contact)
    theirs = await a_conversation(services)
    for conversation in (two, theirs):
        _sign(services, conversation, Person(id="9"))

    assert _joined(services, one) == {one: How.THIS, two: How.CONTACT}


async def test_somebody_with_nothing_else_is_alone(services: Services):
    """No contact is not the same contact."""
    one, _other = await a_conversation(services), await a_conversation(services)

    assert _joined(services, one) == {one: How.THIS}
