"""Rules are found by the last action and intent, and the same ones as by Rasa's own way."""

from __future__ import annotations

import json
from itertools import product

import pytest
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.resource import Resource

from bot.nlu.changes import rule_lookup
from bot.nlu.changes.rule_lookup import RulesChangedError, fitting_keys, install_rule_lookup

OWN_KEYS = RulePolicy._get_possible_keys
NOT_SET = "should_not_be_set"


def state(action=None, intent=None, **slots):
    """Give a state as rules and conversations have it."""
    parts = {
        "prev_action": {"action_name": action} if action else {},
        "user": {"intent": intent} if intent else {},
        "slots": {name: list(value) for name, value in slots.items()},
    }
    return {kind: part for kind, part in parts.items() if part}


RULES = [
    [state("action_listen", "ask_cost")],
    [state("action_listen", "ask_cost"), state("action_answer", "ask_cost")],
    [state("action_listen", "ask_person"), state("action_open_ticket", "ask_person")],
    [state("action_listen", "ask_cost", found=[1.0])],
    [state("action_answer")],
    [state("action_listen")],
    # At the beginning of a conversation, which Rasa does not compare any further.
    [state()],
    [state(intent="ask_cost")],
    [state(), state("action_listen", "ask_cost")],
    [{"prev_action": {"action_name": NOT_SET}, "user": {"intent": "ask_cost"}}],
    [{"prev_action": {"action_name": "action_listen"}, "user": {"intent": NOT_SET}}],
    [{"prev_action": {"action_name": "action_listen"}, "slots": {"found": NOT_SET}}],
    [{"prev_action": {"action_text": "hello"}}],
    [{"prev_action": {"action_name": "action_listen"}, "active_loop": {"name": "contact_form"}}],
]
LOOKUP = {json.dumps(rule): "action_listen" for rule in RULES}
SEEN = [
    state(action, intent, **slots)
    for action in (None, "action_listen", "action_answer")
    for intent in (None, "ask_cost", "ask_person")
    for slots in ({}, {"found": [1.0]}, {"found": [0.0]})
]
SEEN += [
    {"prev_action": {"action_text": "hello"}},
    {"prev_action": {"action_name": "action_listen"}, "user": {"text": "what does it cost"}},
    {**state("action_listen", "ask_cost"), "active_loop": {"name": "contact_form"}},
]
# As a state has them: what JSON holds as a list is a tuple there.
for _seen in SEEN:
    if "slots" in _seen:
        _seen["slots"] = {name: tuple(value) for name, value in _seen["slots"].items()}


@pytest.fixture
def policy(model_storage):
    """Return a policy that has learned nothing."""
    context = ExecutionContext(GraphSchema({}), "test")
    return RulePolicy.create(RulePolicy.get_default_config(), model_storage, Resource("rules"), context)


@pytest.mark.parametrize("length", [0, 1, 2, 3])
def test_it_finds_what_rasa_finds(policy, length):
    """For every conversation of up to three of these states."""
    found = set()
    for states in product(SEEN, repeat=length):
        expected = OWN_KEYS(policy, LOOKUP, list(states))
        assert fitting_keys(policy, LOOKUP, list(states)) == expected
        found |= expected
    assert found


def test_another_set_of_rules_is_looked_up_anew(policy):
    """Training has several, one after the other."""
    states = [state("action_listen", "ask_cost")]
    fitting_keys(policy, LOOKUP, states)
    other = {json.dumps([state("action_listen", "ask_cost")]): "action_listen"}

    assert fitting_keys(policy, other, states) == set(other)


def test_changed_rasa_is_refused(monkeypatch):
    """Rather no start than a rule that is not found."""
    monkeypatch.setattr(RulePolicy, "_get_possible_keys", OWN_KEYS)
    assert rule_lookup.source_sha256() == rule_lookup.KNOWN_SOURCE_SHA256
    monkeypatch.setattr(rule_lookup, "KNOWN_SOURCE_SHA256", "0" * 64)

    with pytest.raises(RulesChangedError, match="KNOWN_SOURCE_SHA256"):
        install_rule_lookup()
