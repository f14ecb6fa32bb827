"""Which rules fit a conversation, looked up by the last action and intent, and no further back than a rule reaches.

Rasa 3.6 tries every rule on every state of the whole conversation, three times a message.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.constants import PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

# The source of the methods that say when a rule fits, as Rasa 3.6.21 has it. With another one, this module has to be
# read again.
KNOWN_SOURCE_SHA256 = "6e091b30db788de1c57e65382c018c29c54c59ca3df972c60bfb2d4b77bf12f8"
_INDEX = "_rules_looked_up_by_frontdesk"

State = Mapping[str, Mapping[str, Any]]
Index = Mapping[tuple[Hashable, Hashable], Sequence[tuple[str, int]]]
"""For an action and an intent, each None where a rule asks for none: the keys of the rules, and how far they reach."""


class RulesChangedError(Exception):
    """Raised when Rasa's own look at the rules is no longer the one that this module replaces."""


def install_rule_lookup() -> None:
    """Make Rasa try only the rules that may fit.

    Raises:
        RulesChangedError: Rasa's methods have changed.
    """
    if RulePolicy._get_possible_keys is fitting_keys:  # noqa: SLF001 - there is no public way in.
        return
    if source_sha256() != KNOWN_SOURCE_SHA256:
        raise RulesChangedError(
            "Rasa looks for fitting rules differently now. Compare RulePolicy._get_possible_keys, _is_rule_applicable "
            "and _does_rule_match_state with bot/nlu/changes/rule_lookup.py, then update KNOWN_SOURCE_SHA256."
        )
    RulePolicy._get_possible_keys = fitting_keys  # noqa: SLF001 - as above.


def fitting_keys(policy: RulePolicy, lookup: dict[str, str], states: Sequence[State]) -> set[str]:
    """Give the keys of the rules that fit a conversation, as Rasa's own method does.

    Args:
        policy: Whose rules.
        lookup: What each rule predicts.
        states: The conversation, oldest first.
    """
    if not states:
        return set(lookup)
    last = states[-1]
    action, intent = last.get(PREVIOUS_ACTION, {}).get(ACTION_NAME), last.get(USER, {}).get(INTENT)
    index = _index(policy, lookup)
    backwards = states[::-1]
    return {
        key
        for wanted in {(action, intent), (action, None), (None, intent), (None, None)}
        for key, reach in index.get(wanted, ())
        # Beyond its reach a rule fits whatever was said.
        if all(policy._is_rule_applicable(key, back, state) for back, state in enumerate(backwards[:reach]))  # noqa: SLF001
    }


def source_sha256() -> str:
    """Return the fingerprint of the source of Rasa's own methods."""
    methods = (RulePolicy._get_possible_keys, RulePolicy._is_rule_applicable, RulePolicy._does_rule_match_state)  # noqa: SLF001
    return hashlib.sha256("".join(inspect.getsource(method) for method in methods).encode()).hexdigest()


def _index(policy: RulePolicy, lookup: dict[str, str]) -> Index:
    """Give the index of a policy's rules, made once for each set of them; training has several."""
    kept, index = policy.__dict__.get(_INDEX, (None, {}))
    if kept != lookup.keys():
        made: dict[tuple[Hashable, Hashable], list[tuple[str, int]]] = {}
        for key in lookup:
            rule = policy._rule_key_to_state(key)  # noqa: SLF001 - as above.
            made.setdefault(_asked(rule[-1]), []).append((key, len(rule)))
        index = made
        policy.__dict__[_INDEX] = (frozenset(lookup), index)
    found: Index = index
    return found


def _asked(state: State) -> tuple[Hashable, Hashable]:
    """Give the action and the intent that a rule asks for last; None for any.

    A rule that names no action is about the beginning of a conversation, where Rasa does not look at the intent.
    """
    if not state.get(PREVIOUS_ACTION):
        return None, None
    values = (state[PREVIOUS_ACTION].get(ACTION_NAME), state.get(USER, {}).get(INTENT))
    action, intent = (value if isinstance(value, str) and value != SHOULD_NOT_BE_SET else None for value in values)
    return action or None, intent or None
