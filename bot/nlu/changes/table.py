"""Every change that is made to Rasa while it runs: what, why, and which test guards it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.nlu.changes.action_call import install_short_call
from bot.nlu.changes.action_check import install_compiled_check
from bot.nlu.changes.domain_check import install_known_emptiness
from bot.nlu.changes.entity_policies import expect_no_policy_to_find_entities
from bot.nlu.changes.event_lookup import install_cached_lookup
from bot.nlu.changes.graph_run import install_ordered_run
from bot.nlu.changes.kept_connection import install_kept_connection
from bot.nlu.changes.kept_memory import install_kept_memory
from bot.nlu.changes.model_packing import install_quick_packing
from bot.nlu.changes.rule_lookup import install_rule_lookup
from bot.nlu.changes.rule_states import install_last_states
from bot.nlu.changes.stand_in import install
from bot.nlu.changes.training_cache import install_no_cache
from bot.nlu.changes.training_files import install_quick_reading


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change to Rasa.

    Attributes:
        what: What is other than Rasa's makers wrote it.
        why: What for, with what it gains.
        guarded_by: The test that fails when Rasa's own code is no longer the one that was changed.
        install: Makes the change; called twice, it does no harm.
    """

    what: str
    why: str
    guarded_by: str
    install: Callable[[], None]


CHANGES = (
    Change(
        what="Modules built on TensorFlow, and libraries of channels and stores, are stood in for by empty classes.",
        why="Rasa imports all of them at every start: 1 GB of disk and some 300 MB of memory that serve nobody here.",
        guarded_by="tests/rasa_project/changes/test_stand_in.py",
        install=install,
    ),
    Change(
        what="What the action server answers is checked at a glance, and by a schema only if it is unusual.",
        why="Rasa examines the schema itself on each call, half of a turn's time; the check by it takes 0.6 ms more.",
        guarded_by="tests/rasa_project/changes/test_action_check.py",
        install=install_compiled_check,
    ),
    Change(
        what="Which class an event's name stands for is remembered.",
        why="Rasa walks through all classes of events for every event of every message.",
        guarded_by="tests/rasa_project/changes/test_event_lookup.py",
        install=install_cached_lookup,
    ),
    Change(
        what="A graph is run node after node, in an order worked out once.",
        why="Rasa has dask work it out for each of a message's three runs, a tenth of a turn's time.",
        guarded_by="tests/rasa_project/changes/test_graph_run.py",
        install=install_ordered_run,
    ),
    Change(
        what="A domain is asked once whether it is empty.",
        why="Rasa writes it out, and an empty one beside it, for every message: 0.2 ms of a turn.",
        guarded_by="tests/rasa_project/changes/test_domain_check.py",
        install=install_known_emptiness,
    ),
    Change(
        what="Rules are looked up by the last action and intent.",
        why="Rasa tries all of them on every state of the conversation, three times a message: 0.6 ms of a turn.",
        guarded_by="tests/rasa_project/changes/test_rule_lookup.py",
        install=install_rule_lookup,
    ),
    Change(
        what="To predict what comes next, only the states that a rule can reach are put together, and once.",
        why="Rasa puts together all states of the conversation, three times a message: 0.4 ms of a turn.",
        guarded_by="tests/rasa_project/changes/test_rule_states.py",
        install=install_last_states,
    ),
    Change(
        what="The action server is told of earlier events only what they were and when.",
        why="Rasa sends each whole, with all that was understood of it: 1 ms of a turn for the two of them.",
        guarded_by="tests/rasa_project/changes/test_action_call.py",
        install=install_short_call,
    ),
    Change(
        what="The connection to the action server stays open, and no general HTTP client stands before it.",
        why="Rasa makes a session and a connection for every call, some 4 % of a turn, and more at the other end.",
        guarded_by="tests/rasa_project/changes/test_kept_connection.py",
        install=install_kept_connection,
    ),
    Change(
        what="Once the model is loaded, freed memory is given back, and what stays is left out of looks for garbage.",
        why="Reading the model leaves some 10 MB free that nobody else can use.",
        guarded_by="tests/rasa_project/changes/test_kept_memory.py",
        install=install_kept_memory,
    ),
    Change(
        what="No policy is expected to find entities.",
        why="`rasa test core` would end in an error of scikit-learn's, over the entities of a policy not in use.",
        guarded_by="tests/rasa_project/changes/test_entity_policies.py",
        install=expect_no_policy_to_find_entities,
    ),
    Change(
        what="Training files are checked on a quick reading, read once, and merged without copying examples.",
        why="Rasa reads each file four times and copies all examples six times, some 20 s of a training.",
        guarded_by="tests/rasa_project/changes/test_training_files.py",
        install=install_quick_reading,
    ),
    Change(
        what="What components have learned is not kept in Rasa's cache of trainings.",
        why="Rasa fingerprints all examples for it before and after each component, and nothing reads it.",
        guarded_by="tests/rasa_project/changes/test_training_cache.py",
        install=install_no_cache,
    ),
    Change(
        what="The model is packed quickly.",
        why="Its numbers are no smaller for trying hard: packing took 0.8 s of a training, and takes 0.3 s.",
        guarded_by="tests/rasa_project/changes/test_model_packing.py",
        install=install_quick_packing,
    ),
)


def install_changes() -> None:
    """Make every change; the first one only counts before Rasa is imported (`prepare_environment` sees to it)."""
    for change in CHANGES:
        change.install()
