"""What becomes of what patients write: said by what the clinic has set up, and passed to staff to delete or copy."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, say
from actions.escalation import tell_of_ticket
from actions.hearing import Aside, of_privacy
from bot.bootstrap import Services
from bot.reply import Reply
from bot.vocabulary import EscalationReason, ReplyKind, Responses


def privacy_told(services: Services, aside: Aside) -> Reply:
    """Give what is said of privacy in a few words, what was asked first, with where to read more.

    Args:
        services: The parts of Frontdesk.
        aside: What of it was asked, in fixed words; each may stand for itself.
    """
    wording = Responses.PRIVACY_MORE if aside.said else Responses.PRIVACY
    text = services.responses.text(wording, clinic=services.clinic.name, **of_privacy(services))
    said = aside.said[:1] if aside.alone else (*aside.said[:1], text)
    return Reply(kind=ReplyKind.SMALLTALK, text=" ".join(said))


def request_privacy(services: Services, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
    """Pass the wish for deletion, or for a copy, to staff: they alone can tell whose data it is.

    Args:
        services: The parts of Frontdesk.
        dispatcher: Takes what is said.
        tracker: Rasa's memory of the conversation.
    """
    say(dispatcher, Reply(kind=ReplyKind.ESCALATED, text=services.responses.text(Responses.PRIVACY_REQUEST)))
    ticket = services.tickets.open(tracker.sender_id, reason=EscalationReason.PRIVACY)
    return tell_of_ticket(services, dispatcher, ticket)
