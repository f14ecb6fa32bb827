"""Rasa's memory is settled once its model is loaded."""

from __future__ import annotations

import asyncio
import gc
from types import SimpleNamespace

import pytest
from rasa.core import run

from bot.nlu.changes import kept_memory
from bot.nlu.changes.kept_memory import install_kept_memory


@pytest.fixture
def _unfrozen(monkeypatch):
    monkeypatch.setattr(run, "load_agent_on_start", run.load_agent_on_start)
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


@pytest.mark.usefixtures("_unfrozen")
def test_the_model_is_loaded_as_rasa_loads_it_and_then_stays(monkeypatch):
    """With what Rasa gives for it, and no look for garbage goes through it."""
    given, agent = [], SimpleNamespace()
    frozen_before = gc.get_freeze_count()

    async def load(*arguments):
        given.append((arguments, gc.get_freeze_count() > frozen_before))
        return agent

    monkeypatch.setattr(kept_memory, "_own_load", load)
    install_kept_memory()

    loaded = asyncio.run(run.load_agent_on_start("model", "endpoints", None, "app", "loop"))

    assert loaded is agent
    assert given == [(("model", "endpoints", None, "app", "loop"), False)]
    assert gc.get_freeze_count() > frozen_before


def test_rasa_still_loads_its_model_by_this_name():
    """Else the memory would stay as it is, in silence."""
    assert kept_memory._own_load.__module__ == "rasa.core.run"
    assert "load_agent_on_start" in run.serve_application.__code__.co_names
