"""What is old enough is deleted; what is newer, still to be sent, open, or under a ticket that is open, stays."""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.bootstrap import Services
from bot.clinic import Retention
from bot.conversations.models import Conversation, Message
from bot.escalation.models import Ticket, TicketNote
from bot.notifications.models import Notification
from bot.privacy.exports import Exports
from bot.privacy.memory_store import RasaMemory
from bot.privacy.retention import BATCH, FEW, TRIES, Keeper
from bot.settings import ROOT
from bot.staff.models import AuditEntry, SignIn, SignInTries, StaffLink
from bot.staff.store import audit_entries
from tests.factories import a_clinic
from tests.unit.privacy.conftest import MARKER, Stored, holding, remember, remembered, store_whole

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
ZONE = ZoneInfo("America/Chicago")
NOW = dt.datetime(2026, 11, 30, 5, 30, tzinfo=dt.UTC)
"""The worst moment: the clinic's 29th ends in half an hour, and its clocks went back within the last 30 days."""
ALWAYS = dt.timedelta(days=4000)
KEEPS_ALL = dict.fromkeys(Retention.model_fields, "")


def days(number: int) -> dt.timedelta:
    """Give the time since the clinic's clock showed the same hour so many days ago: no multiple of 24 hours."""
    return NOW - (NOW.astimezone(ZONE) - number * DAY).astimezone(dt.UTC)


def keeper(services: Services, **limits: str) -> Keeper:
    """Give a keeper with these limits, for whom all else is kept for ever."""
    clinic = a_clinic(retention={**KEEPS_ALL, **limits})
    root = services.settings.root
    return Keeper(services.database, clinic, RasaMemory(services.settings.tracker_url, root), Exports(root))


def run(services: Services, now: dt.datetime = NOW, **limits: str) -> dict[str, int]:
    """Look first, then delete, and make sure that both say the same; give what was deleted."""
    told = keeper(services, **limits).look(now)
    assert keeper(services, **limits).run(now) == told
    return {kind.kind: kind.count for kind in told if kind.count}


def left(services: Services, table: type) -> int:
    """Give how many rows a table has."""
    with services.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def age(services: Services, who: Stored, age: dt.timedelta, **of_ticket: object) -> None:
    """Let somebody's conversation be so old, and its ticket be resolved then or be what is said."""
    at = NOW - age
    with services.database.write() as session:
        session.execute(update(Conversation).where(Conversation.id == who.conversation_id).values(created_at=at))
        session.execute(update(Message).where(Message.conversation_id == who.conversation_id).values(created_at=at))
        resolved = {"status": "resolved", "resolution": "answered", "resolved_at": at, **of_ticket}
        session.execute(update(Ticket).where(Ticket.id == who.ticket_id).values(resolved))


OPEN = {"status": "open", "resolution": None, "resolved_at": None}


def test_an_old_conversation_goes_with_all_that_belongs_to_it(
    services: Services, zoe: Stored, tom: Stored, tmp_path: Path
):
    """And leaves no word behind; another one stays whole."""
    age(services, zoe, days(31))

    assert run(services, conversations="30 days", tickets="30 days") == {"tickets": 1, "conversations": 1}
    services.patients.scrub()

    assert holding(tmp_path, MARKER) == []
    assert remembered(services.settings) == {"tom"}
    assert (left(services, Conversation), left(services, TicketNote)) == (1, 1)


@pytest.mark.parametrize(
    ("of_ticket", "kept"),
    [
        ({}, False),
        (OPEN, True),
        ({**OPEN, "status": "snoozed"}, True),
        ({"resolved_at": NOW - days(30)}, True),
    ],
    ids=["resolved", "open", "snoozed", "resolved lately"],
)
def test_a_conversation_stays_as_long_as_its_ticket(services: Services, zoe: Stored, of_ticket: dict, kept: bool):
    """However long nothing was said."""
    age(services, zoe, ALWAYS, **of_ticket)

    run(services, conversations="30 days", tickets="30 days")

    assert (left(services, Conversation), left(services, Ticket), left(services, Message)) == (
        (1, 1, 2) if kept else (0, 0, 0)
    )


def test_a_ticket_that_is_kept_for_ever_keeps_its_conversation(services: Services, zoe: Stored):
    """An empty limit means what it says."""
    age(services, zoe, ALWAYS)

    assert run(services, conversations="30 days") == {}


def test_an_old_ticket_goes_before_a_conversation_that_goes_on(services: Services, zoe: Stored):
    """With its notes; the messages stay."""
    age(services, zoe, ALWAYS)
    with services.database.write() as session:
        session.execute(update(Message).values(created_at=NOW))

    assert run(services, conversations="30 days", tickets="30 days") == {"tickets": 1}

    assert (left(services, TicketNote), left(services, Message)) == (0, 2)


