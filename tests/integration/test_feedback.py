"""Thumbs under an answer: stored by answer and version, a person offered at the second down, a queue for staff."""

from __future__ import annotations

from typing import Any

import pytest

from bot.bootstrap import Services
from bot.knowledge.answering.question import Question
from tests.chat_tester import ChatTester, csrf_token_of
from tests.fakes import FakeRasa
from tests.integration.edge import NewChat

ASKED = "how many PRP visits will there be?"


@pytest.fixture
def answered(services: Services, rasa: FakeRasa, new_chat: NewChat) -> ChatTester:
    """Give a chat in which every question gets the answer on the number of PRP visits."""
    question = Question(topic="session_count", treatments=("prp",))
    rasa.answer = lambda _text: list(services.answering.answer(question, ()).replies)
    return new_chat()


def ask(chat: ChatTester) -> int:
    """Ask; give the id of the message that answers."""
    return int(chat.patient_says(ASKED)[-1]["id"])


def judge(chat: ChatTester, message_id: int, *, helpful: bool, reason: str | None = None) -> Any:
    """Press a thumb."""
    body = {"helpful": helpful, "reason": reason}
    return chat.patient.post(f"{chat.path}/messages/{message_id}/feedback", json=body, headers=chat.bearer)


def page(chat: ChatTester) -> str:
    """Open the queue as staff."""
    chat.staff_signs_in()
    return str(chat.staff.get("/staff/knowledge/feedback").text)


def test_a_thumbs_down_reaches_the_queue_with_its_reason(answered: ChatTester):
    """Under the answer that was given, with the question that led to it."""
    message = ask(answered)
    judge(answered, message, helpful=False)

    response = judge(answered, message, helpful=False, reason="not_enough")

    assert response.json() == {"messages": []}
    shown = page(answered)
    assert "prp.session_count" in shown
    assert "Not enough detail" in shown
    assert ASKED in shown
    assert "0 helped, 1 not" in shown


def test_a_thumbs_up_is_counted_and_waits_for_nobody(answered: ChatTester):
    """Nothing to do."""
    assert judge(answered, ask(answered), helpful=True).status_code == 200

    assert "No feedback waits" in page(answered)


def test_the_second_down_offers_a_person_once(answered: ChatTester):
    """Two answers that did not help, not one answer judged twice."""
    first, second, third = ask(answered), ask(answered), ask(answered)
    assert judge(answered, first, helpful=False).json()["messages"] == []
    assert judge(answered, first, helpful=False, reason="too_hard").json()["messages"] == []

    (offer,) = judge(answered, second, helpful=False).json()["messages"]

    assert offer["reply"]["kind"] == "no_answer"
    assert [option["intent"] for option in offer["reply"]["options"]] == ["ask_person", "deny"]
    assert judge(answered, third, helpful=False).json()["messages"] == []


def test_a_changed_mind_replaces_the_first(answered: ChatTester):
    """The patient pressed the wrong one."""
    message = ask(answered)
    judge(answered, message, helpful=False)

    judge(answered, message, helpful=True)

    assert "No feedback waits" in page(answered)


def test_what_was_looked_at_leaves_the_queue(answered: ChatTester):
    """A new thumbs down brings the answer back."""
    judge(answered, ask(answered), helpful=False)
    token = csrf_token_of(page(answered))
    answered.staff.post("/staff/knowledge/answers/prp.session_count/feedback", data={"csrf_token": token})
    assert "No feedback waits" in page(answered)

    judge(answered, ask(answered), helpful=False)

    assert "prp.session_count" in page(answered)


def test_only_ones_own_answers_can_be_judged(answered: ChatTester, new_chat: NewChat):
    """Not another patient's, not a question, not what is not there."""
    message = ask(answered)
    other = new_chat()
    other.patient_says("hello")

    assert judge(other, message, helpful=False).status_code == 404
    assert judge(answered, message - 1, helpful=False).status_code == 404
    assert judge(answered, 999_999, helpful=False).status_code == 404
    assert judge(answered, message, helpful=False, reason="rude words").status_code == 422
