"""What Rasa loads before it serves is left out of later looks for garbage, and what loading has freed is given back."""

from __future__ import annotations

from typing import Any

from rasa.core import run

from bot.process.memory import keep_what_stays

_own_load = run.load_agent_on_start


def install_kept_memory() -> None:
    """Make Rasa settle its memory once the model is loaded."""
    run.load_agent_on_start = load_and_settle


async def load_and_settle(*given: Any) -> Any:
    """Load the model as Rasa does, then settle the memory.

    Args:
        given: What Rasa's own function takes.

    Returns:
        What that gives.
    """
    agent = await _own_load(*given)
    keep_what_stays()
    return agent
