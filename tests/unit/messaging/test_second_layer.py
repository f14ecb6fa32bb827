"""A danger that only Rasa sees gets its card, its ticket and the turn to itself, exactly as one that the rules find."""

from __future__ import annotations

import asyncio

import pytest

from bot.bootstrap import Services
from bot.confidence import CERTAIN_FROM
from bot.conversations import store
from bot.messaging import retries
from bot.messaging.feed import STAFF, TicketChanged
from bot.messaging.receive import Receive
from bot.messaging.red_flag_card import RedFlagCard
from bot.reply import Reply
from bot.staff.actor import FRONTDESK, Actor
from bot.triage import Triage
from bot.vocabulary import REPORTS, EscalationReason, Intents, ReplyKind, TicketStatus, Urgency
from tests.factories import EMERGENCY, a_conversation, a_staff_member, alarms_of, receive_with
from tests.fakes import FakeRasa
from tests.unit.messaging.test_red_flags import FailingTickets

SUBTLE = "grandpa is talking to the curtains since his appointment"
ANSWER = Reply(kind=ReplyKind.ANSWER, text="PRP is made from your own blood.")
UNRESOLVED = [TicketStatus.OPEN, TicketStatus.ASSIGNED]


@pytest.fixture
async def conversation(services: Services) -> str:
    """Give a conversation that has just started."""
    return await a_conversation(services)


@pytest.fixture
def reporting(services: Services, rasa: FakeRasa) -> FakeRasa:
    """Give a Rasa that sees an emergency in the subtle message, beside an answer."""
    card = _card(services, Intents.REPORT_EMERGENCY).reply
    rasa.answer = lambda text: [ANSWER, card] if text == SUBTLE else [ANSWER]
    rasa.reports[SUBTLE] = Intents.REPORT_EMERGENCY
    return rasa


def test_the_rules_do_not_see_it(services: Services):
    """Else these tests would show nothing."""
    assert services.cards.find(SUBTLE) is None


@pytest.mark.usefixtures("reporting")
async def test_a_card_from_rasa_is_all_that_is_said(services: Services, conversation: str):
    """The answer beside it is dropped, and staff get an emergency."""
    with services.feed.listen(STAFF) as staff:
        received = await services.receive.receive(conversation, SUBTLE, None)
        events = [staff.get_nowait() for _ in range(staff.qsize())]

    assert [message.reply and message.reply.kind for message in received.replies] == [ReplyKind.EMERGENCY]
    (view,) = services.tickets.inbox(UNRESOLVED)[0]
    assert (view.reason, view.urgency, view.first_line) == (EscalationReason.RED_FLAG, Urgency.EMERGENCY, SUBTLE)
    assert view.signs == (Intents.REPORT_EMERGENCY,)
    assert isinstance(events[-1], TicketChanged)


@pytest.mark.usefixtures("reporting")
async def test_a_card_from_rasa_is_shown_while_staff_answer(services: Services, rasa: FakeRasa, conversation: str):
    """Rasa has no turn of its own then, and is only asked whether there is a danger."""
    ticket = _taken(services, conversation)

    harmless = await services.receive.receive(conversation, "thanks, Ana", None)
    received = await services.receive.receive(conversation, SUBTLE, None)

    assert harmless.replies == ()
    assert [message.reply and message.reply.kind for message in received.replies] == [ReplyKind.EMERGENCY]
    assert rasa.heard[conversation] == []
    assert services.tickets.view(ticket).urgency is Urgency.EMERGENCY


@pytest.mark.usefixtures("reporting")
async def test_while_staff_answer_and_rasa_is_down_the_message_reaches_staff(
    services: Services, rasa: FakeRasa, conversation: str
):
    """The rules go on working; what only Rasa would see waits for the staff member's eyes."""
    _taken(services, conversation)
    rasa.down = True

    subtle = await services.receive.receive(conversation, SUBTLE, None)
    plain = await services.receive.receive(conversation, EMERGENCY, None)

    assert subtle.replies == ()
    assert [message.reply and message.reply.kind for message in plain.replies] == [ReplyKind.EMERGENCY]


@pytest.mark.usefixtures("reporting")
async def test_a_crash_while_rasa_looks_lets_the_next_start_look_again(
    services: Services, rasa: FakeRasa, conversation: str, monkeypatch: pytest.MonkeyPatch
):
    """A message to staff counts as handled only once it was looked at for a danger."""
    _taken(services, conversation)

    async def killed(_text: str) -> str | None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(rasa, "report", killed)
        with pytest.raises(asyncio.CancelledError):
            await services.receive.receive(conversation, SUBTLE, None)

    assert await services.receive.recover() == 1
    with services.database.read() as session:
        last = store.transcript(session, conversation)[-1]
    assert last.reply is not None
    assert last.reply.kind is ReplyKind.EMERGENCY


