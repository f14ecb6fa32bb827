"""Declining what is not for this assistant to answer, always with the offer of a person."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, Events, now_awaiting, say
from bot.bootstrap import Services
from bot.knowledge.answering import person_options
from bot.reply import Reply
from bot.vocabulary import ActionNames, Awaiting, Intents, ReplyKind, Responses, Slots

_WORDINGS = {
    Intents.PERSONAL_MEDICAL_ADVICE: Responses.PERSONAL_MEDICAL_ADVICE,
    Intents.REPORT_SYMPTOM: Responses.REPORT_SYMPTOM,
}


def declined(services: Services, intent: str) -> Reply:
    """Give the fixed words that decline an intent."""
    text = services.responses.text(
        _WORDINGS.get(intent, Responses.OUT_OF_SCOPE),
        phone=services.clinic.phone,
        emergency_number=services.clinic.emergency_number,
    )
    return Reply(kind=ReplyKind.NO_ANSWER, text=text, options=person_options(services.responses))


class ActionDecline(ClinicAction):
    """Declines the message and offers a person."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.DECLINE

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Say the fixed words for the message's intent."""
        intent = (tracker.latest_message.get("intent") or {}).get("name") or ""
        say(dispatcher, declined(self.services, intent))
        return [SlotSet(Slots.UNSURE_COUNT, 0), now_awaiting(Awaiting.PERSON_OFFER)]
