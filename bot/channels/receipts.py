"""What the provider tells of a text that it took: on the phone, or back, and then it is handed over once more."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.channels import store
from bot.db.engine import Database, utc_now
from bot.notifications import store as notifications
from bot.notifications.models import DeliveryStatus, Notification, TextDelivery

WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 10, 60))
"""How long after a text came back it is handed over once more; after the last it is given up."""

CAME_BACK = "did not arrive"
"""With this begins what staff read of a text that the provider took and could not deliver."""

_DELIVERED = frozenset({"delivered", "read"})
_UNDELIVERED = frozenset({"undelivered", "failed"})
_STOPPED = 21610
_MAY_GO_LATER = frozenset({None, 30001, 30003, 30008, 30017, 30022})
"""Twilio's codes of what may arrive another time: a full queue or limit, a phone that is off, no reason given."""
_REASONS = {
    30003: "the phone is off or out of reach",
    30004: "the phone blocks us",
    30005: "there is no such number",
    30006: "a landline, or a number that takes no texts",
    30007: "stopped by the phone company",
    63016: "the patient last wrote over a day ago",
}
"""What staff read of a code."""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What the provider tells of one text.

    Attributes:
        notification_id: The text in the outbox.
        provider_id: The provider's id of this handing over.
        phone: The number that it went to, as the provider has it.
        status: The provider's word for what became of it.
        code: Its number for what went wrong; None if it gives none.
    """

    notification_id: int
    provider_id: str
    phone: str
    status: str
    code: int | None = None

    @property
    def meaning(self) -> DeliveryStatus:
        """What the provider's word comes to; one that is not known says only that the provider has the text."""
        if self.status in _DELIVERED:
            return DeliveryStatus.DELIVERED
        if self.status not in _UNDELIVERED:
            return DeliveryStatus.SENDING
        later = self.code in _MAY_GO_LATER
        return DeliveryStatus.TEMPORARY_FAILURE if later else DeliveryStatus.PERMANENT_FAILURE


class Receipts:
    """Takes receipts in any order, each as often as it comes."""

    def __init__(self, database: Database) -> None:
        """Take the database that holds the texts."""
        self._database = database

    def take(self, receipt: Receipt, now: dt.datetime | None = None) -> bool:
        """Note a receipt; tell whether it was news. One of a text that is not ours, or gone, is none."""
        now = now or utc_now()
        with self._database.write() as session:
            row = notifications.lock(session, receipt.notification_id)
            number = (
                None
                if row is None or row.way != notifications.SMS
                else store.find_number_by_id(session, int(row.target))
            )
            if row is None or number is None or number.phone != receipt.phone:
                return False
            delivery = notifications.find_delivery(session, receipt.provider_id)
            if delivery is None:
                delivery = notifications.add_delivery(
                    session,
                    provider_id=receipt.provider_id,
                    notification_id=row.id,
                    status=DeliveryStatus.SENDING,
                )
            elif delivery.notification_id != row.id or not _is_news(DeliveryStatus(delivery.status), receipt.meaning):
                return False
            delivery.status, delivery.code, delivery.told_at = receipt.meaning.value, receipt.code, now
            if receipt.code == _STOPPED:
                store.opt_out(session, number.id, now)
            _settle(row, notifications.deliveries(session, row.id), now)
            return True


def _is_news(known: DeliveryStatus, told: DeliveryStatus) -> bool:
    """Say whether a word changes what is known: what has ended does not begin again, and what arrived has arrived."""
    if known is DeliveryStatus.SENDING:
        return told is not DeliveryStatus.SENDING
    return known.failed and told is DeliveryStatus.DELIVERED


def _settle(row: Notification, deliveries: list[TextDelivery], now: dt.datetime) -> None:
    """Have the outbox do what all that is known of a text asks for."""
    statuses = [DeliveryStatus(each.status) for each in deliveries]
    if any(not status.failed for status in statuses):
        # On the phone, or still on its way: nothing is handed over while that may arrive.
        row.sent_at, row.next_try_at, row.problem = row.sent_at or now, None, None
        return
    last = max(deliveries, key=lambda each: each.told_at)
    row.sent_at = None
    reason = _REASONS.get(last.code or 0)
    code = "" if last.code is None else f" (code {last.code})"
    row.problem = f"{CAME_BACK}{f': {reason}' if reason else ''}{code}"
    row.next_try_at = None
    if DeliveryStatus.PERMANENT_FAILURE not in statuses and len(statuses) <= len(WAITS):
        row.next_try_at = now + WAITS[len(statuses) - 1]
