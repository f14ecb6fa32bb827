"""What is said to a message that is not clear: one answer where both readings have the same, else a question back."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import answer_questions
from actions.base import ClinicAction, Events
from actions.context import Context
from actions.fallback import ask_back
from actions.understood import Asked, questions_of
from bot.confidence import ANSWER_FROM
from bot.knowledge.answering.parts import FINDING_TOPICS
from bot.vocabulary import INTENT_PREFIX, ActionNames


class ActionClarify(ClinicAction):
    """Asks what the patient meant; the second time in a row it passes the conversation to staff."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.CLARIFY

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Answer what all likely readings ask, else ask back, or pass on."""
        asked = questions_of(tracker, self.services.answering.alternatives())
        meant = _whether_it_helps(asked[0]) if len(asked) == 1 else None
        if meant is None:
            return ask_back(self.services, dispatcher, tracker)
        context, _outcomes = answer_questions(
            self.services, dispatcher, Context.of(tracker), [meant], conversation_id=tracker.sender_id
        )
        return context.as_events()


def _whether_it_helps(question: Asked) -> Asked | None:
    """Give a question as one that asks if a treatment helps what it names, if its readings together are sure enough.

    "Does PRP work for tennis elbow?" is near "what is it used for?" and near "does it work?", and both have one answer.
    """
    near = {name: sure for name, sure in question.ranking if name.removeprefix(INTENT_PREFIX) in FINDING_TOPICS}
    together = sum(near.values())
    if not question.named or question.intent not in near or together < ANSWER_FROM:
        return None
    return replace(question, confidence=together)
