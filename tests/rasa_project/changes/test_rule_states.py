"""The last states of a conversation are those that Rasa puts together, and lead to the same predictions."""

from __future__ import annotations

import inspect
import json

import pytest
from rasa.core.policies.policy import Policy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    BotUttered,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlu.changes import rule_states
from bot.nlu.changes.rule_states import StatesChangedError, install_last_states, last_states, predict

OWN_PREDICT = RulePolicy.predict_action_probabilities
OWN_STATES = Policy._prediction_states
DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [ask_cost, ask_person, greet]
entities: [treatment]
slots:
  found: {type: bool, influence_conversation: true, mappings: [{type: custom}]}
actions: [action_answer, action_ticket]
""")
RULES = {
    ("action_listen", "ask_cost"): "action_answer",
    ("action_listen", "ask_person"): "action_ticket",
}
LOOKUP = {
    json.dumps([{"prev_action": {"action_name": action}, "user": {"intent": intent}}]): then
    for (action, intent), then in RULES.items()
} | {
    json.dumps(
        [
            {"prev_action": {"action_name": "action_listen"}, "user": {"intent": intent}},
            {"prev_action": {"action_name": then}, "user": {"intent": intent}},
        ]
    ): "action_listen"
    for (_, intent), then in RULES.items()
}


def turn(intent, action, *events):
    """Give the events of one turn, up to where Rasa listens again."""
    said = UserUttered(f"about {intent}", {"name": intent}, [{"entity": "treatment", "value": "prp"}])
    return [said, ActionExecuted(action), *events, ActionExecuted("action_listen")]


START = [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]
ASKED = UserUttered("what does it cost", {"name": "ask_cost"})
CONVERSATIONS = {
    "nothing yet": [],
    "the first message": [*START, ASKED],
    "after the action": [*START, ASKED, ActionExecuted("action_answer"), SlotSet("found", True)],
    "a long one": [*START, *turn("ask_cost", "action_answer", BotUttered("150")) * 8, ASKED],
    "slots of before": [*START, *turn("ask_cost", "action_answer", SlotSet("found", True)), ASKED],
    "no rule": [*START, *turn("ask_cost", "action_answer"), UserUttered("hi", {"name": "greet"})],
    "started anew": [*START, *turn("ask_cost", "action_answer"), Restarted(), ActionExecuted("action_listen"), ASKED],
    "taken back": [*START, *turn("ask_cost", "action_answer"), ASKED, UserUtteranceReverted(), ASKED],
    "action taken back": [*START, ASKED, ActionExecuted("action_answer"), ActionReverted()],
}


@pytest.fixture
def policy(model_storage, monkeypatch):
    """Return a policy with rules, as it serves."""
    monkeypatch.setattr(RulePolicy, "_prediction_states", last_states)
    context = ExecutionContext(GraphSchema({}), "test")
    made = RulePolicy.create(RulePolicy.get_default_config(), model_storage, Resource("rules"), context)
    made.lookup = {"rules": LOOKUP, "rules_for_loop_unhappy_path": {}, "rules_not_in_stories": list(LOOKUP)}
    return made


@pytest.fixture(params=CONVERSATIONS, ids=str)
def tracker(request):
    """Return a conversation."""
    return DialogueStateTracker.from_events("c1", CONVERSATIONS[request.param], DOMAIN.slots)


def _as_rasa_predicts(policy, tracker):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RulePolicy, "_prediction_states", OWN_STATES)
        return OWN_PREDICT(policy, tracker, DOMAIN)


def test_the_prediction_is_rasas(policy, tracker):
    """What comes next, and whether the turn counts as one of rules only."""
    expected = _as_rasa_predicts(policy, tracker)

    assert predict(policy, tracker, DOMAIN) == expected


@pytest.mark.parametrize("as_text", [True, False])
def test_the_states_are_the_last_of_rasas(policy, tracker, as_text):
    """As many as the longest rule has."""
    policy.__dict__[rule_states._PUT_TOGETHER] = []

    for _ in range(2):
        assert last_states(policy, tracker, DOMAIN, as_text) == OWN_STATES(policy, tracker, DOMAIN, as_text)[-2:]


def test_outside_of_a_prediction_all_states_are_given(policy):
    """Training compares whole conversations."""
    tracker = DialogueStateTracker.from_events("c1", CONVERSATIONS["a long one"], DOMAIN.slots)
    predict(policy, tracker, DOMAIN)

    assert len(last_states(policy, tracker, DOMAIN)) > 10


def test_training_finds_what_the_policy_needs():
    """Rasa puts its graph together from the names of the method's arguments."""
    names = list(inspect.signature(RulePolicy.predict_action_probabilities).parameters)

    assert names == list(inspect.signature(rule_states._own_predict).parameters)


def test_changed_rasa_is_refused(monkeypatch):
    """Rather no start than another prediction."""
    monkeypatch.setattr(RulePolicy, "predict_action_probabilities", OWN_PREDICT)
    assert rule_states.source_sha256() == rule_states.KNOWN_SOURCE_SHA256
    monkeypatch.setattr(rule_states, "KNOWN_SOURCE_SHA256", "0" * 64)

    with pytest.raises(StatesChangedError, match="KNOWN_SOURCE_SHA256"):
        install_last_states()
