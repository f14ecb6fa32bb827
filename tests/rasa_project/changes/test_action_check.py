"""The compiled check of the action server's answers does what Rasa's own does."""

from __future__ import annotations

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from bot.nlu.changes import action_check

ANSWERS = [
    ({"events": [], "responses": []}, True),
    ({"events": [{"event": "slot", "name": "topic", "value": "cost"}], "responses": [{"text": "hello"}]}, True),
    ({"events": [{"name": "topic"}], "responses": []}, False),
    ({"events": "none", "responses": []}, False),
    ({"responses": "none"}, False),
    ([], False),
    ({"events": [{"event": "slot", "name": "topic", "value": None, "timestamp": 1.5, "metadata": {}}]}, True),
    ({"events": [{"event": "slot", "name": "topic", "value": "cost", "timestamp": True}]}, False),
    ({"events": [{"event": "slot", "name": "topic", "value": "cost", "metadata": "none"}]}, False),
    ({"events": [{"event": "slot", "name": 7, "value": "cost"}]}, False),
    ({"events": [{"event": "slot", "name": "topic"}]}, False),
    ({"events": [{"event": "followup", "name": "action_listen"}], "responses": []}, True),
    ({"events": [{"event": "nonsense"}], "responses": []}, False),
    ({"events": ["slot"], "responses": []}, False),
    ({"events": [], "responses": ["hello"]}, False),
]
OWN_CHECK = RemoteAction._validate_action_result


@pytest.fixture
def installed():
    """Install the compiled check, and take it out again."""
    action_check.install_compiled_check()
    yield
    RemoteAction._validate_action_result = OWN_CHECK


def accepts(check, answer):
    """Say whether a check accepts an answer."""
    try:
        return check(RemoteAction("action_answer_question", None), answer)
    except ValidationError:
        return False


def test_rasa_still_has_the_method_that_is_replaced():
    """After an update of Rasa the replacement must be compared with the new method."""
    assert action_check.source_sha256() == action_check.KNOWN_SOURCE_SHA256


@pytest.mark.parametrize(("answer", "good"), ANSWERS)
def test_both_checks_agree(answer, good):
    """What Rasa refuses is refused, what it accepts is accepted."""
    assert accepts(OWN_CHECK, answer) is good
    assert accepts(action_check.check_action_result, answer) is good


@pytest.mark.parametrize(("answer", "good"), ANSWERS)
def test_nothing_that_rasa_refuses_is_plain(answer, good):
    """The glance alone lets through only what the schema would."""
    assert good or not action_check.is_plain(answer)


def test_what_our_actions_answer_is_plain():
    """So no schema is gone through in a usual turn."""
    slot = {"event": "slot", "timestamp": None, "name": "topic", "value": "cost"}

    assert action_check.is_plain({"events": [slot], "responses": [{"custom": {"kind": "answer"}}]})


def test_installing_twice_is_harmless(installed):
    """The launcher may run more than once in a process."""
    action_check.install_compiled_check()

    assert RemoteAction._validate_action_result is action_check.check_action_result


def test_changed_rasa_is_refused(monkeypatch):
    """Rather no start than a lost check."""
    monkeypatch.setattr(action_check, "KNOWN_SOURCE_SHA256", "0" * 64)

    with pytest.raises(action_check.ActionCheckError, match="KNOWN_SOURCE_SHA256"):
        action_check.install_compiled_check()
