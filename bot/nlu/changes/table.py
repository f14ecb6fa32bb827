"""Every change that is made to Rasa while it runs: what, why, and which test guards it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.nlu.changes.action_check import install_compiled_check
from bot.nlu.changes.entity_policies import expect_no_policy_to_find_entities
from bot.nlu.changes.event_lookup import install_cached_lookup
from bot.nlu.changes.graph_run import install_ordered_run
from bot.nlu.changes.kept_session import install_kept_session
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
        what="The schema of what the action server answers is compiled once.",
        why="Rasa examines the schema itself again on each call, which is half of a turn's time.",
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
        what="The connection to the action server stays open.",
        why="Rasa makes a session and a connection for every call, some 4 % of a turn, and more at the other end.",
        guarded_by="tests/rasa_project/changes/test_kept_session.py",
        install=install_kept_session,
    ),
    Change(
        what="No policy is expected to find entities.",
        why="`rasa test core` would end in an error of scikit-learn's, over the entities of a policy not in use.",
        guarded_by="tests/rasa_project/changes/test_entity_policies.py",
        install=expect_no_policy_to_find_entities,
    ),
    Change(
        what="Training files are checked on a quick reading, read once, and copied without their words.",
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
)


def install_changes() -> None:
    """Make every change; the first one only counts before Rasa is imported (`prepare_environment` sees to it)."""
    for change in CHANGES:
        change.install()
