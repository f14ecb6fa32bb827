"""Privacy is told by clinic.yml; a wish for deletion or a copy becomes a ticket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import base
from actions.answering import ActionAnswerQuestion
from actions.person import ActionRequestPrivacy
from bot.bootstrap import Services
from bot.clinic import Retention
from bot.conversations import store
from bot.knowledge.files.readability import HIGHEST_GRADE, grade
from bot.reply import Reply
from bot.vocabulary import EscalationReason, Intents, TicketStatus
from tests.factories import a_conversation

ASKED, WANTED, COST = Intents.PRIVACY_QUESTION, Intents.PRIVACY_REQUEST, "ask_cost"
Act = Callable[..., list[Reply]]


@pytest.fixture
async def conversation(services: Services) -> str:
    """Give a conversation with a message."""
    conversation_id = await a_conversation(services)
    await services.receive.receive(conversation_id, "delete my messages", None)
    return conversation_id


@pytest.fixture
def act(services: Services, conversation: str, monkeypatch: pytest.MonkeyPatch) -> Act:
    """Let an action take a message of these intents, in order; give the replies."""
    monkeypatch.setattr(base, "services", lambda: services)

    def take(action: base.ClinicAction, *intents: str) -> list[Reply]:
        questions = [{"intent": name, "confidence": 0.9, "ranking": [], "treatments": ["prp"]} for name in intents]
        message: dict[str, Any] = {"intent": {"name": intents[0]}, "questions": questions}
        dispatcher = CollectingDispatcher()
        action.act(dispatcher, Tracker(conversation, {}, message, [], False, None, {}, "action_listen"))
        return [Reply.model_validate(said["custom"]) for said in dispatcher.messages]

    return take


def reasons(services: Services) -> list[EscalationReason]:
    """Give why there are tickets."""
    views, _counts = services.tickets.inbox(list(TicketStatus))
    return [view.reason for view in views]


def test_how_data_is_kept_is_said_by_the_clinics_file(services: Services, act: Act) -> None:
    """In a few plain words, with where to read on; it opens nothing."""
    (reply,) = act(ActionAnswerQuestion(), ASKED)

    assert "for 2 years after your last message" in reply.text
    assert "/privacy" in reply.text
    assert grade(reply.text) <= HIGHEST_GRADE
    assert reasons(services) == []


def test_what_is_kept_for_ever_is_said_to_be(services: Services, act: Act) -> None:
    """Until the patient asks."""
    keeps = services.clinic.model_copy(update={"retention": Retention(conversations="")})
    object.__setattr__(services, "clinic", keeps)

    (reply,) = act(ActionAnswerQuestion(), ASKED)

    assert "until you ask us to delete it" in reply.text


@pytest.mark.parametrize("intents", [(ASKED, COST), (COST, ASKED)])
def test_a_question_beside_it_is_answered_too(act: Act, intents: tuple[str, str]) -> None:
    """In the order in which they were asked."""
    replies = act(ActionAnswerQuestion(), *intents)

    assert {reply.kind.value for reply in replies} == {"answer", "smalltalk"}
    assert (replies[0].kind.value == "smalltalk") is (intents[0] == ASKED)


def test_who_wants_their_messages_deleted_gets_a_ticket(services: Services, act: Act) -> None:
    """Staff do it, once they know who asks: so a contact is asked for."""
    said, promised, asked = act(ActionRequestPrivacy(), WANTED)

    assert "make sure that it is you" in said.text
    assert promised.ticket is not None
    assert "phone number or email" in asked.text
    assert reasons(services) == [EscalationReason.PRIVACY]


def test_nobody_is_asked_for_a_contact_that_is_known(services: Services, act: Act, conversation: str) -> None:
    """As with every other ticket."""
    with services.database.write() as session:
        store.set_contact(session, conversation, name=None, phone="+13125550142", email=None)

    assert len(act(ActionRequestPrivacy(), WANTED)) == 2


@pytest.mark.parametrize(
    ("action", "intents"),
    [
        (ActionRequestPrivacy, (WANTED, COST)),
        (ActionAnswerQuestion, (COST, WANTED)),
        (ActionAnswerQuestion, (COST, Intents.ASK_PERSON, WANTED)),
    ],
)
def test_what_is_asked_beside_the_wish_is_answered_first(
    services: Services, act: Act, action: type[base.ClinicAction], intents: tuple[str, ...]
) -> None:
    """And the ticket says what it is for."""
    replies = act(action(), *intents)

    assert [reply.kind.value for reply in replies] == ["answer", "escalated", "escalated", "escalated"]
    assert reasons(services) == [EscalationReason.PRIVACY]
