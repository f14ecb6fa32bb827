"""Declining what is not for this assistant to answer, always with the offer of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, Events, say
from actions.context import Context
from actions.hearing import instead_of_asking_back, instead_of_refusing, met
from actions.understood import Asked, questions_of
from bot.bootstrap import Services
from bot.confidence import PARAGRAPH_DECLINED_FROM
from bot.knowledge.answering.question import Answered, Question, person_options, staff_option
from bot.knowledge.files.not_offered import NotDone
from bot.reply import RIGHT_TO_LEFT, Passage, Reply
from bot.vocabulary import INTENT_PREFIX, REPORTS, ActionNames, Intents, ReplyKind, Responses

_WORDINGS = {
    Intents.PERSONAL_MEDICAL_ADVICE: Responses.PERSONAL_MEDICAL_ADVICE,
    **dict.fromkeys((Intents.REPORT_SYMPTOM, *REPORTS), Responses.REPORT_SYMPTOM),
    Intents.ABUSE: Responses.ABUSE,
    Intents.PROMPT_ATTACK: Responses.PROMPT_ATTACK,
}
_FELT = frozenset({Responses.OUT_OF_SCOPE, Responses.ABUSE})
"""In place of these a feeling is met: whoever is angry may have a reason."""
_NO_QUESTIONS = frozenset({Responses.ABUSE, Responses.PROMPT_ATTACK})
"""What counts as small talk, and not as a question without an answer."""
# What may ask for something that an answer says all the same; a report, an order or an insult asks for nothing.
_ASKED_ALL_THE_SAME = frozenset({Intents.PERSONAL_MEDICAL_ADVICE, Intents.OUT_OF_SCOPE})
_WHETHER_SAFE = frozenset({"contraindications", "eligibility", "safety", "risks_complications"})
"""Topics of which a paragraph about a medicine tells what holds for all who take it."""
# What `bot.nlu.text.language` calls a text that is in no language.
_NO_LANGUAGE = "und"


def declined(services: Services, asked: Asked, message: str, context: Context) -> Reply:
    """Give the fixed words that decline a question, or what can be said in their place.

    Args:
        services: The parts of Frontdesk.
        asked: What the patient wants.
        message: Their words: where they ask for what the clinic does not do, that is said instead.
        context: What was spoken of before.
    """
    instead = in_general(services, asked, message, context) or instead_of_refusing(services, message, asked.intent)
    if instead is not None:
        return instead
    wording = _WORDINGS.get(asked.intent, Responses.OUT_OF_SCOPE)
    named = services.not_offered.named(message) if wording == Responses.OUT_OF_SCOPE else None
    if named is not None:
        return not_offered(services, named, _without_topic(asked))
    if asked.intent in _ASKED_ALL_THE_SAME:
        told = _told_in_general(services, asked)
        if told is not None:
            return told
    if wording in _FELT:
        felt = instead_of_asking_back(services, message)
        if felt is not None:
            return felt
    text = services.responses.text(
        wording, phone=services.clinic.phone, emergency_number=services.clinic.emergency_number
    )
    kind = ReplyKind.SMALLTALK if wording in _NO_QUESTIONS else ReplyKind.NO_ANSWER
    return Reply(kind=kind, text=text, options=person_options(services.responses))


def _told_in_general(services: Services, asked: Asked) -> Reply | None:
    """Give the paragraph that tells what is asked, where a treatment of ours is named; an own case nobody here judges.

    An own case may name one that we only compare with; what seems none of our business has to be about ours.
    """
    question = _without_topic(asked)
    is_own_case = asked.intent == Intents.PERSONAL_MEDICAL_ADVICE
    if not question.treatments and not (is_own_case and question.alternatives):
        return None
    lead = services.responses.text(Responses.NOT_YOUR_CASE) if is_own_case else None
    return services.answering.in_general(
        question, lead=lead, options=person_options(services.responses)[:1], least=PARAGRAPH_DECLINED_FROM
    )


def _without_topic(asked: Asked) -> Question:
    return Question(
        topic="",
        # "How much is PRP? And what dose of tramadol do I take?" asks that of no treatment.
        treatments=tuple(slug for slug in asked.treatments if slug in asked.own),
        alternatives=asked.alternatives,
        excluded=asked.excluded,
        paragraphs=asked.paragraphs,
    )


def in_general(services: Services, asked: Asked, message: str, context: Context) -> Reply | None:
    """Give what is said in general of a medicine to whoever asks if it is safe with it; None if nothing.

    Whether it is for this patient the clinic decides: that is said first, and its staff are one press away.
    """
    topics = [name.removeprefix(INTENT_PREFIX) for name, _sure in asked.ranking]
    topic = next((name for name in topics if name in _WHETHER_SAFE), None)
    if asked.intent != Intents.PERSONAL_MEDICAL_ADVICE or topic is None:
        return None
    question = Question(topic=topic, treatments=asked.treatments, named=asked.named, words=message)
    answered = services.answering.answer(question, context.treatments_for(asked))
    told = said_in_general(services, question, answered)
    return told.replies[0] if told is not answered and len(told.replies) == 1 else None


def said_in_general(services: Services, question: Question, answered: Answered) -> Answered:
    """Say before an answer on whether it is safe with a medicine who decides that, and put staff one press away.

    Args:
        services: The parts of Frontdesk.
        question: What was asked.
        answered: The answer; it is given back as it is where it speaks of no medicine that was named.
    """
    medicines = set(question.named) & services.mentioned.medicines
    if question.topic not in _WHETHER_SAFE or not medicines or not answered.is_about_named:
        return answered
    first, *others = answered.replies
    said = first.led_by(services.responses.text(Responses.IN_GENERAL))
    if not any(option.intent == Intents.ASK_PERSON for option in said.options):
        options = (*said.options, *staff_option(question, services.responses))
        said = said.model_copy(update={"options": options})
    return replace(answered, replies=(said, *others))


def not_offered(services: Services, not_done: NotDone, question: Question) -> Reply:
    """Say kindly that the clinic does not do what is named, and what an answer says of it, if one does.

    Args:
        services: The parts of Frontdesk.
        not_done: What is named.
        question: What is asked.
    """
    lead = services.responses.text(Responses.NOT_GIVEN_HERE, treatment=not_done.name)
    told = services.answering.told_of(question, not_done.told, lead=lead)
    if told is not None:
        return told
    text = services.responses.text(Responses.NOT_OFFERED, treatment=not_done.name)
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
            message, context = message_of(tracker), Context.of(tracker)
            (asked, *_) = questions_of(tracker, self.services.answering.alternatives())
            asked = replace(asked, intent=intent)
            say(dispatcher, *met(self.services, message, [declined(self.services, asked, message, context)]))
        return []