async def test_staff_who_let_go_while_rasa_looks_leave_the_message_to_the_bot(
    services: Services, reporting: FakeRasa, conversation: str, monkeypatch: pytest.MonkeyPatch
):
    """Else nobody would answer it."""
    ticket = _taken(services, conversation)

    async def let_go(_text: str) -> str | None:
        services.tickets.hand_back(ticket, FRONTDESK)
        return None

    monkeypatch.setattr(reporting, "report", let_go)
    received = await services.receive.receive(conversation, "what is prp", None)

    assert [message.text for message in received.replies] == [ANSWER.text]


async def test_the_same_message_sent_twice_is_one_card_and_one_ticket(
    services: Services, reporting: FakeRasa, conversation: str
):
    """Also when the second comes while the first is under way."""
    first, again = await asyncio.gather(
        services.receive.receive(conversation, SUBTLE, "c1"), services.receive.receive(conversation, SUBTLE, "c1")
    )

    assert [message.id for message in first.replies] == [message.id for message in again.replies]
    assert len(services.tickets.inbox(UNRESOLVED)[0]) == 1
    assert reporting.heard[conversation] == [SUBTLE]


async def test_a_sign_told_again_shows_the_card_again(services: Services, reporting: FakeRasa, conversation: str):
    """And adds no second ticket; in between the conversation goes on."""
    kinds = []
    for text in (SUBTLE, "what is prp", SUBTLE):
        received = await services.receive.receive(conversation, text, None)
        kinds.append([message.reply and message.reply.kind for message in received.replies])

    assert kinds == [[ReplyKind.EMERGENCY], [ReplyKind.ANSWER], [ReplyKind.EMERGENCY]]
    assert len(services.tickets.inbox(UNRESOLVED)[0]) == 1
    assert len(reporting.heard[conversation]) == 3


@pytest.mark.parametrize("text", [SUBTLE, EMERGENCY], ids=["second layer", "rules"])
async def test_a_crash_between_card_and_ticket_loses_neither(
    services: Services, triage: Triage, reporting: FakeRasa, conversation: str, *, text: str
):
    """The next start finds the card without its ticket and opens it; the patient does not get a second card."""
    tickets = FailingTickets(services.database, services.clinic, services.responses)
    tickets.failures = 1
    crashing = receive_with(services, triage, tickets)
    await crashing.receive(conversation, text, "c1")
    for task in alarms_of(crashing):
        task.cancel()
    assert services.tickets.inbox(UNRESOLVED)[0] == []
    reporting.down = True

    await _restarted(services, triage).recover()

    (view,) = services.tickets.inbox(UNRESOLVED)[0]
    assert (view.urgency, view.first_line) == (Urgency.EMERGENCY, text)
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

    assert len(services.tickets.inbox(UNRESOLVED)[0]) == 1


async def test_more_messages_than_one_look_finds_are_all_recovered(services: Services, conversation: str):
    """A long outage leaves more than a page of them."""
    with services.database.write() as session:
        for number in range(230):
            store.add_inbound(session, conversation_id=conversation, text=f"hello {number}", client_message_id=None)

    assert await services.receive.recover() == 230


@pytest.mark.parametrize("intent", sorted(REPORTS))
def test_every_report_has_its_card(services: Services, intent: str):
    """With the number to call, and why."""
    found = _card(services, intent)

    assert found.reply.card is not None
    assert found.reply.card.why
    level = found.reply.card.level
    assert {"emergency": "911", "urgent": "555-0142", "crisis": "988"}[level] == found.reply.card.phone
    assert found.urgency is (Urgency.URGENT if level == "urgent" else Urgency.EMERGENCY)


@pytest.mark.parametrize(
    "text",
    ["no chest pain and no trouble breathing, I only want to move my visit", "I had chest pain ten years ago"],
)
def test_what_the_rules_read_as_no_danger_gets_no_card_from_rasa(services: Services, text: str):
    """The rules read what stands around "chest pain"; what was learned only hears it."""
    assert services.cards.for_report(Intents.REPORT_EMERGENCY, text, likeness=CERTAIN_FROM - 0.01) is None


def test_what_rasa_is_certain_of_gets_its_card_whatever_the_rules_read(services: Services):
    """A question's form does not make a report harmless."""
    text = "I had chest pain ten years ago"

    assert services.cards.for_report(Intents.REPORT_EMERGENCY, text, likeness=CERTAIN_FROM) is not None


def _taken(services: Services, conversation: str) -> int:
    """Let Ana handle a conversation; give the ticket."""
    ticket = services.tickets.open(conversation, reason=EscalationReason.ASKED_FOR_PERSON)
    services.tickets.take(ticket, Actor(staff_member_id=a_staff_member(services.database), name="Ana"))
    return ticket


def _card(services: Services, intent: str) -> RedFlagCard:
    found = services.cards.for_report(intent, SUBTLE, likeness=1.0)
    assert found is not None
    return found


def _restarted(services: Services, triage: Triage) -> Receive:
    return receive_with(services, triage, services.tickets)
