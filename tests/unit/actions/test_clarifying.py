"""A message with two likely readings that have the same answer gets it; any other is asked back."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import base
from actions.clarifying import ActionClarify
from bot.bootstrap import Services
from bot.reply import Reply


def _replies(
    services: Services, monkeypatch: pytest.MonkeyPatch, ranking: dict[str, float], *named: str
) -> list[Reply]:
    monkeypatch.setattr(base, "services", lambda: services)
    entries = [{"name": name, "confidence": sure} for name, sure in ranking.items()]
    question: dict[str, Any] = {
        "intent": entries[0]["name"], "confidence": entries[0]["confidence"], "ranking": entries,
        "treatments": ["prp"], "conditions": list(named),
    }  # fmt: skip
    message = {"intent": {"name": "nlu_fallback"}, "intent_ranking": entries, "questions": [question]}
    dispatcher = CollectingDispatcher()
    tracker = Tracker("conversation", {}, message, [], False, None, {}, "action_listen")
    ActionClarify().act(dispatcher, tracker)
    return [Reply.model_validate(said["custom"]) for said in dispatcher.messages]


TORN = {"ask_conditions_treated": 0.38, "ask_effectiveness": 0.3, "ask_result_duration": 0.1}


def test_two_readings_with_one_answer_are_answered(services: Services, monkeypatch: pytest.MonkeyPatch):
    """As sure as both are together."""
    (reply,) = _replies(services, monkeypatch, TORN, "tennis_elbow")

    assert reply.text.startswith("For tennis elbow, PRP")
    assert reply.confidence == pytest.approx(0.68)


@pytest.mark.parametrize(
    ("ranking", "named"),
    [
        (TORN, ()),
        ({"ask_conditions_treated": 0.17, "ask_effectiveness": 0.15}, ("tennis_elbow",)),
        ({"ask_cost": 0.38, "ask_conditions_treated": 0.3, "ask_effectiveness": 0.2}, ("tennis_elbow",)),
    ],
)
def test_anything_else_is_asked_back(
    services: Services, monkeypatch: pytest.MonkeyPatch, ranking: dict[str, float], named: tuple[str, ...]
):
    """No condition, too unsure, or likelier something else."""
    (reply,) = _replies(services, monkeypatch, ranking, *named)

    assert reply.kind.value == "clarify"
