"""The inbox lists what staff have to do, the most urgent first."""

from __future__ import annotations

from bot.bootstrap import Services
from bot.staff.actor import Actor
from bot.vocabulary import EscalationReason, TicketStatus, Urgency
from tests.factories import a_conversation, a_staff_member


async def _tickets(services: Services, *urgencies: Urgency) -> list[int]:
    return [
        services.tickets.open(await a_conversation(services), reason=EscalationReason.NO_ANSWER, urgency=urgency)
        for urgency in urgencies
    ]


async def test_the_most_urgent_comes_first_then_the_oldest(services: Services):
    """Of two alike, who has waited longer."""
    routine, urgent, emergency, later = await _tickets(
        services, Urgency.ROUTINE, Urgency.URGENT, Urgency.EMERGENCY, Urgency.URGENT
    )

    views, _counts = services.tickets.inbox([TicketStatus.OPEN])

    assert [view.id for view in views] == [emergency, urgent, later, routine]


async def test_the_inbox_is_filtered_and_counted_by_status(services: Services):
    """The counts are of all, whatever is shown."""
    first, second, third = await _tickets(services, Urgency.ROUTINE, Urgency.ROUTINE, Urgency.ROUTINE)
    services.tickets.take(first, Actor(staff_member_id=a_staff_member(services.database), name="Ana"))
    services.tickets.resolve(second)

    views, counts = services.tickets.inbox([TicketStatus.OPEN])

    assert [view.id for view in views] == [third]
    assert counts == {
        TicketStatus.OPEN: 1,
        TicketStatus.ASSIGNED: 1,
        TicketStatus.SNOOZED: 0,
        TicketStatus.RESOLVED: 1,
    }


async def test_resolved_tickets_stand_last(services: Services):
    """However urgent they once were."""
    emergency, routine = await _tickets(services, Urgency.EMERGENCY, Urgency.ROUTINE)
    services.tickets.resolve(emergency)

    views, _counts = services.tickets.inbox(list(TicketStatus))

    assert [view.id for view in views] == [routine, emergency]


async def test_a_ticket_shows_how_the_patient_can_be_reached(services: Services):
    """Also when the details came after the ticket."""
    conversation = await a_conversation(services)
    ticket = services.tickets.open(conversation, reason=EscalationReason.ASKED_FOR_PERSON)

    await services.contacts.take(conversation, name="Kim", phone="555-0142", email=None)

    view = services.tickets.view(ticket)
    assert (view.patient_name, view.patient_phone, view.patient_email) == ("Kim", "555-0142", None)


async def test_the_first_line_is_what_was_asked_before_a_person_was_asked_for(services: Services):
    """The button's own words tell staff nothing."""
    asked, pressed_at_once = await a_conversation(services), await a_conversation(services)
    await services.receive.receive(asked, "Can my sister wait with me?", None)
    await services.receive.ask_for_person(asked)
    await services.receive.ask_for_person(pressed_at_once)

    views, _counts = services.tickets.inbox([TicketStatus.OPEN])

    assert [view.first_line for view in views] == ["Can my sister wait with me?", "Talk to a person"]
