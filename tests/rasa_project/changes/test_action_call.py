"""What the action server is told: this turn as Rasa tells it, what was before in short."""

from __future__ import annotations

import json

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.nlu.changes import action_call
from bot.nlu.changes.action_call import short_call

OWN_CALL = RemoteAction._action_call_format
DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [ask_cost]
slots:
  topic: {type: text, mappings: [{type: custom}]}
actions: [action_answer_question, {action_with_domain: {send_domain: true}}]
""")
PARSED = {
    "text": "what does it cost",
    "intent": {"name": "ask_cost"},
    "entities": [],
    "questions": [{"intent": "ask_cost"}],
}


@pytest.fixture
def tracker():
    """Give a conversation of two messages."""
    events = [ActionExecuted("action_listen")]
    for text in ("and prp", "what does it cost"):
        events += [
            UserUttered(text, PARSED["intent"], [], {**PARSED, "text": text}),
            ActionExecuted("action_answer_question"),
            BotUttered("150 dollars"),
            SlotSet("topic", "cost"),
        ]
    return DialogueStateTracker.from_events("c1", events, DOMAIN.slots)


def action(name="action_answer_question", *, selective=True):
    """Give an action of the action server."""
    return RemoteAction(name, EndpointConfig("http://127.0.0.1:5055/webhook", enable_selective_domain=selective))


def test_all_but_the_events_is_what_rasa_tells(tracker):
    """Slots and the latest message, with all that was understood of it."""
    ours, own = (call(action(), tracker, DOMAIN) for call in (short_call, OWN_CALL))

    ours["tracker"].pop("events")
    own["tracker"].pop("events")
    assert ours == own
    assert ours["tracker"]["latest_message"]["questions"] == [{"intent": "ask_cost"}]


def test_events_stand_in_order_with_kind_time_and_slot(tracker):
    """That is what tells how long ago there was an answer."""
    ours, own = (call(action(), tracker, DOMAIN)["tracker"]["events"] for call in (short_call, OWN_CALL))

    for key in ("event", "timestamp"):
        assert [event[key] for event in ours] == [event[key] for event in own]
    assert [event["name"] for event in ours if event["event"] == "slot"] == ["topic", "topic"]


def test_nothing_that_was_said_before_is_told_again(tracker):
    """It was most of what was sent."""
    assert "and prp" not in json.dumps(short_call(action(), tracker, DOMAIN))


@pytest.mark.parametrize(("name", "selective"), [("action_with_domain", True), ("action_answer_question", False)])
def test_the_domain_goes_where_rasa_sends_it(tracker, name, selective):
    """To an action that asks for it, and to all where endpoints.yml says so."""
    call = short_call(action(name, selective=selective), tracker, DOMAIN)

    assert call["domain"] == DOMAIN.as_dict()


def test_changed_rasa_is_refused(monkeypatch):
    """Rather no start than a call that leaves something out."""
    monkeypatch.setattr(RemoteAction, "_action_call_format", OWN_CALL)
    assert action_call.source_sha256() == action_call.KNOWN_SOURCE_SHA256
    monkeypatch.setattr(action_call, "KNOWN_SOURCE_SHA256", "0" * 64)

    with pytest.raises(action_call.ActionCallChangedError, match="KNOWN_SOURCE_SHA256"):
        action_call.install_short_call()
