"""Tells staff that a card, a check or a reply of theirs did not reach the patient's phone, once for each message."""

from __future__ import annotations

import datetime as dt

from bot.clinic import Clinic
from bot.conversations import store as conversations
from bot.conversations.store import StoredMessage
from bot.db.engine import Database
from bot.escalation.alerts import Alerts
from bot.escalation.change import Change, changed, note
from bot.escalation.due.promises import Promises
from bot.escalation.opening import Escalation, open_ticket, wake
from bot.notifications import store as notifications
from bot.responses import FixedResponses
from bot.staff.actor import FRONTDESK
from bot.vocabulary import Author, EscalationReason, Urgency


class Undelivered:
    """Looks, every few seconds, at what has not arrived."""

    def __init__(self, database: Database, clinic: Clinic, responses: FixedResponses, alerts: Alerts | None) -> None:
        """Take the database, the clinic for its hours and targets, the fixed wordings, and who is told of tickets."""
        self._database = database
        self._alerts = alerts
        self._reopen_for = dt.timedelta(hours=clinic.reopen_hours)
        self._promises = Promises(clinic, responses)

    def tell(self, now: dt.datetime) -> list[Change]:
        """Tell of all that staff do not know of yet, each in a transaction of its own; give what changed.

        The conversation has its ticket then, and those are alerted who are alerted of urgent tickets: whoever wrote may
        have gone home.
        """
        with self._database.read() as session:
            lost = {int(row.content["message_id"]) for row in notifications.untold(session, now)}
        changes = [self._tell_of(message_id, now) for message_id in sorted(lost)]
        return [change for change in changes if change is not None]

    def _tell_of(self, message_id: int, now: dt.datetime) -> Change | None:
        with self._database.write() as session:
            message = conversations.find_by_id(session, message_id)
            if message is None:
                return None
            conversations.lock_conversation(session, message.conversation_id)
            # Once more: another edge may have told of it, or it has arrived since. All parts of a message are one.
            rows = [row for row in notifications.untold(session, now) if int(row.content["message_id"]) == message_id]
            if not rows:
                return None
            for row in rows:
                row.staff_told_at = now
            escalation = Escalation(
                conversation_id=message.conversation_id,
                reason=EscalationReason.NOT_DELIVERED,
                urgency=_urgency(message),
                message_id=message.in_reply_to,
                signs=(),
            )
            ticket = open_ticket(session, escalation, self._promises, reopen_after=now - self._reopen_for, now=now)
            wake(ticket)
            note(session, ticket, FRONTDESK, "ticket.not_delivered", message=str(message_id))
            if self._alerts is not None:
                self._alerts.not_delivered(session, ticket)
            return changed(session, ticket)


def _urgency(message: StoredMessage) -> Urgency:
    """Say how soon somebody must call: whoever was to read a card did not read it."""
    if message.author is Author.STAFF:
        return Urgency.SOON
    is_emergency = message.reply is not None and message.reply.card is not None and message.reply.card.level != "urgent"
    return Urgency.EMERGENCY if is_emergency else Urgency.URGENT
