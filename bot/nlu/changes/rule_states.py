"""What the rules look at to predict what comes next: the last states of a conversation, put together once.

Rasa 3.6 puts the whole conversation together for it, and twice where a patient has just written: as an intent and as a
text. In training, where it also looks for rules that contradict each other, nothing is changed.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
from typing import Any

from rasa.core.featurizers.tracker_featurizers import MaxHistoryTrackerFeaturizer
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker

# The source of the methods that are replaced or gone round, as Rasa 3.6.21 has it. With another one, this module has to
# be read again.
KNOWN_SOURCE_SHA256 = "295fe219652a89f1175cc2396a2df1f2668a6cd4f26f5abb5d968ee70804a3d8"
_PUT_TOGETHER = "_states_of_frontdesk"
_own_predict = RulePolicy.predict_action_probabilities
_own_states = Policy._prediction_states  # noqa: SLF001 - there is no public way in.

States = list[dict[str, Any]]


class StatesChangedError(Exception):
    """Raised when Rasa's own way to the states of a conversation is no longer the one that this module replaces."""


def install_last_states() -> None:
    """Make Rasa put together only the states that a rule can reach, and those once for each prediction.

    Raises:
        StatesChangedError: Rasa's methods have changed.
    """
    if RulePolicy.predict_action_probabilities is predict:
        return
    if source_sha256() != KNOWN_SOURCE_SHA256:
        raise StatesChangedError(
            "Rasa puts the states of a conversation together differently now. Compare the methods that source_sha256 "
            "names with bot/nlu/changes/rule_states.py, then update KNOWN_SOURCE_SHA256."
        )
    RulePolicy.predict_action_probabilities = predict
    RulePolicy._prediction_states = last_states  # noqa: SLF001 - as above.


# Rasa reads from the signature what a policy needs of the graph.
@functools.wraps(_own_predict)
def predict(policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain, **wanted: Any) -> PolicyPrediction:
    """Predict what comes next, as Rasa's own method does, from states that are put together once.

    Args:
        policy: Whose rules.
        tracker: The conversation.
        domain: Rasa's domain.
        wanted: What else Rasa's method takes.
    """
    policy.__dict__[_PUT_TOGETHER] = []
    try:
        return _own_predict(policy, tracker, domain, **wanted)
    finally:
        del policy.__dict__[_PUT_TOGETHER]


def last_states(
    policy: RulePolicy,
    tracker: DialogueStateTracker,
    domain: Domain,
    use_text_for_last_user_input: bool = False,  # noqa: FBT001, FBT002 - Rasa's signature.
    rule_only_data: dict[str, Any] | None = None,
) -> States:
    """Give the states of a conversation, newest last: within `predict` as many as the longest rule has, else all.

    Args:
        policy: Whose rules.
        tracker: The conversation.
        domain: Rasa's domain.
        use_text_for_last_user_input: Whether what was said last is wanted as a text, not as an intent.
        rule_only_data: What Rasa's method takes for policies that learn from stories.
    """
    together: States | None = policy.__dict__.get(_PUT_TOGETHER)
    if together is None:
        whole: States = _own_states(policy, tracker, domain, use_text_for_last_user_input, rule_only_data)
        return whole
    if not together:
        together += _states(tracker, domain, _reach(policy))
    states = [{kind: dict(part) for kind, part in state.items()} for state in together]
    policy.featurizer._choose_last_user_input([states], use_text_for_last_user_input)  # noqa: SLF001 - as above.
    return states


def source_sha256() -> str:
    """Return the fingerprint of the source of Rasa's own methods."""
    methods = (
        RulePolicy._predict,  # noqa: SLF001 - as above.
        RulePolicy._find_action_from_rules,  # noqa: SLF001 - as above.
        _own_predict,
        _own_states,
        MaxHistoryTrackerFeaturizer.prediction_states,
        Domain.states_for_tracker_history,
        DialogueStateTracker.generate_all_prior_trackers,
    )
    return hashlib.sha256("".join(inspect.getsource(method) for method in methods).encode()).hexdigest()


def _reach(policy: RulePolicy) -> int:
    """Give how many states the longest rule has."""
    rules = (key for lookup in policy.lookup.values() if isinstance(lookup, dict) for key in lookup)
    return max((len(policy._rule_key_to_state(key)) for key in rules), default=1)  # noqa: SLF001 - as above.


def _states(tracker: DialogueStateTracker, domain: Domain, count: int) -> States:
    """Give the last states of a conversation: one before each action, and the present one."""
    states: States = []
    events = tracker.applied_events()
    ahead = sum(isinstance(event, ActionExecuted) for event in events) + 1
    prior = tracker.init_copy()
    for event in [*events, None]:
        if event is None or isinstance(event, ActionExecuted):
            if ahead <= count:
                states.append(domain._clean_state(domain.get_active_state(prior)))  # noqa: SLF001 - as above.
            ahead -= 1
        if event is not None:
            prior.update(event)
    return states