@pytest.mark.parametrize("first_is_open", [True, False])
def test_tickets_that_were_made_one_go_together(services: Services, zoe: Stored, tom: Stored, first_is_open: bool):
    """The open one keeps the conversation of the other, in which its patient wrote."""
    age(services, zoe, ALWAYS, **(OPEN if first_is_open else {}))
    age(services, tom, ALWAYS, resolution="merged", merged_into_id=zoe.ticket_id)

    run(services, conversations="30 days", tickets="30 days")

    assert left(services, Conversation) == (2 if first_is_open else 0)


def test_nothing_newer_than_the_limit_goes_over_a_change_of_clocks(services: Services, zoe: Stored):
    """An hour was lost on the 8th of March 2026: seven days before the 10th begin on the 3rd, by the wall."""
    night = dt.datetime(2026, 3, 10, 3, 30, tzinfo=ZONE)
    limit = dt.datetime(2026, 3, 3, 0, 0, tzinfo=ZONE)
    age(services, zoe, NOW - limit.astimezone(dt.UTC))
    assert run(services, night, conversations="7 days", tickets="7 days") == {}

    age(services, zoe, NOW - limit.astimezone(dt.UTC) + dt.timedelta(seconds=1))
    assert run(services, night, conversations="7 days", tickets="7 days") == {"tickets": 1, "conversations": 1}


