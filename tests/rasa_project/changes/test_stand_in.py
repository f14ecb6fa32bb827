"""Rasa runs without TensorFlow, and says who wants what it goes without."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.nlu.changes import stand_in
from bot.nlu.changes.stand_in import STOOD_IN, StandInError
from bot.nlu.changes.table import CHANGES
from bot.nlu.project import PROJECT_ROOT

RASA = Path(importlib.util.find_spec("rasa").origin).parent
# What the pipeline, the policies, the server, `rasa data validate`, `rasa test` and `rasa shell` import.
IMPORTED = (
    "rasa.__main__",
    "rasa.cli.data",
    "rasa.cli.interactive",
    "rasa.cli.shell",
    "rasa.cli.test",
    "rasa.core.agent",
    "rasa.core.policies.memoization",
    "rasa.core.policies.rule_policy",
    "rasa.core.run",
    "rasa.core.test",
    "rasa.core.training.interactive",
    "rasa.engine.recipes.default_recipe",
    "rasa.graph_components.validators.default_recipe_validator",
    "rasa.graph_components.validators.finetuning_validator",
    "rasa.model_testing",
    "rasa.model_training",
    "rasa.nlu.classifiers.fallback_classifier",
    "rasa.nlu.test",
    "rasa.server",
    "rasa.validator",
)


def _run(program: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a Rasa that nothing has imported yet."""
    start = "from bot.nlu.server.quiet import prepare_environment; prepare_environment()\n"
    return subprocess.run(
        [sys.executable, "-c", start + program], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("module", ["tensorflow", "keras", "jax", "tensorboard", "torch"])
def test_heavy_library_is_not_installed(module):
    """What only stock components need takes no room."""
    assert importlib.util.find_spec(module) is None


@pytest.mark.slow(reason="imports Rasa in a process of its own")
def test_all_of_rasa_that_is_used_can_be_imported():
    """In one process, each after the other, as a server and its commands do."""
    done = _run(f"import importlib\nfor name in {IMPORTED!r}: importlib.import_module(name)")

    assert done.returncode == 0, done.stderr


@pytest.mark.slow(reason="imports Rasa in a process of its own")
def test_serving_loads_no_library_of_training():
    """Each costs a second at the start and memory for as long as patients are served."""
    done = _run(
        "import rasa.core.run, rasa.core.agent, sys\nprint([m for m in ('sklearn', 'scipy.stats') if m in sys.modules])"
    )

    assert done.stdout.strip().endswith("[]"), done.stdout + done.stderr


@pytest.mark.slow(reason="imports Rasa in a process of its own")
def test_serving_loads_no_library_of_rasas_commands():
    """Pictures, consoles, signing in by tokens, and the commands of spaCy: 40 MB that no patient needs."""
    done = _run(
        "from bot.nlu.changes import stand_in; stand_in.install_to_serve()\n"
        "import rasa.core.run, rasa.core.agent, sys\n"
        "unwanted = ('matplotlib', 'prompt_toolkit.validation', 'jwt.api_jwt', 'rich.console', 'weasel', 'redis')\n"
        "print([m for m in unwanted if m in sys.modules])"
    )

    assert done.stdout.strip().endswith("[]"), done.stdout + done.stderr


def test_error_says_who_wanted_what():
    """Whoever upgrades Rasa reads where to look."""
    done = _run("import twilio.rest\ntwilio.rest.VoiceClient")

    assert "StandInError: __main__ wants twilio.rest.VoiceClient" in done.stderr
    assert "bot/nlu/changes/stand_in.py" in done.stderr


def test_unlisted_module_is_refused():
    """One below a module that is stood in for is no empty module in silence."""
    with pytest.raises(StandInError, match=r"wants twilio\.jwt"):
        importlib.import_module("twilio.jwt")


def test_stand_in_cannot_be_made():
    """It can be derived from, and fails as soon as somebody wants it to work."""
    from rasa.nlu.classifiers.diet_classifier import DIETClassifier

    class Derived(DIETClassifier):
        pass

    assert issubclass(Derived, DIETClassifier)
    with pytest.raises(StandInError, match="DIETClassifier"):
        DIETClassifier({}, None, None, None)


def test_error_of_a_stand_in_can_be_caught():
    """An except clause that names it works."""
    from botocore.exceptions import BotoCoreError

    assert issubclass(BotoCoreError, Exception)
    with pytest.raises(BotoCoreError):
        raise BotoCoreError


def test_real_neighbour_of_a_stand_in_is_still_there():
    """`google` is stood in for in part only: onnxruntime's protobuf lives below it."""
    import google.auth.transport.requests
    import google.protobuf

    assert google.protobuf.__file__
    assert not hasattr(google.auth.transport.requests, "__file__")


def test_installing_twice_is_harmless():
    """Every command may call it."""
    stand_in.install()
    before = list(sys.meta_path)

    stand_in.install()

    assert sys.meta_path == before


@pytest.mark.parametrize("name", [name for name in STOOD_IN if name.startswith("rasa.")])
def test_listed_part_of_rasa_has_what_is_stood_in_for(name):
    """After an upgrade a name may have moved: then the list says nothing true any more."""
    path = RASA.parent / (name.replace(".", "/") + ".py")
    found = {node.name for node in ast.parse(path.read_text()).body if hasattr(node, "name")}

    assert set(STOOD_IN[name]) <= found


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.what[:40])
def test_every_change_names_a_test_that_exists(change):
    """The table is the one place to look, so what it says holds."""
    assert (PROJECT_ROOT / change.guarded_by).is_file()
    assert change.why.endswith(".")


def test_rasa_is_the_version_that_the_changes_were_made_for():
    """With another one, go through the table of bot/nlu/changes before this number is changed."""
    looked_at = "\n".join(f"- {change.what} ({change.guarded_by})" for change in CHANGES)

    assert version("rasa") == "3.6.21", (
        f"Look at each change to Rasa, and at pyproject.toml's list for it:\n{looked_at}"
    )
