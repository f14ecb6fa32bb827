"""The real Rasa and the real actions as processes, and what Rasa remembers of a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from bot.cli.processes.programs import programs
from bot.cli.processes.supervisor import Supervisor
from bot.settings import Settings

READY_WITHIN = 180.0
LISTENING = "action_listen"


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What Rasa made of a patient's message.

    Attributes:
        intent: The intent that was understood.
        actions: The actions that ran, in order, without waiting for the next message.
        policies: The policies that chose them.
    """

    intent: str
    actions: tuple[str, ...]
    policies: tuple[str, ...]


class RealRasa:
    """Runs Rasa and its actions, and stops one of them where a test wants to see what happens then."""

    def __init__(self, settings: Settings, *, rasa_port: int, actions_port: int) -> None:
        self._url = settings.rasa_url
        wanted = programs(settings, rasa_port=rasa_port, actions_port=actions_port)[:2]
        self._names = [program.name for program in wanted]
        self._supervisor = Supervisor(wanted, root=settings.root, logs=settings.root / "var" / "log", say=print)

    def start(self) -> None:
        """Start both and wait until they answer."""
        self._supervisor.start()
        for name in self._names:
            self._supervisor.wait_until_ready(name, READY_WITHIN)

    def stop(self, *names: str) -> None:
        """Stop the programs of these names, or both."""
        for child in self._supervisor.children:
            if not names or child.program.name in names:
                child.stop()

    def start_again(self, name: str) -> None:
        """Start one that was stopped and wait until it answers."""
        next(child for child in self._supervisor.children if child.program.name == name).start()
        self._supervisor.wait_until_ready(name, READY_WITHIN)

    def last_turn(self, conversation_id: str) -> Turn:
        """Give what Rasa made of a conversation's last message."""
        events = self._events(conversation_id)
        start = max(place for place, event in enumerate(events) if event["event"] == "user")
        ran = [event for event in events[start:] if event["event"] == "action" and event["name"] != LISTENING]
        return Turn(
            intent=events[start]["parse_data"]["intent"]["name"],
            actions=tuple(event["name"] for event in ran),
            policies=tuple(event["policy"] for event in ran),
        )

    def heard(self, conversation_id: str) -> list[str]:
        """Give all that Rasa was told by the patient of a conversation."""
        return [event["text"] for event in self._events(conversation_id) if event["event"] == "user"]

    def _events(self, conversation_id: str) -> list[dict[str, Any]]:
        response = httpx.get(f"{self._url}/conversations/{conversation_id}/tracker", trust_env=False, timeout=30.0)
        response.raise_for_status()
        return list(response.json()["events"])
