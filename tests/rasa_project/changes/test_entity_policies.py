"""The tests of dialogues expect no policy to find entities."""

from __future__ import annotations

from rasa.core import test
from rasa.shared.core import constants
from rasa.shared.utils.io import read_yaml_file

from bot.nlu.changes.entity_policies import expect_no_policy_to_find_entities
from bot.nlu.project import project_path


def test_rasas_test_of_dialogues_reads_the_set_that_is_emptied():
    """It is the same object, so that emptying it counts there."""
    expect_no_policy_to_find_entities()

    assert test.POLICIES_THAT_EXTRACT_ENTITIES is constants.POLICIES_THAT_EXTRACT_ENTITIES
    assert set() == constants.POLICIES_THAT_EXTRACT_ENTITIES


def test_no_policy_of_the_project_finds_entities():
    """With one that does, the change would hide its mistakes."""
    policies = {policy["name"] for policy in read_yaml_file(project_path("config.yml"))["policies"]}

    assert policies == {"RulePolicy"}
