"""Whole dialogues without a browser: each in a conversation of its own, replies turn by turn, in order."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.evaluation.dialogue import Dialogue, talk, talk_all
from bot.reply import Reply
from bot.settings import ROOT
from bot.staff.actor import Actor
from bot.triage import Triage
from bot.triage.content import read_rulebook
from bot.triage.danger_model import Reading
from bot.vocabulary import EscalationReason, ReplyKind
from tests.factories import EMERGENCY, a_staff_member
from tests.fakes import FakeRasa


class Plain:
    """A model that finds a danger in one message only: what it makes of "one 7" is none of these tests."""

    def read(self, text: str) -> Reading:
        """Give the danger, or none."""
        danger = 1.0 if text == EMERGENCY else 0.0
        return Reading(danger=danger, emergency=danger, crisis=0.0, sign="")


@pytest.fixture
def triage() -> Triage:
    """The clinic's phrases with that model."""
    return Triage(read_rulebook(ROOT / "data" / "knowledge" / "red_flags.yml"), Plain())


async def test_each_turn_gets_its_replies(services: Services, rasa: FakeRasa):
    """Several to one turn, where the bot said several things."""
    rasa.answer = lambda text: [Reply(kind=ReplyKind.SMALLTALK, text=part) for part in text.split(",")]

    talked = await talk(services, Dialogue(id="d", turns=("one", "two,three")))

    assert [[reply.text for reply in replies] for replies in talked.replies] == [["one"], ["two", "three"]]
    assert talked.dialogue.id == "d"


async def test_a_turn_that_cannot_be_taken_gets_its_error_as_a_reply(services: Services):
    """The dialogue goes on."""
    talked = await talk(services, Dialogue(id="d", turns=("", "hello")))

    (refused,), (answered,) = talked.replies
    assert refused.kind is ReplyKind.NO_ANSWER
    assert "empty" in refused.text
    assert answered.text == "You said: hello"


async def test_a_red_flag_gets_its_card(services: Services):
    """The same road as the web chat."""
    talked = await talk(services, Dialogue(id="d", turns=(EMERGENCY,)))

    assert talked.replies[0][0].kind is ReplyKind.EMERGENCY


async def test_a_turn_while_staff_handle_the_conversation_is_of_kind_staff(services: Services, rasa: FakeRasa):
    """Stored and passed on; the bot says nothing."""
    ana = a_staff_member(services.database)

    def escalate(_text: str) -> list[Reply]:
        (conversation,) = rasa.heard
        ticket = services.tickets.open(conversation, reason=EscalationReason.ASKED_FOR_PERSON)
        services.tickets.take(ticket, Actor(staff_member_id=ana, name="Ana"))
        return []

    rasa.answer = escalate

    talked = await talk(services, Dialogue(id="d", turns=("a person please", "hello?")))

    assert [reply.kind for reply in talked.replies[1]] == [ReplyKind.STAFF]


async def test_many_dialogues_come_back_in_their_order(services: Services, rasa: FakeRasa):
    """Some are held at the same time, none hears another's words."""
    dialogues = [Dialogue(id=str(number), turns=(f"one {number}", f"two {number}")) for number in range(20)]

    talked = [item async for item in talk_all(services, dialogues)]

    assert [item.dialogue.id for item in talked] == [dialogue.id for dialogue in dialogues]
    assert all(
        [reply.text for replies in item.replies for reply in replies]
        == [f"You said: {turn}" for turn in item.dialogue.turns]
        for item in talked
    )
    assert len(rasa.heard) == 20
