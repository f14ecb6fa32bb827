"""The only SQL on what is on its way out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session, aliased

from bot.db.engine import utc_now
from bot.notifications.models import DeliveryStatus, Notification, TextDelivery

SMS = "sms"
_ANEW = {"populate_existing": True}
UNASKED = "unasked"
"""In what a text tells: that it answers nothing the patient wrote, and so waits while they sleep."""
QUIET = "waits for the end of quiet hours"
LATE, IN_DOUBT = "its time has passed", "it is not known whether it arrived"
"""Why a text that has a last time is given up."""
CARD, MESSAGE = "sms.card", "sms.message"
"""The events of a text."""
OVERDUE_AFTER = dt.timedelta(seconds=90)
"""So long a text may wait, for its own tries or for another before it, until staff see that it has not gone."""
BEGUN = "begun"
"""In what a text tells: that it was in somebody's hands before."""


def add(
    session: Session,
    *,
    way: str,
    target: str,
    event: str,
    content: Mapping[str, Any],
    given_up: str | None = None,
    must_arrive: bool = False,
    until: dt.datetime | None = None,
) -> None:
    """Store a notification that is to be sent at once; with a reason in `given_up`, one that is kept and not sent.

    Staff are told where one that must arrive does not. One with `until` is given up after that time, and where it is
    in doubt whether it was sent. A text that the patient asked for takes along what waits for them to wake up.
    """
    now = utc_now()
    if way == SMS and given_up is None and not content.get(UNASKED):
        _hold_back_no_more(session, target, now)
    session.add(
        Notification(
            way=way,
            target=target,
            event=event,
            content=dict(content),
            created_at=now,
            next_try_at=None if given_up else now,
            tries=0,
            problem=given_up,
            must_arrive=must_arrive,
            until=until,
        )
    )


def _hold_back_no_more(session: Session, target: str, now: dt.datetime) -> None:
    """Have what waits for the end of a number's quiet hours go at once: what comes after it must not come before it."""
    waiting = select(Notification).where(
        Notification.way == SMS, Notification.target == target, Notification.next_try_at.is_not(None)
    )
    # There is hardly ever one, so nothing is locked before it is seen.
    for seen in session.scalars(waiting.order_by(Notification.id)).all():
        if not seen.content.get(UNASKED):
            continue
        query = select(Notification).where(Notification.id == seen.id).with_for_update()
        row = session.scalar(query, execution_options=_ANEW)
        if row is not None:
            row.content = {**row.content, UNASKED: False}
            if row.problem == QUIET:
                row.next_try_at, row.problem = now, None


def let_none_wait_for_a_clock(session: Session, now: dt.datetime, *, until: dt.datetime) -> None:
    """Have what was queued by a clock that was ahead, and was set back since, wait no longer than to a time."""
    by_another_clock = (Notification.created_at > now) & (Notification.next_try_at > until)
    session.execute(update(Notification).where(by_another_clock).values(created_at=now, next_try_at=until))


def is_from_the_future(session: Session, now: dt.datetime) -> bool:
    """Say whether anything that waits was queued later than now."""
    waiting = select(exists().where(Notification.next_try_at > now, Notification.created_at > now))
    return bool(session.scalar(waiting))


def due(session: Session, now: dt.datetime, *, limit: int = 20) -> list[Notification]:
    """Give the notifications whose next try is due, the oldest first."""
    query = select(Notification).where(Notification.next_try_at <= now, Notification.way != SMS)
    return list(session.scalars(query.order_by(Notification.id).limit(limit)))


def texts_due(session: Session, now: dt.datetime, *, limit: int = 20) -> list[Notification]:
    """Give the texts whose next try is due, cards first; of each number only the first that waits, to keep the order.

    A card waits for no other text of its number: what the patient must do now does not come after small talk. Nor does
    a text wait for one that came back from the phone and is tried once more: its turn has been.
    """
    earlier = aliased(Notification)
    came_back = exists().where(TextDelivery.notification_id == earlier.id)
    waits_before = exists().where(
        earlier.target == Notification.target,
        earlier.way == SMS,
        earlier.event == Notification.event,
        earlier.id < Notification.id,
        earlier.next_try_at.is_not(None),
        ~came_back,
    )
    query = select(Notification).where(Notification.next_try_at <= now, Notification.way == SMS, ~waits_before)
    return list(session.scalars(query.order_by(Notification.event != CARD, Notification.id).limit(limit)))


def texts_since(session: Session, target: str, since: dt.datetime) -> int:
    """Give how many texts to a number were queued since then, and not given up."""
    queued = Notification.sent_at.is_not(None) | Notification.next_try_at.is_not(None)
    query = select(func.count()).where(
        Notification.way == SMS, Notification.target == target, Notification.created_at >= since, queued
    )
    return session.scalar(query) or 0


