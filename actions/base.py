"""What every action shares: the services, and errors that are logged without a patient's words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextvars import ContextVar
from functools import lru_cache
from threading import RLock
from typing import Any, NoReturn

import structlog
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap import Services, build_services
from bot.conversations.trials import Trial, trial_of
from bot.db.engine import KEPT_CONNECTIONS
from bot.reply import Reply
from bot.settings import load_settings

logger = structlog.get_logger(__name__)

Events = list[dict[str, Any]]


class Slots:
    """Slots of domain.yml."""

    TOPIC = "topic"
    TREATMENTS = "treatments"
    PLACES = "places"
    TOLD = "told"
    TOOK_OVER = "took_over"


@lru_cache(maxsize=1)
def services() -> Services:
    """Give this process's services."""
    return build_services(load_settings(), triage=_nobody_looks)


_MADE_ONCE = RLock()
"""Held while something is made that actions share, so that eight threads at once do not make it eight times."""


def _nobody_looks() -> NoReturn:
    """Stand where what looks for danger would: that is not even read here."""
    raise RuntimeError("An action has looked for danger; the edge does that, before Rasa hears of a message.")


def _services_of(trial: Trial) -> Services:
    with _MADE_ONCE:
        return _services_made_for(trial)


@lru_cache(maxsize=2)
def _services_made_for(trial: Trial) -> Services:
    return build_services(load_settings(), triage=_nobody_looks, trial=trial)


_conversation: ContextVar[str] = ContextVar("conversation", default="")
"""Whose action runs."""


class ClinicAction(Action, ABC):
    """An action of this clinic's bot; abstract, so that the action server does not register it."""

    @property
    def services(self) -> Services:
        """The parts of Frontdesk that the action may ask; of a conversation that is only tried, on its own store.

        Raises:
            NotFoundError: The trial is over.
        """
        patients = services()
        trial = trial_of(_conversation.get(), patients.settings.root)
        return patients if trial is None else _services_of(trial)

    @abstractmethod
    def name(self) -> str:
        """Give the action's name in domain.yml."""

    @abstractmethod
    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Read the tracker, ask a service, say what it gave, and return the slots to set."""

    def _act_on_what_holds(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Act with the clinic's values as they are now: the console changes them in another process."""
        try:
            self.services.clinic_settings.refresh()
        except SQLAlchemyError as error:
            # Small talk needs no store, and what does says so itself.
            logger.warning("clinic_not_read", problem=type(error).__name__)
        return self.act(dispatcher, tracker)

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Events:  # noqa: ARG002  (rasa_sdk's signature)
        """Run the action; an error is logged by conversation, then left to the action server."""
        _conversation.set(tracker.sender_id)
        try:
            # Aside: while it waits for the database, others are served.
            events = await run_sync(self._act_on_what_holds, dispatcher, tracker, limiter=_at_work())
        except Exception:  # the edge of our code: logged (by bot.process.logs without words), then Rasa is told
            logger.exception("action_failed", action=self.name(), conversation_id=tracker.sender_id)
            raise
        return [event for event in events if not _sets_nothing(event, tracker)]


@lru_cache(maxsize=1)
def _at_work() -> CapacityLimiter:
    return CapacityLimiter(KEPT_CONNECTIONS)


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
