"""Declining what is not for this assistant to answer, always with the offer of a person."""

from __future__ import annotations

from collections.abc import Mapping

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, Events, say
from bot.bootstrap import Services
from bot.knowledge.answering.question import person_options
from bot.reply import RIGHT_TO_LEFT, Passage, Reply
from bot.vocabulary import REPORTS, ActionNames, Intents, ReplyKind, Responses

_WORDINGS = {
    Intents.PERSONAL_MEDICAL_ADVICE: Responses.PERSONAL_MEDICAL_ADVICE,
    **dict.fromkeys((Intents.REPORT_SYMPTOM, *REPORTS), Responses.REPORT_SYMPTOM),
}
# What `bot.nlu.text.language` calls a text that is in no language.
_NO_LANGUAGE = "und"


def declined(services: Services, intent: str, message: str) -> Reply:
    """Give the fixed words that decline an intent.

    Args:
        services: The parts of Frontdesk.
        intent: What the patient wants.
        message: Their words: where they ask for what the clinic does not do, that is said instead.
    """
    wording = _WORDINGS.get(intent, Responses.OUT_OF_SCOPE)
    named = services.not_offered.named(message) if wording == Responses.OUT_OF_SCOPE else None
    if named is not None:
        return not_offered(services, named)
    text = services.responses.text(
        wording, phone=services.clinic.phone, emergency_number=services.clinic.emergency_number
    )
    return Reply(kind=ReplyKind.NO_ANSWER, text=text, options=person_options(services.responses))


def not_offered(services: Services, named: str) -> Reply:
    """Say kindly that the clinic does not do what is named."""
    text = services.responses.text(Responses.NOT_OFFERED, treatment=named)
    return Reply(kind=ReplyKind.NO_ANSWER, text=text, options=person_options(services.responses))


def message_of(tracker: Tracker) -> str:
    """Give the patient's words."""
    return str(tracker.latest_message.get("text") or "")


def declined_language(services: Services, language: str) -> Reply:
    """Give the fixed words for a message in another language, or in none.

    Args:
        services: The parts of Frontdesk.
        language: An ISO 639-1 code, or "und" for a text that is in no language.
    """
    responses, clinic = services.responses, services.clinic
    passages: tuple[Passage, ...] = ()
    if language == _NO_LANGUAGE:
        text = responses.text(Responses.UNREADABLE)
    else:
        values = {"phone": clinic.phone, "emergency_number": clinic.emergency_number}
        languages = ", ".join(services.language_names.get(code, code) for code in clinic.languages)
        text = responses.text(Responses.OTHER_LANGUAGE, languages=languages, **values)
        own = f"{Responses.OTHER_LANGUAGE}_{language}"
        if own in responses:
            passages = (
                Passage.in_language(responses.text(own, **_set_in(language, values)), language),
                Passage(text=text),
            )
            text = "\n\n".join(passage.text for passage in passages)
    return Reply(kind=ReplyKind.NO_ANSWER, text=text, passages=passages, options=person_options(responses))


def _set_in(language: str, values: Mapping[str, str]) -> Mapping[str, str]:
    """Isolate numbers among letters that run from right to left, or their parts change places."""
    return {name: f"\u2068{value}\u2069" for name, value in values.items()} if language in RIGHT_TO_LEFT else values


class ActionDecline(ClinicAction):
    """Declines the message and offers a person."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.DECLINE

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Say the fixed words for the message's intent."""
        intent = (tracker.latest_message.get("intent") or {}).get("name") or ""
        language = tracker.latest_message.get("language")
        if language:
            say(dispatcher, declined_language(self.services, language))
        else:
            say(dispatcher, declined(self.services, intent, message_of(tracker)))
        return []
