"""Two edges look at the same time for what is due: each thing is done once, and neither waits for ever."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import select, text

from bot.bootstrap import Services
from bot.conversations import store as conversations
from bot.conversations.models import Message
from bot.db.engine import utc_now
from bot.escalation.models import Ticket
from bot.notifications import store as notifications
from bot.notifications.models import Notification
from bot.notifications.outbox import Outbox
from bot.staff.actor import Actor
from bot.vocabulary import Channel, EscalationReason

PROMISES = 200
LATER = dt.timedelta(days=3)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do several things at the same moment; give what came of each."""
    ready = threading.Barrier(len(works))

    def work(which: Callable[[], Any]) -> Any:
        ready.wait()
        return which()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(work, works))


def a_conversation(services: Services, name: str) -> str:
    """Store a conversation in which a patient has written."""
    with services.database.write() as session:
        conversations.add_conversation(session, conversation_id=name, token_hash="x", channel=Channel.WEB_CHAT)
        session.flush()
        conversations.add_inbound(session, conversation_id=name, text="Call me.", client_message_id=None)
    return name


def test_each_broken_promise_is_told_once(services: Services, other: Services):
    """Two hundred are due when two edges look."""
    for number in range(PROMISES):
        services.tickets.open(a_conversation(services, f"c{number}"), reason=EscalationReason.ASKED_FOR_PERSON)
    then = utc_now() + LATER

    done = at_once(*(lambda each=each: each.deadlines.pass_time(then) for each in (services, other, services, other)))
    rest = services.deadlines.pass_time(then)

    with services.database.read() as session:
        told = Counter(session.scalars(select(Message.conversation_id).where(Message.author == "bot")))
        raised = session.scalars(select(Ticket.id).where(Ticket.raised_at.is_not(None))).all()
        noted = session.scalar(text("SELECT count(*) FROM audit_entries WHERE action = 'ticket.raised'"))
    assert set(told.values()) == {1}
    assert len(told) == len(raised) == noted == PROMISES
    assert sum(len(changes) for changes in done) + len(rest) == PROMISES


class Counting:
    """A way out that keeps what it was given."""

    def __init__(self) -> None:
        self.sent: list[int] = []

    def send(self, notification_id: int, target: str, event: str, content: Mapping[str, Any]) -> None:
        """Keep it."""
        del target, event, content
        self.sent.append(notification_id)


def test_each_notification_is_sent_once(services: Services, other: Services):
    """By whichever edge took it in hand first."""
    with services.database.write() as session:
        for number in range(PROMISES):
            notifications.add(session, way="email", target=f"{number}@clinic.example", event="x", content={})
    sender = Counting()
    boxes = [Outbox(each.database, {"email": sender}) for each in (services, other)]
    now = utc_now()

    def send_all(box: Outbox) -> None:
        for _look in range(PROMISES // 10):
            box.send_due(now)

    at_once(*(lambda box=box: send_all(box) for box in boxes))

    with services.database.read() as session:
        waiting = session.scalars(select(Notification.id).where(Notification.sent_at.is_(None))).all()
    assert (len(sender.sent), len(set(sender.sent)), list(waiting)) == (PROMISES, PROMISES, [])


def test_what_a_dead_edge_had_in_hand_is_sent_after_its_lease(services: Services, other: Services):
    """Rather twice than never."""
    with services.database.write() as session:
        notifications.add(session, way="email", target="a@clinic.example", event="x", content={})
    now = utc_now()
    with services.database.write() as session:
        (waiting,) = notifications.due(session, now)
        assert notifications.claim(session, waiting.id, now, until=now + dt.timedelta(minutes=3))
    sender = Counting()
    box = Outbox(other.database, {"email": sender})

    assert box.send_due(now + dt.timedelta(minutes=1)).sent == 0
    assert box.send_due(now + dt.timedelta(minutes=4)).sent == 1


def test_nobody_waits_for_ever(services: Services, other: Services):
    """Whatever steps of one ticket meet, each comes to its end: taken, refused as too late, or done."""
    with services.database.read() as session:
        people = [Actor(staff_member_id=row.id, name=row.name) for row in session.execute(
            text("SELECT id, name FROM staff_members ORDER BY id LIMIT 2")
        )]  # fmt: skip
    first, second = (
        services.tickets.open(a_conversation(services, name), reason=EscalationReason.ASKED_FOR_PERSON)
        for name in ("one", "two")
    )
    services.tickets.merge(second, into=first, by=people[0])

    def steps(each: Services, who: Actor, mine: str, yours: str) -> list[str]:
        problems = []
        for _round in range(25):
            for step in (
                lambda: each.tickets.assign(first, to=who.staff_member_id or 0, by=who),
                lambda: each.tickets.open(mine, reason=EscalationReason.NO_ANSWER),
                lambda: each.tickets.hand_back(first, who),
                lambda: each.receive._accept(yours, who.name, None),
                lambda: each.deadlines.pass_time(utc_now() + LATER),
                lambda: each.tickets.cancel(mine),
            ):
                try:
                    step()
                except Exception as error:  # noqa: BLE001 (its kind is what is looked at)
                    problems.append(type(error).__name__)
        return problems

    found = at_once(
        lambda: steps(services, people[0], "one", "two"),
        lambda: steps(other, people[1], "two", "one"),
    )

    assert set(found[0] + found[1]) <= {"ConflictError"}


def test_two_who_take_a_ticket_are_told_of_each_other(services: Services, other: Services):
    """One has it, the other hears who does."""
    with services.database.read() as session:
        ana, ben = (Actor(staff_member_id=row.id, name=row.name) for row in session.execute(
            text("SELECT id, name FROM staff_members ORDER BY id LIMIT 2")
        ))  # fmt: skip
    ticket = services.tickets.open(a_conversation(services, "one"), reason=EscalationReason.ASKED_FOR_PERSON)

    def take(each: Services, who: Actor) -> str:
        try:
            each.tickets.take(ticket, who)
        except Exception as error:  # noqa: BLE001 (its words are what is looked at)
            return str(error)
        return "taken"

    said = at_once(lambda: take(services, ana), lambda: take(other, ben))

    assert sorted(said) in (["Ana has taken this ticket.", "taken"], ["Ben has taken this ticket.", "taken"])
