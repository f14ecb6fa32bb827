"""What becomes of what patients write: said by what the clinic has set up, and passed to staff to delete or copy."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, say
from actions.escalation import tell_of_ticket
from bot.bootstrap import Services
from bot.reply import Reply
from bot.vocabulary import EscalationReason, ReplyKind, Responses


def privacy_told(services: Services) -> Reply:
    """Give what is said of privacy in a few words, with where to read more."""
    period = services.clinic.retention.conversations
    text = services.responses.text(
        Responses.PRIVACY,
        clinic=services.clinic.name,
        kept=f"for {period} after your last message" if period else "until you ask us to delete it",
        link=f"{services.settings.public_url.rstrip('/')}/privacy",
    )
    return Reply(kind=ReplyKind.SMALLTALK, text=text)


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
