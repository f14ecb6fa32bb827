"""Telling more about what was answered: what lies behind it, or what goes with it, never the same again."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ClinicAction, Events, say
from actions.context import Context
from actions.understood import Asked, questions_of
from bot.knowledge.answering.question import Answered, Question, person_options
from bot.reply import Option, Reply
from bot.vocabulary import ActionNames, FollowUp, Outcome, ReplyKind, Responses


class ActionTellMore(ClinicAction):
    """Gives the next answer that goes with the last one."""

    def name(self) -> str:
        """Give the action's name."""
        return ActionNames.TELL_MORE

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Answer the first related question that was not answered yet; with nothing to go on, ask what about."""
        context = Context.of(tracker)
        if context.topic is None:
            text = self.services.responses.text(Responses.ASK_QUESTION)
            say(dispatcher, Reply(kind=ReplyKind.SMALLTALK, text=text))
            return []
        (asked, *_) = questions_of(tracker, self.services.answering.alternatives())
        treatments = asked.treatments or tuple(slug for slug in context.treatments if slug not in asked.excluded)
        related = self.services.answering.related(context.topic, treatments, asked.excluded)
        behind = self.services.follow_ups.asked(FollowUp.WHY, context.topic)
        for topic in _deeper(asked, behind, related):
            answered = self.services.answering.answer(
                Question(topic=topic, treatments=treatments, excluded=asked.excluded), ()
            )
            if _is_new(answered, context):
                say(dispatcher, *(reply.without_treatments(asked.excluded) for reply in answered.replies))
                return self._told(context, topic, answered)
        options = (*related, person_options(self.services.responses)[0])
        text = self.services.responses.text(Responses.TELL_MORE)
        say(
            dispatcher,
            Reply(kind=ReplyKind.CLARIFY, topic=context.topic, treatments=treatments, text=text, options=options),
        )
        return []

    def _told(self, context: Context, topic: str, answered: Answered) -> Events:
        told = (reply.answer_id for reply in answered.replies if reply.answer_id is not None)
        now = replace(
            context,
            topic=topic,
            treatments=answered.treatments or context.treatments,
            told=(*context.told, *told),
        )
        return now.as_events()


def _deeper(asked: Asked, behind: str | None, related: tuple[Option, ...]) -> list[str]:
    """List the topics to tell of, the one that answers best first: what lies behind an answer, or what goes with it."""
    siblings = [option.topic for option in related]
    topics = [behind, *siblings] if asked.follow_up is FollowUp.WHY else [*siblings, behind]
    return [topic for topic in topics if topic is not None]


def _is_new(answered: Answered, context: Context) -> bool:
    ids = {reply.answer_id for reply in answered.replies if reply.answer_id is not None}
    return answered.outcome is Outcome.ANSWERED and ids.isdisjoint(context.told)
