"""Which policies find entities themselves, for `rasa test core`: none here.

Rasa 3.6 evaluates the entities of its TEDPolicy after every test of dialogues, whether config.yml names that policy or
not, and current scikit-learn refuses the empty lists that come of it.
"""

from __future__ import annotations

from rasa.shared.core.constants import POLICIES_THAT_EXTRACT_ENTITIES


def expect_no_policy_to_find_entities() -> None:
    """Empty Rasa's set of such policies, so that its tests of dialogues end with their report."""
    POLICIES_THAT_EXTRACT_ENTITIES.clear()
