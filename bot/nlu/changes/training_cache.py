"""Leaving out Rasa's cache of trainings, into which it copies what each component has learned.

Nothing here reads it: every training is a whole one (`bot/nlu/tuning/train.py` says why).
"""

from __future__ import annotations

from typing import Any

from rasa.engine.training.hooks import TrainingHook


def install_no_cache() -> None:
    """Keep Rasa from fingerprinting what goes into and comes out of each component, and from keeping it."""
    TrainingHook.on_before_node = _nothing_known
    TrainingHook.on_after_node = _nothing_kept


def _nothing_known(*_: Any, **__: Any) -> dict[str, Any]:
    return {}


def _nothing_kept(*_: Any, **__: Any) -> None:
    return None
