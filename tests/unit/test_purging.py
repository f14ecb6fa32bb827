"""What is old enough is deleted; what is still to be sent, and what is open, stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.notifications.models import Notification
from bot.purging import BATCH, DELIVERED, GIVEN_UP, SIGN_INS, TRIES, Purged, purge
from bot.staff.models import AuditEntry, SignIn, SignInTries, StaffLink
from bot.vocabulary import Role

DAY, NOW = dt.timedelta(days=1), utc_now()
ALWAYS = dt.timedelta(days=4000)


@pytest.fixture
def ana(services: Services) -> int:
    """Give somebody with an account."""
    services.staff.add(email="ana@x.example", name="Ana", role=Role.AGENT, password="three or four words")
    return services.people.id_of("ana@x.example")


def _notification(way: str, age: dt.timedelta, *, sent: bool = False, waits: bool = False) -> Notification:
    at = NOW - age
    return Notification(
        way=way, target="1", event="x.y", content={}, created_at=at, tries=1,
        sent_at=at if sent else None, next_try_at=at if waits else None, problem=None if sent else "TimeoutError",
    )  # fmt: skip


def _left(services: Services, table: type) -> int:
    with services.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("way", ["email", "webhook", "integration", "sms"])
@pytest.mark.parametrize(
    ("age", "sent", "waits", "stays"),
    [
        (DELIVERED - DAY, True, False, True),
        (DELIVERED + DAY, True, False, False),
        (DELIVERED + DAY, False, False, True),
        (GIVEN_UP - DAY, False, False, True),
        (GIVEN_UP + DAY, False, False, False),
        (ALWAYS, False, True, True),
    ],
    ids=["sent lately", "sent", "given up lately", "given up not so long ago", "given up", "still to be sent"],
)
def test_a_notification_is_deleted_by_its_age(
    services: Services, way: str, age: dt.timedelta, sent: bool, waits: bool, stays: bool
):
    """What waits is never old."""
    with services.database.write() as session:
        session.add(_notification(way, age, sent=sent, waits=waits))

    purged = purge(services.database, NOW)

    assert (_left(services, Notification), purged.notifications) == ((1, 0) if stays else (0, 1))


def _sign_in(session: Session, ana: int, age: dt.timedelta) -> None:
    session.add(SignIn(token_hash="x", staff_member_id=ana, csrf_token="x", created_at=NOW - age, expires_at=NOW - age))


def _link(session: Session, ana: int, age: dt.timedelta) -> None:
    session.add(StaffLink(token_hash="x", staff_member_id=ana, expires_at=NOW - age))


def _tries(session: Session, _ana: int, age: dt.timedelta) -> None:
    session.add(SignInTries(email_hash="x", failed=3, last_at=NOW - age))


@pytest.mark.parametrize(
    ("table", "put", "limit"),
    [(SignIn, _sign_in, SIGN_INS), (StaffLink, _link, SIGN_INS), (SignInTries, _tries, TRIES)],
    ids=["sign-ins", "links", "tries"],
)
def test_what_opens_nothing_any_more_is_deleted(
    services: Services, ana: int, table: type, put: Callable[..., None], limit: dt.timedelta
):
    """Counted from when it ran out."""
    for age, stays in ((limit - dt.timedelta(hours=1), True), (limit + dt.timedelta(hours=1), False)):
        with services.database.write() as session:
            session.execute(text(f"DELETE FROM {table.__tablename__}"))  # type: ignore[attr-defined]  # noqa: S608
            put(session, ana, age)

        purge(services.database, NOW)

        assert _left(services, table) == (1 if stays else 0)


def test_an_open_sign_in_goes_on_and_the_audit_log_stays(services: Services, ana: int):
    """However often it is purged."""
    cookie, before = services.staff.sign_in("ana@x.example", "three or four words"), _left(services, AuditEntry)

    for _ in range(2):
        assert purge(services.database, utc_now()) == Purged(notifications=0, sign_ins=0, links=0, tries=0)

    assert services.staff.who_is(cookie) is not None
    assert _left(services, AuditEntry) == before


def test_many_are_deleted_batch_after_batch(services: Services):
    """The first time on an old store, say."""
    with services.database.write() as session:
        session.add_all(_notification("email", ALWAYS, sent=True) for _ in range(2 * BATCH + 1))

    assert purge(services.database, NOW).notifications == 2 * BATCH + 1
    assert _left(services, Notification) == 0
