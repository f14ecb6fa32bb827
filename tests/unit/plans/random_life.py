"""What appointments, clocks and processes may go through, and what must hold of it: a machine for hypothesis."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import select

from bot.bootstrap import Services
from bot.conversations import store as conversations
from bot.db.engine import utc_now
from bot.errors import ConflictError
from bot.plans import store
from bot.plans.models import PlannedMessage
from bot.plans.schedule import Agreed, Appointed, Due, schedule
from bot.plans.store import LEFT_OUT, MISSED, QUEUED, SENT, WAITING
from tests.unit.appointments.appointments_in_tests import ANA
from tests.unit.plans.known_in_tests import Known, Line, Person
from tests.unit.plans.plans_in_tests import Desk, ProcessDiedError, a_plan

ZONES = ("America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu")
NAMES = ("Zoe Quill", "Tom Quill")
PLAN = a_plan()
Key = tuple[int, str, dt.date]
LINES = st.integers(0, 104)
WAKING = (dt.time(9), dt.time(20))
SENT_IN_ALL: set[Key] = set()
BECAME: Counter[str] = Counter()
"""What became of all planned messages: sent, or missed or left out and why."""
LAST_DAYS = 30
"""How many days both go on working at the end of a life: more than any appointment is ahead."""
_runs = itertools.count(1)


class RandomLife(RuleBasedStateMachine):
    """Appointments are made, moved, cancelled and brought back, while two processes work, die and lose their clock."""

    services: Services
    first, most, lines_in_all = 1, 4, 2
    """How many appointments there are to begin with and at most, and how many numbers."""
    each_look = True
    """Whether both look every two hours by night too, when nothing waits; else only each sixth time then."""

    @initialize()
    def begin(self) -> None:
        """Begin long after whatever ran on this store before, with numbers of its own."""
        run = next(_runs)
        self.desk = Desk(self.services, PLAN, processes=2)
        self.desk.now = utc_now() + dt.timedelta(days=1000 * run)
        self.phones = [f"+1312555{self.lines_in_all * run + number:04d}" for number in range(self.lines_in_all)]
        self.lines = {phone: Line(people={name: Person() for name in NAMES}) for phone in self.phones}
        self.known: dict[int, Known] = {}
        self.checked = 0
        self.sent: Counter[Key] = Counter()
        self.numbers = itertools.count(1)
        for number in range(self.first):
            zone, name = ZONES[number % len(ZONES)], NAMES[number % len(NAMES)]
            self.book(hours=80 + (5 * number) % 60, zone=zone, name=name, line=number % self.lines_in_all, agrees=True)

    # What the clinic and its patients do.

    @rule(
        hours=st.integers(-20, 24 * 6),
        zone=st.sampled_from(ZONES),
        name=st.sampled_from(NAMES),
        line=LINES,
        agrees=st.sampled_from([True, True, True, False]),
    )
    def book(self, hours: int, zone: str, name: str, line: int, *, agrees: bool) -> None:
        """Make an appointment, for which most patients agree to messages; two people share each number."""
        if len(self.known) >= self.most:
            return
        known = Known(
            id=f"{self.phones[0]}-{next(self.numbers)}",
            name=name,
            phone=self.phones[line % self.lines_in_all],
            zone=zone,
            starts=(self.desk.now + dt.timedelta(hours=hours)).replace(second=0, microsecond=0),
        )
        number = self._put(known)
        self.known[number] = known
        if agrees and not self.lines[known.phone].opted_out:
            self._a_minute_passes()
            self.desk.consents(number)
            self.lines[known.phone].people[known.name].consents = True

    @precondition(lambda self: self.known)
    @rule(data=st.data(), hours=st.sampled_from([-30, -1, 1, 5, 24, 72]), line=st.none() | LINES)
    def move(self, data: st.DataObject, hours: int, line: int | None) -> None:
        """Change its time, and perhaps its number; the clinic's software says it, whatever staff did."""
        number = self._one(data)
        if line is not None:
            self.known[number].phone = self.phones[line % self.lines_in_all]
        self._move(number, hours=hours)

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def cancel_or_restore(self, data: st.DataObject) -> None:
        """Staff cancel it, or take that back."""
        self._cancel_or_restore(self._one(data))

    def _move(self, number: int, *, hours: int) -> None:
        known = self.known[number]
        known.starts += dt.timedelta(hours=hours)
        known.cancelled = False
        self._put(known)

    def _cancel_or_restore(self, number: int) -> None:
        known = self.known[number]
        if known.cancelled:
            self.desk.book.restore(number, ANA)
        else:
            self.desk.book.cancel(number, ANA)
        known.cancelled = not known.cancelled

    @precondition(lambda self: self.known and len(self.sent) > 1)
    @rule(data=st.data())
    def pause_or_resume(self, data: st.DataObject) -> None:
        """Staff have its messages wait, or go on."""
        self._pause_or_resume(self._one(data))

    def _pause_or_resume(self, number: int) -> None:
        known = self.known[number]
        known.paused = not known.paused
        self.desk.book.pause(number, ANA, paused=known.paused)

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def agree(self, data: st.DataObject) -> None:
        """The patient agrees; while the number has opted out staff cannot note that."""
        number = self._one(data)
        known = self.known[number]
        # Nobody agrees and takes it back in the same moment.
        self._a_minute_passes()
        try:
            self.desk.consents(number)
        except ConflictError:
            assert self.lines[known.phone].opted_out
        else:
            self.lines[known.phone].people[known.name].consents = True

    @precondition(lambda self: self.known and len(self.sent) > 1)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        """The patient wants no more of it, and says so to staff."""
        self._withdraw(self._one(data))

    def _withdraw(self, number: int) -> None:
        known = self.known[number]
        self._a_minute_passes()
        self.desk.book.withdraw(number, ANA)
        self.lines[known.phone].people[known.name].consents = False

    @precondition(lambda self: len(self.sent) > 1)
    @rule(line=LINES)
    def stop(self, line: int) -> None:
        """A number that got some messages texts STOP."""
        self._a_minute_passes()
        self.desk.texts_stop(self.phones[line % self.lines_in_all])
        self.lines[self.phones[line % self.lines_in_all]] = Line(
            opted_out=True, people={name: Person() for name in NAMES}
        )

    @rule(line=LINES)
    def start(self, line: int) -> None:
        """A number texts START."""
        self.desk.texts_start(self.phones[line % self.lines_in_all])
        self.lines[self.phones[line % self.lines_in_all]].opted_out = False

    # What happens to machines.

    @rule(minutes=st.sampled_from([1, 7, 60, 240, 720, 1440]))
    def time_passes(self, minutes: int) -> None:
        """Nobody works meanwhile."""
        self.desk.now += dt.timedelta(minutes=minutes)

    @rule(minutes=st.sampled_from([1, 60, 600]))
    def clock_goes_back(self, minutes: int) -> None:
        """Somebody sets it."""
        self.desk.now -= dt.timedelta(minutes=minutes)

    @rule(minutes=st.sampled_from([0, 1, 59, 300, 479]))
    def the_next_one_is_due(self, minutes: int) -> None:
        """The clock comes to the window of the next message, or to its end."""
        opens = [row.opens_at for row in self._rows(WAITING) if row.closes_at > self.desk.now]
        if opens:
            self.desk.now = max(self.desk.now, min(opens) + dt.timedelta(minutes=minutes))

    @rule(
        minutes=st.sampled_from([0, 1, 59]),
        process=st.integers(0, 1),
        trouble=st.sampled_from(["", "down", "no answer", "lost", "dies"]),
        later=st.sampled_from([0, 4, 600]),
    )
    def the_next_one_is_sent_in_trouble(self, minutes: int, process: int, trouble: str, later: int) -> None:
        """And both go on some minutes later, when all is well."""
        self.the_next_one_is_due(minutes)
        self.one_works_in_trouble(process, trouble)
        self.what_was_sent_was_right_when_it_was_sent()
        self.desk.now += dt.timedelta(minutes=later)
        self._both_work()

    @rule(
        process=st.integers(0, 1),
        what=st.sampled_from(["move", "nothing", "cancel", "pause", "withdraw", "stop"]),
        later=st.sampled_from([0, 4, 600]),
        data=st.data(),
    )
    def something_happens_to_what_is_on_its_way(self, process: int, what: str, later: int, data: st.DataObject) -> None:
        """The next message is stored and queued, then its appointment or its patient changes."""
        self.the_next_one_is_due(1)
        self.one_plans_alone(process)
        self._a_minute_passes()
        if self.known:
            number = self._one(data)
            match what:
                case "move":
                    self._move(number, hours=1)
                case "cancel":
                    self._cancel_or_restore(number)
                case "pause":
                    self._pause_or_resume(number)
                case "withdraw":
                    self._withdraw(number)
                case "stop":
                    self.stop(self.phones.index(self.known[number].phone))
        self.desk.now += dt.timedelta(minutes=later)
        self.one_sends_alone(process)
        self._both_work()
        self.what_was_sent_was_right_when_it_was_sent()
        if what == "pause" and self.known and self.known[number].paused:
            self._pause_or_resume(number)

    @rule(days=st.integers(1, 3))
    def both_work_through_days(self, days: int) -> None:
        """Every two hours, side by side."""
        self._live_through(days)
        self._nothing_open_is_left()

    @rule(hours=st.integers(1, 30))
    def both_work_through_hours(self, hours: int) -> None:
        """Every hour, side by side."""
        for _look in range(hours):
            self.desk.now += dt.timedelta(hours=1)
            self._both_work()
        self._nothing_open_is_left()

    @rule(process=st.integers(0, 1), trouble=st.sampled_from(["down", "no answer", "lost", "dies"]))
    def one_works_in_trouble(self, process: int, trouble: str) -> None:
        """The provider fails, or the process dies in the middle."""
        self.desk.provider.trouble = trouble
        try:
            self.desk.works(process)
        except ProcessDiedError:
            self.desk.restart(process)
        finally:
            self.desk.provider.trouble = ""

    @rule(process=st.integers(0, 1))
    def one_sends_alone(self, process: int) -> None:
        """It looks at what waits to be sent before it looks at what is due."""
        self.desk.provider.now = self.desk.now
        self.desk.outboxes[process].send_due(self.desk.now)

    @rule(process=st.integers(0, 1))
    def restart(self, process: int) -> None:
        """A process ends and begins anew between two steps."""
        self.desk.restart(process)

    @rule(process=st.integers(0, 1))
    def one_plans_alone(self, process: int) -> None:
        """It stores what is due, and ends before it is sent."""
        self.desk.workers[process].work(self.desk.now)

    # What must hold.

    @invariant()
    def what_was_sent_was_right_when_it_was_sent(self) -> None:
        """Looked at right after each step, by what the test knows."""
        if not hasattr(self, "desk"):
            return
        delivered = self.desk.provider.delivered
        for one in delivered[self.checked :]:
            row = self._row_of(one.message_id)
            known = self.known[row.appointment_id]
            line = self.lines[known.phone]
            assert not known.cancelled, "after the cancellation"
            assert not known.paused, "while paused"
            assert not line.opted_out, "after the opt-out"
            assert line.people[known.name].consents, "without consent"
            assert one.phone == known.phone, "to somebody else"
            assert f"for {known.name.split()[0]}:" in one.text, "for somebody else"
            local = known.starts.astimezone(ZoneInfo(known.zone))
            assert f"on {local:%A, %B} {local.day} at {local.hour % 12 or 12}" in one.text, "with another time"
            (due,) = [due for due in self._due(known) if (due.step, due.day) == (row.step, row.day)]
            assert due.opens <= one.at < due.closes, "late, or early"
            assert WAKING[0] <= one.at.astimezone(ZoneInfo(known.zone)).time() <= WAKING[1], "at night"
            self.sent[row.appointment_id, row.step, row.day] += 1
        self.checked = len(delivered)
        assert all(count == 1 for count in self.sent.values()), "twice"
        SENT_IN_ALL.update(list(self.sent))

    def teardown(self) -> None:
        """Both live on through the days of all that is planned. In the end all is settled.

        It was sent, or left out for a reason, or missed, which staff are told.
        """
        if not hasattr(self, "desk"):
            return
        for _day in range(LAST_DAYS):
            if not self._rows(WAITING, QUEUED):
                break
            self._live_through(1)
        self.what_was_sent_was_right_when_it_was_sent()
        self.desk.now += dt.timedelta(days=60)
        for _look in range(3):
            self._both_work()
        with self.desk.database.read() as session:
            for number in self.known:
                for row in store.of_appointment(session, number):
                    assert row.status in {SENT, MISSED, LEFT_OUT}, "lost"
                    BECAME[SENT if row.status == SENT else f"{row.status}: {row.why}"] += 1
                    was_sent = self.sent[number, row.step, row.day] == 1
                    # In doubt, staff look; never the other way round.
                    assert row.status == MISSED or was_sent == (row.status == SENT), (
                        f"not what happened: {row.step} {row.status} {row.why}"
                    )
        self.what_was_sent_was_right_when_it_was_sent()

    def _nothing_open_is_left(self) -> None:
        self._both_work()
        for number, known in self.known.items():
            for due in self._due(known):
                if due.is_open(self.desk.now):
                    with self.desk.database.read() as session:
                        rows = {(row.step, row.day): row for row in store.of_appointment(session, number)}
                    row = rows.get((due.step, due.day))
                    # One whose time was over before its appointment was known, or the clock went back, is told of.
                    assert row is not None or known.starts <= self.desk.now, "lost"
                    assert row is None or row.status in {SENT, MISSED}, f"lost: {row.status} {row.why}"

    def _live_through(self, days: int) -> None:
        for look in range(12 * days):
            self.desk.now += dt.timedelta(hours=2)
            if self.each_look or look % 6 == 0 or self._something_is_to_be_done():
                self._both_work()

    def _something_is_to_be_done(self) -> bool:
        return any(row.status == QUEUED or row.opens_at <= self.desk.now for row in self._rows(WAITING, QUEUED))

    def _rows(self, *statuses: str) -> list[PlannedMessage]:
        with self.desk.database.read() as session:
            mine = PlannedMessage.appointment_id.in_(self.known), PlannedMessage.status.in_(statuses)
            return list(session.scalars(select(PlannedMessage).where(*mine)))

    def _both_work(self) -> None:
        self.desk.provider.now = self.desk.now
        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(self.desk.works, process) for process in (0, 1)]:
                done.result()

    def _a_minute_passes(self) -> None:
        self.desk.now += dt.timedelta(minutes=1)

    def _due(self, known: Known) -> tuple[Due, ...]:
        line = self.lines[known.phone]
        agreed = Agreed(consents=line.people[known.name].consents, opted_out=line.opted_out)
        appointed = Appointed(
            starts_at=known.starts, timezone=known.zone, is_cancelled=known.cancelled, is_paused=known.paused
        )
        return schedule(PLAN, appointed, agreed, WAKING)

    def _put(self, known: Known) -> int:
        return self.desk.put(known.starts, id=known.id, name=known.name, phone=known.phone, zone=known.zone)

    def _one(self, data: st.DataObject) -> int:
        return data.draw(st.sampled_from(sorted(self.known)))

    def _row_of(self, message_id: int) -> PlannedMessage:
        with self.desk.database.read() as session:
            message = conversations.find_by_id(session, message_id)
            assert message is not None
            assert message.reply is not None
            assert message.reply.planned is not None
            row = store.find(session, message.reply.planned)
            assert row is not None
            return row
