"""A card on the rules' word alone is doubted by what Rasa has learned; a doubt that does not come is none."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.confidence import DOUBTED_BELOW
from bot.messaging.waking import Waking
from bot.reply import Reply
from bot.vocabulary import ReplyKind, TicketStatus
from tests.factories import EMERGENCY, a_conversation
from tests.fakes import FakeRasa

ANSWER = Reply(kind=ReplyKind.ANSWER, text="PRP is made from your own blood.")
CRISIS = "I want to kill myself"
ASKED = "how many benadryl can you take before you die"


@pytest.fixture
async def conversation(services: Services) -> str:
    """Give a conversation that has just started."""
    return await a_conversation(services)


@pytest.fixture
def doubting(rasa: FakeRasa) -> FakeRasa:
    """Give a Rasa that finds neither message anything like a report."""
    rasa.answer = lambda _text: [ANSWER]
    rasa.likenesses = {EMERGENCY: DOUBTED_BELOW - 0.01, CRISIS: 0.0, ASKED: 0.0}
    return rasa


async def _kinds(services: Services, conversation: str, text: str) -> list[ReplyKind]:
    received = await services.receive.receive(conversation, text, None)
    return [message.reply.kind for message in received.replies if message.reply is not None]


@pytest.mark.usefixtures("doubting")
async def test_a_doubted_card_gives_way_to_the_answer(services: Services, conversation: str):
    """And no ticket is opened."""
    assert await _kinds(services, conversation, EMERGENCY) == [ReplyKind.ANSWER]
    assert not services.tickets.inbox(list(TicketStatus))[0]


async def test_a_likeness_at_the_limit_leaves_the_card(services: Services, conversation: str, doubting: FakeRasa):
    """Only what is less like a report than that is doubted."""
    doubting.likenesses[EMERGENCY] = DOUBTED_BELOW

    assert await _kinds(services, conversation, EMERGENCY) == [ReplyKind.EMERGENCY]


async def test_without_rasa_the_rules_are_believed(services: Services, conversation: str, doubting: FakeRasa):
    """Danger first: the look by the rules needs nothing else to be up."""
    doubting.down = True

    assert await _kinds(services, conversation, EMERGENCY) == [ReplyKind.EMERGENCY]


async def test_a_waking_rasa_is_not_waited_for(
    services: Services, conversation: str, doubting: FakeRasa, monkeypatch: pytest.MonkeyPatch
):
    """Neither asked: a card comes at once."""

    async def asked(_text: str, *, within: float) -> float:
        raise AssertionError(within)

    monkeypatch.setattr(doubting, "likeness", asked)
    monkeypatch.setattr(Waking, "is_on", property(lambda _waking: True))

    assert await _kinds(services, conversation, EMERGENCY) == [ReplyKind.EMERGENCY]


@pytest.mark.usefixtures("doubting")
@pytest.mark.parametrize("text", [CRISIS, ASKED])
async def test_thoughts_of_suicide_are_never_doubted(services: Services, conversation: str, text: str):
    """Told, or asked like any question, whatever was learned of words."""
    assert await _kinds(services, conversation, text) == [ReplyKind.EMERGENCY]


@pytest.mark.usefixtures("doubting")
async def test_a_doubted_card_raises_no_alarm_on_an_open_request(services: Services, conversation: str):
    """The message stands in the conversation that waits for staff, as any other does."""
    received = await services.receive.ask_for_person(conversation)
    (ticket,) = {message.reply.ticket for message in received.replies if message.reply and message.reply.ticket}

    assert await _kinds(services, conversation, EMERGENCY) == [ReplyKind.ANSWER]
    (view,) = services.tickets.inbox([TicketStatus.OPEN])[0]
    assert (view.id, view.signs) == (ticket, ())
