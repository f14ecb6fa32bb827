"""A patient leaves a way to be reached: it is stored, they are told, and somebody is asked to reach them."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.conversations import store
from bot.errors import InvalidContactError
from bot.escalation.merging.same_patient_store import of_same_patient
from bot.escalation.store import TicketView
from bot.reply import Reply
from bot.staff.actor import FRONTDESK
from bot.vocabulary import Channel, EscalationReason, ReplyKind, Responses, TicketStatus
from tests.factories import EMERGENCY, a_conversation, a_staff_member
from tests.fakes import FakeRasa


def open_tickets(services: Services) -> list[TicketView]:
    """Give what staff find in the inbox."""
    return services.tickets.inbox([TicketStatus.OPEN])[0]


def contact_of(services: Services, conversation: str) -> tuple[str | None, str | None]:
    """Give the stored number and address."""
    with services.database.read() as session:
        found = store.get_conversation(session, conversation)
        return found.patient_phone, found.patient_email


async def says(services: Services, conversation: str, text: str) -> list[str]:
    """Write a message; give the texts of the replies."""
    received = await services.receive.receive(conversation, text, None)
    return [message.text for message in received.replies]


async def test_contact_details_are_stored_and_confirmed(services: Services):
    """The form under the chat: the patient reads what staff have."""
    conversation = await a_conversation(services)
    ticket = services.tickets.open(conversation, reason=EscalationReason.ASKED_FOR_PERSON)

    (said,) = await services.contacts.take(
        conversation, name="Kim", phone="(312) 555-0111 x7", email="Kim@Home.Example"
    )

    details, _, when = said.text.partition(". They will reply by ")
    assert details.endswith("contact details: Kim, (312) 555-0111 ext. 7, Kim@home.example")
    assert when
    assert contact_of(services, conversation) == ("+13125550111;ext=7", "Kim@home.example")
    assert services.tickets.view(ticket).status is TicketStatus.OPEN


@pytest.mark.parametrize(
    ("name", "phone", "email"),
    [("Kim", "abc", None), ("Kim", "312 555 0111", "me@home"), (None, None, None), (" ", "", "  ")],
)
async def test_what_reaches_nobody_is_refused_and_nothing_is_stored(
    services: Services, name: str | None, phone: str | None, email: str | None
):
    """Not half of a form either."""
    conversation = await a_conversation(services)

    with pytest.raises(InvalidContactError):
        await services.contacts.take(conversation, name=name, phone=phone, email=email)

    assert contact_of(services, conversation) == (None, None)
    assert open_tickets(services) == []


async def test_a_message_with_a_number_and_no_open_request_becomes_one(services: Services):
    """Otherwise nobody would call."""
    conversation = await a_conversation(services)

    replies = await says(services, conversation, "call me back at 312 555 0111 tomorrow")

    (ticket,) = open_tickets(services)
    assert ticket.patient_phone == "+13125550111"
    assert ticket.first_line == "call me back at 312 555 0111 tomorrow"
    assert "(312) 555-0111" in replies[0]
    assert "passed this chat" in replies[1]


async def test_with_an_open_request_the_details_join_it(services: Services):
    """One patient, one ticket, and no second promise."""
    conversation = await a_conversation(services)
    ticket = services.tickets.open(conversation, reason=EscalationReason.ASKED_FOR_PERSON)

    replies = await says(services, conversation, "lou@home.example")

    assert [one.id for one in open_tickets(services)] == [ticket]
    assert len([text for text in replies if "our staff" in text.lower()]) == 1
    assert services.tickets.view(ticket).patient_email == "lou@home.example"


async def test_a_form_without_an_open_request_becomes_one(services: Services):
    """Whoever leaves a number wants to be called; a name alone is none."""
    conversation = await a_conversation(services)
    (noted,) = await services.contacts.take(conversation, name="Kim", phone=None, email=None)
    assert noted.text.startswith("Thank you, Kim. I have noted your name.")
    assert open_tickets(services) == []

    said = await services.contacts.take(conversation, name=None, phone="555-0142", email=None)

    assert [ticket.patient_phone for ticket in open_tickets(services)] == ["555-0142"]
    assert len(said) == 2


async def test_a_question_beside_the_number_is_answered_too(services: Services, rasa: FakeRasa):
    """What was asked comes last, so that its choices can be chosen by their titles."""
    answer = Reply(kind=ReplyKind.ANSWER, text="It depends.")
    rasa.answer = lambda _text: [answer]
    conversation = await a_conversation(services)

    replies = await says(services, conversation, "my number is 312 555 0111, how much is PRP?")

    assert replies[-1] == "It depends."
    assert "(312) 555-0111" in replies[0]
    assert len(open_tickets(services)) == 1


@pytest.mark.parametrize("text", ["312 555 0111 how much is PRP?", "how much is PRP? lou@home.example"])
async def test_rasa_hears_what_a_message_says_besides(services: Services, rasa: FakeRasa, text: str):
    """A number first hid the question from it, and stayed in its memory."""
    conversation = await a_conversation(services)

    await says(services, conversation, text)

    assert rasa.heard[conversation] == ["how much is PRP?"]


async def test_details_alone_are_nothing_to_ask_rasa(services: Services, rasa: FakeRasa):
    """They are confirmed at once."""
    conversation = await a_conversation(services)

    replies = await says(services, conversation, "312 555 0111")

    assert not rasa.heard[conversation]
    assert len(replies) == 2
    assert len(open_tickets(services)) == 1


@pytest.mark.parametrize(
    "response", [Responses.CONTACT_UNREADABLE, Responses.NOT_UNDERSTOOD, Responses.UNREADABLE], ids=str
)
async def test_beside_contact_details_nothing_else_must_be_understood(
    services: Services, rasa: FakeRasa, response: str
):
    """What Rasa says of "my number is" by itself."""
    again = services.responses.text(response)
    rasa.answer = lambda _text: [Reply(kind=ReplyKind.CLARIFY, text=again)]
    conversation = await a_conversation(services)

    confirmed = await says(services, conversation, "my number is 312 555 0111")
    unread = await says(services, conversation, "my number is 12")

    assert again not in confirmed
    assert unread == [again]


@pytest.mark.parametrize(
    "text", ["is 312 555 0111 your number?", "don't call 312-555-0111", "my mom's number is 312 555 0111, not mine"]
)
async def test_a_number_that_is_not_the_patients_opens_no_request(services: Services, rasa: FakeRasa, text: str):
    """Nor does Rasa learn it."""
    conversation = await a_conversation(services)

    await says(services, conversation, text)

    assert contact_of(services, conversation) == (None, None)
    assert open_tickets(services) == []
    assert "0111" not in rasa.heard[conversation][0]


async def test_of_two_numbers_staff_have_both(services: Services):
    """The first to call, the other in the message that the ticket shows."""
    conversation = await a_conversation(services)

    replies = await says(services, conversation, "call 312 555 0111 or 312 555 0112 x3 after five")

    (ticket,) = open_tickets(services)
    assert ticket.patient_phone == "+13125550111"
    assert "312 555 0112 x3" in ticket.first_line
    assert "(312) 555-0111, (312) 555-0112 ext. 3" in replies[0]


async def test_danger_comes_first_and_the_number_is_kept(services: Services):
    """The card is all that is said; staff can call."""
    conversation = await a_conversation(services)

    received = await services.receive.receive(conversation, f"{EMERGENCY}, call me 312 555 0111", None)

    (card,) = received.replies
    assert card.reply is not None
    assert card.reply.kind is ReplyKind.EMERGENCY
    (ticket,) = open_tickets(services)
    assert (ticket.reason, ticket.patient_phone) == (EscalationReason.RED_FLAG, "+13125550111")


async def test_with_rasa_down_the_number_is_kept_and_confirmed(services: Services, rasa: FakeRasa):
    """The edge reads it by itself."""
    rasa.down = True
    conversation = await a_conversation(services)

    replies = await says(services, conversation, "please call 312 555 0111")

    assert contact_of(services, conversation)[0] == "+13125550111"
    assert any("(312) 555-0111" in text for text in replies)
    assert len(open_tickets(services)) == 1


async def test_while_staff_answer_the_number_is_kept_in_silence(services: Services):
    """They read it, and it stands beside the conversation."""
    conversation = await a_conversation(services)
    ticket = services.tickets.open(conversation, reason=EscalationReason.ASKED_FOR_PERSON)
    services.tickets.assign(ticket, to=a_staff_member(services.database), by=FRONTDESK)

    assert await says(services, conversation, "312 555 0111") == []
    assert services.tickets.view(ticket).patient_phone == "+13125550111"


async def test_the_clinics_own_number_is_no_patients(services: Services):
    """It is quoted, not left."""
    conversation = await a_conversation(services)

    await says(services, conversation, f"I called {services.clinic.phone} and nobody picked up")

    assert contact_of(services, conversation) == (None, None)
    assert open_tickets(services) == []


async def test_one_number_in_two_formats_is_one_patient(services: Services):
    """In another chat, with an extension, or by text message."""
    first, second, third = [await a_conversation(services) for _ in range(3)]
    await says(services, first, "call 312-555-0111")
    await says(services, second, "my number: +1 (312) 555 0111 x4")
    await says(services, third, "my number: 312 555 0112")
    by_text, _token = await services.access.start_conversation(Channel.SMS)
    with services.database.write() as session:
        store.set_contact(session, by_text, name=None, phone="+13125550111", email=None)
    texted = services.tickets.open(by_text, reason=EscalationReason.ASKED_FOR_PERSON)

    tickets = {ticket.conversation_id: ticket.id for ticket in open_tickets(services)}
    with services.database.read() as session:
        same = of_same_patient(session, tickets[first])

    assert [ticket.id for ticket in same] == [tickets[second], texted]