def texts_not_sent(session: Session, target: str, now: dt.datetime) -> list[Notification]:
    """Give the texts to a number that did not arrive, or wait too long, whether they are tried again or given up."""
    is_late = Notification.sent_at.is_(None) & (Notification.created_at <= now - OVERDUE_AFTER)
    query = select(Notification).where(
        Notification.way == SMS, Notification.target == target, Notification.problem.is_not(None) | is_late
    )
    return list(session.scalars(query.order_by(Notification.id)))


def untold(session: Session, now: dt.datetime) -> list[Notification]:
    """Give the notifications that must arrive and have not, of which staff know nothing yet, the oldest first.

    What is given up or came back is told at once, what waits once it has waited too long.
    """
    came_back = exists().where(TextDelivery.notification_id == Notification.id)
    is_late = Notification.created_at <= now - OVERDUE_AFTER
    query = select(Notification).where(
        Notification.sent_at.is_(None),
        Notification.must_arrive,
        Notification.staff_told_at.is_(None),
        Notification.next_try_at.is_(None) | is_late | came_back,
    )
    return list(session.scalars(query.order_by(Notification.id)))


def lock(session: Session, notification_id: int) -> Notification | None:
    """Give a notification that nobody else changes until this transaction ends; None once it was deleted."""
    return session.scalar(select(Notification).where(Notification.id == notification_id).with_for_update())


def deliveries(session: Session, notification_id: int) -> list[TextDelivery]:
    """Give each time that a text was handed over, in no order."""
    return list(session.scalars(select(TextDelivery).where(TextDelivery.notification_id == notification_id)))


def find_delivery(session: Session, provider_id: str) -> TextDelivery | None:
    """Give a handing over by the provider's id of it; None for one that is not known."""
    return session.get(TextDelivery, provider_id)


def add_delivery(
    session: Session, *, provider_id: str, notification_id: int, status: DeliveryStatus, code: int | None = None
) -> TextDelivery:
    """Store that a text was handed over under the provider's id."""
    delivery = TextDelivery(
        provider_id=provider_id, notification_id=notification_id, status=status.value, code=code, told_at=utc_now()
    )
    session.add(delivery)
    session.flush()
    return delivery


def counts(session: Session) -> dict[str, int]:
    """Give how many wait to be sent and how many were given up."""
    unsent = select(func.count()).where(Notification.sent_at.is_(None))
    return {
        "waiting": session.scalar(unsent.where(Notification.next_try_at.is_not(None))) or 0,
        "given_up": session.scalar(unsent.where(Notification.next_try_at.is_(None))) or 0,
    }


def claim(session: Session, notification_id: int, now: dt.datetime, *, until: dt.datetime) -> bool:
    """Take a notification that is due in hand, so that nobody else sends it before a time; tell whether it was free."""
    query = select(Notification).where(Notification.id == notification_id, Notification.next_try_at <= now)
    found = session.scalar(query.with_for_update(skip_locked=True))
    if found is None:
        return False
    if found.until is not None:
        # Whoever took it before did not come back: it may have been sent.
        problem = IN_DOUBT if found.taken_at is not None else LATE if now >= found.until else None
        if problem is not None:
            found.next_try_at, found.taken_at, found.problem = None, None, problem
            return False
    found.next_try_at, found.taken_at = until, now
    if found.way == SMS:
        # Who takes it in hand after this knows that somebody has begun already, who may not have lived to note the end.
        found.content = {**found.content, BEGUN: True}
    return True


def of_message(session: Session, message_id: int, *, locked: bool = False) -> list[Notification]:
    """Give the texts that a message is sent as, in their order; `locked` so that nobody else changes them meanwhile."""
    named = Notification.content["message_id"].as_integer() == message_id
    query = select(Notification).where(Notification.way == SMS, named).order_by(Notification.id)
    return list(session.scalars(query.with_for_update() if locked else query, execution_options=_ANEW))


def call_off(session: Session, message_id: int, why: str) -> bool:
    """Give up the texts of a message that nobody has in hand; tell whether surely nothing of it is or will be sent."""
    rows = of_message(session, message_id, locked=True)
    for row in rows:
        if row.next_try_at is not None and row.taken_at is None:
            row.next_try_at, row.problem = None, why
    return all(row.sent_at is None and row.next_try_at is None and row.problem != IN_DOUBT for row in rows)


def find(session: Session, notification_id: int) -> Notification | None:
    """Give a notification; None once it was deleted with all that is stored of its patient."""
    return session.get(Notification, notification_id)