def hours(first: dt.date, last: dt.date) -> list[dt.datetime]:
    """Give every hour of some days of the clinic, the last included: 23 or 25 where its clocks change."""
    begin, end = (dt.datetime.combine(day, dt.time(), ZONE).astimezone(dt.UTC) for day in (first, last + DAY))
    return [begin + number * HOUR for number in range((end - begin) // HOUR)]


@pytest.mark.parametrize("change", [dt.date(2026, 3, 8), dt.date(2026, 11, 1)], ids=["forward", "back"])
def test_whatever_the_hour_the_days_of_the_calendar_decide(services: Services, change: dt.date):
    """The clock is walked over the change itself, and over the days whose limit lies at the change."""
    sent = hours(change - 33 * DAY, change + 3 * DAY)
    per_day = Counter(at.astimezone(ZONE).date() for at in sent)
    with services.database.write() as session:
        session.add_all(_notification("email", NOW - at, sent=True) for at in sent)
    keeps_30_days = keeper(services, notifications="30 days")

    wrong = []
    for now in hours(change - DAY, change + DAY) + hours(change + 29 * DAY, change + 32 * DAY):
        today = now.astimezone(ZONE).date()
        expected = sum(count for day, count in per_day.items() if (today - day).days > 30)
        found = {kind.kind: kind.count for kind in keeps_30_days.look(now + HOUR / 2)}
        if found["notifications"] != expected:
            wrong.append((now.astimezone(ZONE).isoformat(), found["notifications"], expected))

    assert wrong == []


def test_two_runs_at_once_delete_everything_once(services: Services, ana: int):
    """The edge at night and somebody at the terminal."""
    for number in range(3 * FEW // 2):
        phone, email = f"+1312555{number:04}", f"{number}@x.example"
        who = store_whole(services.database, f"c{number}", ana, marker="x", name="X", phone=phone, email=email)
        age(services, who, ALWAYS)
    done: list[int] = []

    def work() -> None:
        gone = keeper(services, conversations="30 days", tickets="30 days").run(NOW)
        done.append(sum(kind.count for kind in gone if kind.kind == "conversations"))

    both = [threading.Thread(target=work) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()

    assert sum(done) == 3 * FEW // 2
    assert (left(services, Conversation), left(services, Message), left(services, Notification)) == (0, 0, 0)


def test_the_clock_notes_what_it_has_deleted(services: Services, zoe: Stored):
    """How much, not what; a night without anything is no entry."""
    run(services, conversations="30 days", tickets="30 days")
    age(services, zoe, ALWAYS)
    run(services, conversations="30 days", tickets="30 days")

    with services.database.read() as session:
        (entry,) = audit_entries(session, subject="retention")
    assert (entry.staff_name, entry.details) == ("Frontdesk", {"conversations": 1, "tickets": 1})


def test_rasas_memory_is_forgotten_when_it_is_old_or_nobodys(services: Services, zoe: Stored):
    """A conversation that was forgotten while a turn was under way has been remembered once more."""
    remember(services.settings, "gone", MARKER)

    assert run(services) == {"assistant_memory": 1}
    assert remembered(services.settings) == {"zoe"}
    assert run(services, assistant_memory="30 days") == {"assistant_memory": 1}


def test_exports_do_not_lie_about(services: Services, tmp_path: Path):
    """They hold everything of somebody."""
    kept = Exports(tmp_path).keep("x", b"zip")

    os.utime(kept, (NOW.timestamp(), NOW.timestamp()))

    assert run(services, NOW + 7 * DAY, exports="7 days") == {}
    assert run(services, NOW + 8 * DAY, exports="7 days") == {"exports": 1}
    assert not kept.exists()


def _notification(way: str, age: dt.timedelta, *, sent: bool = False, waits: bool = False) -> Notification:
    at = NOW - age
    return Notification(
        way=way, target="1", event="x.y", content={}, created_at=at, tries=1,
        sent_at=at if sent else None, next_try_at=at if waits else None, problem=None if sent else "TimeoutError",
    )  # fmt: skip


@pytest.mark.parametrize("way", ["email", "webhook", "integration", "sms"])
@pytest.mark.parametrize(
    ("age", "sent", "waits", "stays"),
    [
        (days(30), True, False, True),
        (days(31), True, False, False),
        (days(31), False, False, True),
        (days(90), False, False, True),
        (days(91), False, False, False),
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

    run(services, notifications="30 days", not_delivered="90 days")

    assert left(services, Notification) == (1 if stays else 0)


def _sign_in(session: Session, ana: int, age: dt.timedelta) -> None:
    session.add(
        SignIn(
            token_hash="x",
            staff_member_id=ana,
            csrf_token="x",
            created_at=NOW - age,
            expires_at=NOW - age,
            seen_at=NOW - age,
        )
    )


def _link(session: Session, ana: int, age: dt.timedelta) -> None:
    session.add(StaffLink(token_hash="x", staff_member_id=ana, expires_at=NOW - age))


def _tries(session: Session, _ana: int, age: dt.timedelta) -> None:
    session.add(SignInTries(key_hash="x", email_hash="x", failed=3, last_at=NOW - age))


@pytest.mark.parametrize(
    ("table", "put", "young", "old"),
    [
        (SignIn, _sign_in, days(90), days(91)),
        (StaffLink, _link, days(90), days(91)),
        (SignInTries, _tries, TRIES - HOUR, TRIES + HOUR),
    ],
    ids=["sign-ins", "links", "tries"],
)
def test_what_opens_nothing_any_more_is_deleted(
    services: Services, ana: int, table: type, put: Callable[..., None], young: dt.timedelta, old: dt.timedelta
):
    """Counted from when it ran out."""
    for age_now, stays in ((young, True), (old, False)):
        with services.database.write() as session:
            session.query(table).delete()
            put(session, ana, age_now)

        run(services, sign_ins="90 days")

        assert left(services, table) == (1 if stays else 0)


def test_the_audit_log_goes_after_years_or_never(services: Services):
    """What the database would refuse is not even tried: a year is the least."""
    with services.database.write() as session:
        for number in (365, 366):
            session.add(
                AuditEntry(at=NOW - days(number), staff_name="Ana", action="x", subject="x", subject_id="x", details={})
            )

    assert run(services) == {}
    assert run(services, audit="1 year") == {"audit": 1}


def test_no_change_of_clocks_makes_a_year_too_short_for_the_database(services: Services):
    """In 2020 clocks went back on the 1st of November, in 2021 on the 7th: between, midnight comes an hour early."""
    with services.database.write() as session:
        at = dt.datetime(2020, 11, 4, 23, 30, tzinfo=ZONE)
        session.add(AuditEntry(at=at, staff_name="Ana", action="x", subject="x", subject_id="x", details={}))
    keeps_a_year = keeper(services, audit="1 year")

    def look(now: dt.datetime) -> tuple[dt.datetime, int]:
        (audit,) = (kind for kind in keeps_a_year.look(now) if kind.kind == "audit")
        assert audit.before is not None
        return audit.before, audit.count

    walked = hours(dt.date(2021, 11, 1), dt.date(2021, 11, 9))
    assert [now for now in walked if look(now)[0] > now - 365 * DAY] == []
    assert look(dt.datetime(2021, 11, 5, 0, 10, tzinfo=ZONE))[1] == 0
    assert look(dt.datetime(2021, 11, 5, 3, 30, tzinfo=ZONE))[1] == 1


def test_many_are_deleted_batch_after_batch(services: Services):
    """The first time on an old store, say."""
    with services.database.write() as session:
        session.add_all(_notification("email", ALWAYS, sent=True) for _ in range(2 * BATCH + 1))

    assert run(services, notifications="30 days") == {"notifications": 2 * BATCH + 1}


@pytest.mark.parametrize(
    "said",
    [{"conversations": "2 weeks"}, {"audit": "364 days"}, {"audit": "3 months"}, {"conversatons": "2 years"}],
    ids=str,
)
def test_a_limit_that_cannot_be_is_refused(said: dict[str, str]):
    """At the start, not in the night."""
    with pytest.raises(ValueError, match=r"write 90 days|a year at least|not permitted"):
        a_clinic(retention=said)


def test_what_is_left_empty_is_kept_and_what_is_not_named_has_the_usual_limit():
    """In either way of leaving it empty."""
    retention = a_clinic(retention={"conversations": None, "tickets": ""}).retention

    assert (retention.conversations, retention.tickets, retention.notifications) == ("", "", "30 days")


def test_every_limit_is_in_the_document_with_its_usual_value():
    """Who reads it decides by it."""
    table = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")

    missing = [kind for kind, field in Retention.model_fields.items() if f"`{kind}` | {field.default} |" not in table]

    assert missing == []
