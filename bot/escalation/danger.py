"""Whether a patient was told to call at once: what is said to them afterwards must not tell them to wait.

A card that they have said is not about them now counts for nothing in what they are told; for staff it still stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.conversations import store as conversations
from bot.escalation import safety_store
from bot.escalation.merging import merged_store
from bot.escalation.models import Ticket
from bot.reply import Reply
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
    """Give the gravest danger that a patient is to be reminded of, by their ticket's urgency and their cards.

    Cards that are not about them now are left out, and so is the urgency that came of those; None if there is no other.
    """
    places = merged_store.conversation_ids(session, ticket)
    cards = _cards(session, ticket, places)
    taken_back = {record.message_id for record in safety_store.not_now(session, places)}
    left = [card for card in cards if card.about not in taken_back]
    if len(left) == len(cards):
        return _gravest(cards, Urgency(ticket.urgency).rank)
    return _gravest(left, 0)


def danger_seen(session: Session, ticket: Ticket) -> Danger | None:
    """Give the gravest danger that was ever seen in what led to a ticket, whatever the patient said of it since."""
    cards = _cards(session, ticket, merged_store.conversation_ids(session, ticket))
    return _gravest(cards, Urgency(ticket.urgency).rank)


def taken_back_at(session: Session, ticket: Ticket) -> dt.datetime | None:
    """Give when the patient said of the last of their cards that it is not about them now; None if they never did."""
    records = safety_store.not_now(session, merged_store.conversation_ids(session, ticket))
    return max((record.answered_at for record in records if record.answered_at is not None), default=None)


def _cards(session: Session, ticket: Ticket, places: Collection[str]) -> list[Reply]:
    return conversations.cards_shown(session, places, since=ticket.opened_at - CARD_BEFORE_TICKET)


def _gravest(cards: Sequence[Reply], least: int) -> Danger | None:
    rank = max([least, *(_OF_CARD[card.kind].rank for card in cards)])
    if rank < Urgency.URGENT.rank:
        return None
    return Danger(
        emergency=rank == Urgency.EMERGENCY.rank,
        crisis=any(card.card is not None and card.card.level == "crisis" for card in cards),
    )
