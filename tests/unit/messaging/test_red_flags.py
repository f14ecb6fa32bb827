"""The red-flag card comes first in every state, and the ticket behind it is stored whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import OperationalError

from bot.bootstrap import Services
from bot.conversations import store
from bot.escalation.lifecycle import Tickets
from bot.messaging import retries
from bot.messaging.feed import STAFF, TicketChanged
from bot.staff.actor import FRONTDESK, Actor
from bot.triage import Triage
from bot.vocabulary import EscalationReason, Handler, ReplyKind, TicketStatus, Urgency
from tests.factories import EMERGENCY, URGENT, a_conversation, a_staff_member, alarms_of, receive_with
from tests.fakes import FakeRasa


class FailingTickets(Tickets):
    """Keeps tickets, but its database is locked the first times."""

    failures = 2

    def open(
        self,
        conversation_id: str,
        *,
        reason: EscalationReason,
        urgency: Urgency = Urgency.ROUTINE,
        message_id: int | None = None,
        signs: Sequence[str] = (),
    ) -> int:
        """Fail, then open a ticket as usual."""
        if self.failures:
            self.failures -= 1
            raise OperationalError("insert", {}, Exception("database is locked"))
        return super().open(conversation_id, reason=reason, urgency=urgency, message_id=message_id, signs=signs)


@pytest.fixture
async def conversation(services: Services) -> str:
    """Give a conversation that has just started."""
    return await a_conversation(services)


def _take_over(services: Services, conversation: str) -> None:
    ticket = services.tickets.open(conversation, reason=EscalationReason.ASKED_FOR_PERSON)
    services.tickets.take(ticket, Actor(staff_member_id=a_staff_member(services.database), name="Ana"))


def _rasa_down(services: Services, conversation: str) -> None:
    services.rasa.down = True  # type: ignore[attr-defined]


def _asked_for_a_person(services: Services, conversation: str) -> None:
    services.tickets.open(conversation, reason=EscalationReason.ASKED_FOR_PERSON)


def _nothing(services: Services, conversation: str) -> None:
    """Leave the conversation as it started."""


@pytest.mark.parametrize("state", [_nothing, _rasa_down, _asked_for_a_person, _take_over], ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("text", "kind", "urgency"),
    [
        (EMERGENCY, ReplyKind.EMERGENCY, Urgency.EMERGENCY),
        (URGENT, ReplyKind.URGENT, Urgency.URGENT),
        (f"How much is PRP? Also {EMERGENCY}", ReplyKind.EMERGENCY, Urgency.EMERGENCY),
    ],
    ids=["emergency", "urgent", "beside a question"],
)
async def test_the_card_comes_first_in_every_state(
    services: Services, rasa: FakeRasa, conversation: str, *, state, text: str, kind: ReplyKind, urgency: Urgency
):
    """New, Rasa down, waiting for staff, or with staff: the same card, at once, and the ticket is raised."""
    state(services, conversation)

    received = await services.receive.receive(conversation, text, None)

    (said,) = received.replies
    assert said.reply is not None
    assert said.reply.kind is kind
    assert said.reply.card is not None
    assert said.reply.card.phone in said.text
    assert rasa.heard[conversation] == []
    (view,) = services.tickets.inbox([TicketStatus.OPEN, TicketStatus.ASSIGNED])[0]
    assert (view.reason, view.urgency) == (EscalationReason.RED_FLAG, urgency)
    assert view.signs == said.reply.signs
    assert view.first_line == text


async def test_the_card_shows_the_clinics_numbers(services: Services, conversation: str):
    """Call the emergency number for one, the clinic for the other."""
    emergency = await services.receive.receive(conversation, EMERGENCY, None)
    urgent = await services.receive.receive(conversation, URGENT, None)

    cards = [message.reply.card for message in (*emergency.replies, *urgent.replies) if message.reply is not None]
    assert [card.phone for card in cards if card is not None] == ["911", "555-0142"]


async def test_staff_are_told_at_once(services: Services, conversation: str):
    """An open console shows the ticket without a reload."""
    with services.feed.listen(STAFF) as staff:
        await services.receive.receive(conversation, EMERGENCY, None)
        events = [staff.get_nowait() for _ in range(staff.qsize())]

    assert isinstance(events[-1], TicketChanged)
    assert events[-1].conversation_id == conversation


async def test_a_red_flag_sent_twice_under_one_id_is_one_card(services: Services, conversation: str):
    """And one ticket."""
    first = await services.receive.receive(conversation, EMERGENCY, "c1")
    again = await services.receive.receive(conversation, EMERGENCY, "c1")

    assert [message.id for message in again.replies] == [message.id for message in first.replies]
    assert len(services.tickets.inbox([TicketStatus.OPEN])[0]) == 1


async def test_the_card_is_shown_when_the_ticket_cannot_be_stored(
    services: Services, triage: Triage, conversation: str, monkeypatch: pytest.MonkeyPatch
):
    """The ticket is tried again until it is stored, and staff are told then."""
    monkeypatch.setattr(retries, "RETRY_SECONDS", (0.01,))
    tickets = FailingTickets(services.database, services.clinic, services.responses)
    receive = receive_with(services, triage, tickets)

    with services.feed.listen(STAFF) as staff:
        received = await receive.receive(conversation, EMERGENCY, None)
        (said,) = received.replies
        stored_at_once = tickets.inbox([TicketStatus.OPEN])[0]
        await asyncio.wait_for(asyncio.gather(*alarms_of(receive)), timeout=5)
        events = [staff.get_nowait() for _ in range(staff.qsize())]

    assert said.reply is not None
    assert said.reply.kind is ReplyKind.EMERGENCY
    assert stored_at_once == []
    (view,) = tickets.inbox([TicketStatus.OPEN])[0]
    assert view.urgency is Urgency.EMERGENCY
    assert TicketChanged(ticket_id=view.id, conversation_id=conversation) in events


async def test_a_text_that_could_not_be_stored_can_still_be_looked_at(services: Services):
    """Too long, or the database is down: the card is shown all the same."""
    found = services.receive.card_for(EMERGENCY + " x" * 4000)

    assert found is not None
    assert found.reply.kind is ReplyKind.EMERGENCY
    assert services.receive.card_for("does it hurt?") is None
    assert services.receive.card_for(None) is None


@pytest.mark.parametrize(
    "text", ["How common is infection after PRP?", "is there a risk of stroke", "what if I get a fever afterwards"]
)
async def test_a_question_about_dangers_is_answered_and_not_alarmed(services: Services, conversation: str, text: str):
    """Nobody who asks about risks is sent to the emergency room."""
    received = await services.receive.receive(conversation, text, None)

    assert received.handler is Handler.BOT
    assert [message.text for message in received.replies] == [f"You said: {text}"]
    assert services.tickets.inbox([TicketStatus.OPEN])[0] == []


async def test_a_crash_between_card_and_ticket_loses_neither(services: Services, triage: Triage, conversation: str):
    """The next start finds the card without its ticket and opens it; the patient does not get a second card."""
    tickets = FailingTickets(services.database, services.clinic, services.responses)
    tickets.failures = 1
    crashing = receive_with(services, triage, tickets)
    await crashing.receive(conversation, EMERGENCY, "c1")
    for task in alarms_of(crashing):
        task.cancel()
    assert services.tickets.inbox([TicketStatus.OPEN])[0] == []

    await receive_with(services, triage, services.tickets).recover()

    (view,) = services.tickets.inbox([TicketStatus.OPEN])[0]
    assert (view.urgency, view.first_line) == (Urgency.EMERGENCY, EMERGENCY)
    with services.database.read() as session:
        assert len(store.transcript(session, conversation)) == 2
        assert store.unhandled(session) == []


async def test_a_ticket_store_that_still_fails_after_a_restart_is_tried_on(
    services: Services, triage: Triage, conversation: str, monkeypatch: pytest.MonkeyPatch
):
    """Until the alert is stored."""
    monkeypatch.setattr(retries, "RETRY_SECONDS", (0.01,))
    first, second = (FailingTickets(services.database, services.clinic, services.responses) for _ in range(2))
    crashing = receive_with(services, triage, first)
    await crashing.receive(conversation, EMERGENCY, "c1")
    for task in alarms_of(crashing):
        task.cancel()

    restarted = receive_with(services, triage, second)
    await restarted.recover()
    await asyncio.wait_for(asyncio.gather(*alarms_of(restarted)), timeout=5)

    assert len(services.tickets.inbox([TicketStatus.OPEN])[0]) == 1


async def test_more_messages_than_one_look_finds_are_all_recovered(services: Services, conversation: str):
    """A long outage leaves more than a page of them."""
    with services.database.write() as session:
        for number in range(230):
            store.add_inbound(session, conversation_id=conversation, text=f"hello {number}", client_message_id=None)

    assert await services.receive.recover() == 230


async def test_a_sign_told_again_shows_the_card_again(services: Services, rasa: FakeRasa, conversation: str):
    """And adds no second ticket; in between the conversation goes on."""
    kinds = []
    for text in (EMERGENCY, "what is prp", EMERGENCY):
        received = await services.receive.receive(conversation, text, None)
        kinds.append([message.reply and message.reply.kind for message in received.replies])

    assert kinds == [[ReplyKind.EMERGENCY], [ReplyKind.SMALLTALK], [ReplyKind.EMERGENCY]]
    assert len(services.tickets.inbox([TicketStatus.OPEN])[0]) == 1
    assert rasa.heard[conversation] == ["what is prp"]


async def test_staff_who_let_go_leave_the_next_message_to_the_bot(services: Services, conversation: str):
    """Else nobody would answer it."""
    _take_over(services, conversation)
    (view,) = services.tickets.inbox([TicketStatus.ASSIGNED])[0]
    services.tickets.hand_back(view.id, FRONTDESK)

    received = await services.receive.receive(conversation, "what is prp", None)

    assert [message.text for message in received.replies] == ["You said: what is prp"]


@pytest.mark.parametrize(("level", "phone"), [("emergency", "911"), ("urgent", "555-0142"), ("crisis", "988")])
def test_a_danger_whose_rule_is_gone_still_has_a_card(services: Services, level: str, phone: str):
    """The list of signs may change between a check and the yes to it."""
    found = services.cards.of_level(level)

    assert found.reply.card is not None
    assert (found.reply.card.level, found.reply.card.phone) == (level, phone)
    assert phone in found.reply.text
    assert found.reply.card.why
    assert found.urgency is (Urgency.URGENT if level == "urgent" else Urgency.EMERGENCY)
