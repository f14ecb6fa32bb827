"""What every action shares: the services, and errors that are logged without a patient's words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import lru_cache, partial
from typing import Any

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from bot.bootstrap import Services, build_services
from bot.reply import Reply
from bot.settings import load_settings
from bot.triage import Triage
from bot.vocabulary import Awaiting, Slots

logger = structlog.get_logger(__name__)

Events = list[dict[str, Any]]


@lru_cache(maxsize=1)
def services() -> Services:
    """Give this process's services.

    The rules on red flags are read at the first card: the edge looks by them, an action only rarely has to.
    """
    settings = load_settings()
    read = partial(Triage.from_file, settings.knowledge_path / "red_flags.yml")
    return build_services(settings, triage=lru_cache(maxsize=1)(read))


class ClinicAction(Action, ABC):
    """An action of this clinic's bot; abstract, so that the action server does not register it."""

    @property
    def services(self) -> Services:
        """The parts of Frontdesk that the action may ask."""
        return services()

    @abstractmethod
    def name(self) -> str:
        """Give the action's name in domain.yml."""

    @abstractmethod
    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Read the tracker, ask a service, say what it gave, and return the slots to set."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:  # noqa: ARG002  (rasa_sdk's signature)
        """Run the action; an error is logged by conversation, then left to the action server."""
        try:
            return [event for event in self.act(dispatcher, tracker) if not _sets_nothing(event, tracker)]
        except Exception:  # the edge of our code: logged (by bot.logs without words), then Rasa is told
            logger.exception("action_failed", action=self.name(), conversation_id=tracker.sender_id)
            raise


def _sets_nothing(event: dict[str, Any], tracker: Tracker) -> bool:
    """Say whether an event gives a slot the value that it has: Rasa would only store, check and replay it.

    The topic is set all the same, since its event tells when there was an answer last.
    """
    name = event.get("name")
    return event.get("event") == "slot" and name != Slots.TOPIC and tracker.get_slot(name) == event.get("value")


def say(dispatcher: CollectingDispatcher, *replies: Reply) -> None:
    """Send replies on their way through Rasa, in the form that `rasa_client` reads."""
    for reply in replies:
        dispatcher.utter_message(json_message=reply.model_dump(mode="json"))


def now_awaiting(awaiting: Awaiting) -> dict[str, Any]:
    """Remember what was put to the patient, for the next "yes" or "no"."""
    event: dict[str, Any] = SlotSet(Slots.AWAITING, awaiting.value)
    return event
