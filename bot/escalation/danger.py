"""Whether a patient was told to call at once: what is said to them afterwards must not tell them to wait."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.conversations import store as conversations
from bot.escalation import merged_store
from bot.escalation.models import Ticket
from bot.vocabulary import ReplyKind, Urgency

CARD_BEFORE_TICKET = dt.timedelta(hours=24)
"""A card that was shown so long before its ticket could be opened still counts."""
_OF_CARD = {ReplyKind.EMERGENCY: Urgency.EMERGENCY, ReplyKind.URGENT: Urgency.URGENT}


@dataclass(frozen=True, kw_only=True)
class Danger:
    """What a patient was told by a card.

    Attributes:
        emergency: To call the emergency number; otherwise, to call the clinic the same day.
        crisis: That somebody listens to thoughts of self-harm day and night.
    """

    emergency: bool
    crisis: bool = False


def danger_of(session: Session, ticket: Ticket) -> Danger | None:
    """Give the gravest danger of a ticket, by its urgency and by the cards that its patient was shown; None if none."""
    cards = conversations.cards_shown(
        session, merged_store.conversation_ids(session, ticket), since=ticket.opened_at - CARD_BEFORE_TICKET
    )
    ranks = [Urgency(ticket.urgency).rank, *(_OF_CARD[card.kind].rank for card in cards)]
    if max(ranks) < Urgency.URGENT.rank:
        return None
    return Danger(
        emergency=max(ranks) == Urgency.EMERGENCY.rank,
        crisis=any(card.card is not None and card.card.level == "crisis" for card in cards),
    )
