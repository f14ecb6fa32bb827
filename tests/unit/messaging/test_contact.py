"""A patient leaves a way to be reached: staff see it at their ticket."""

from __future__ import annotations

from bot.bootstrap import Services
from bot.vocabulary import EscalationReason, TicketStatus
from tests.factories import a_conversation


async def test_contact_details_are_stored_and_confirmed(services: Services):
    """The form under the chat."""
    conversation = await a_conversation(services)
    ticket = services.tickets.open(conversation, reason=EscalationReason.ASKED_FOR_PERSON)

    (said,) = await services.contacts.take(conversation, name="Kim", phone="555-0142", email=None)

    assert said.text == services.responses.text("utter_contact_stored")
    assert services.tickets.view(ticket).patient_phone == "555-0142"
    assert services.tickets.view(ticket).status is TicketStatus.OPEN
