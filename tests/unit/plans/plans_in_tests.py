"""A clinic's plans at work in tests: a book, workers and outboxes on one store, with a clock that tests set."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import httpx

from bot.appointments.book import Book
from bot.appointments.models import AppointmentSource
from bot.appointments.written import Reader, Written
from bot.bootstrap import Services
from bot.channels import store as numbers
from bot.channels.consents import ConsentChannel, Given
from bot.db.engine import Database, utc_now
from bot.errors import NotDeliverableError
from bot.knowledge.serving import Rules
from bot.notifications import store as notifications
from bot.notifications.outbox import TEXT_WAITS, Outbox
from bot.plans import store
from bot.plans.entries import Plan
from bot.plans.models import PlannedMessage
from bot.plans.planning import Planning
from bot.plans.serving import ServedPlans
from bot.plans.worker import PlanWorker
from tests.unit.appointments.appointments_in_tests import ANA, GOOD, reader

SAYS = [{"text": "Your visit is on {appointment.day} at {appointment.time}."}]
USUAL = {"title": "A message", "at": "10:00", "until": "18:00", "says": SAYS}
STEPS = (
    {"id": "three_before", "day": -3},
    {"id": "day_before", "day": -1, "at": "08:00", "until": "12:00"},
    {"id": "evening", "day": 0, "at": "17:00", "until": "19:30"},
    {"id": "check_in", "day": 1, "check_in": True},
)
CHICAGO = "America/Chicago"


def a_plan(*steps: dict[str, object]) -> Plan:
    """Make a plan whose messages say when the visit is."""
    return Plan.model_validate(
        {
            "treatment": "prp",
            "owner": "sample",
            "sample": True,
            "messages": [{**USUAL, **step} for step in steps or STEPS],
        }
    )


class ProcessDiedError(BaseException):
    """Stands for the end of a process: nothing after it is done any more."""


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """A text that reached a phone."""

    at: dt.datetime
    phone: str
    message_id: int
    text: str


class Provider:
    """Takes texts as the provider's client does, and is down, silent or left alone as a test says."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.delivered: list[Delivered] = []
        self.now = utc_now()
        self.trouble = ""

    def send(self, _notification_id: int, target: str, _event: str, content: Mapping[str, Any]) -> None:
        """Take one text."""
        if self.trouble == "down":
            raise httpx.ConnectError("down")
        if self.trouble == "lost":
            raise httpx.ReadTimeout("no answer, and nothing was sent")
        with self._database.read() as session:
            number = numbers.get_number(session, int(target))
        if number.opted_out_at is not None and not content["even_if_opted_out"]:
            raise NotDeliverableError("opted out")
        self.delivered.append(
            Delivered(at=self.now, phone=number.phone, message_id=content["message_id"], text=content["text"])
        )
        if self.trouble == "no answer":
            raise httpx.ReadTimeout("no answer, though it was sent")
        if self.trouble == "dies":
            raise ProcessDiedError


class Desk:
    """One store with a book, and as many workers and outboxes as processes."""

    def __init__(self, services: Services, plan: Plan | None = None, *, processes: int = 1) -> None:
        self.services = services
        self.database = services.database
        self.now = utc_now()
        self.samples = True
        self.plans = ServedPlans(
            {("prp", "en"): plan or a_plan()},
            lambda: Rules(today=self.now.date(), samples=self.samples),
        )
        self.planning = Planning(self.plans, services.clinic)
        self.book = Book(self.database, [self.planning.follow], clock=lambda: self.now)
        self.provider = Provider(self.database)
        self.workers: list[PlanWorker] = []
        self.outboxes: list[Outbox] = []
        for _process in range(processes):
            self.workers.append(self._worker())
            self.outboxes.append(self._outbox())
        self.reader: Reader = reader()

    def restart(self, process: int) -> None:
        """Begin a process anew: it knows what the store knows."""
        self.workers[process], self.outboxes[process] = self._worker(), self._outbox()
        self.workers[process].catch_up(self.now)

    def put(self, starts_at: dt.datetime, **values: Any) -> int:
        """Put an appointment into the book; give its number."""
        written = replace(GOOD, date="", time="", starts_at=starts_at, **values)
        return self.put_written(written)

    def put_written(self, written: Written) -> int:
        """Put an appointment into the book as it is written."""
        return self.book.put(self.reader.read(written, AppointmentSource.CSV), ANA)[0]

    def consents(self, appointment_id: int) -> None:
        """Have the patient agree now."""
        given = Given(version="2026-12", channel=ConsentChannel.PAPER, given_at=self.now)
        self.book.consent(appointment_id, given, ANA)

    def texts_stop(self, phone: str) -> None:
        """Have a number opt out, or do so again."""
        with self.database.write() as session:
            numbers.opt_out(session, numbers.lock_number(session, phone).id, self.now)

    def texts_start(self, phone: str) -> None:
        """Have a number come back."""
        with self.database.write() as session:
            numbers.lock_number(session, phone).opted_out_at = None

    def works(self, process: int = 0) -> None:
        """Have a process look once at what is due, and send what waits."""
        self.provider.now = self.now
        self.workers[process].work(self.now)
        self.outboxes[process].send_due(self.now)

    def comes(self, moment: dt.datetime) -> None:
        """Let it be a time, and a process look twice: it sends, and sees what became of it."""
        self.now = moment
        self.works()
        self.works()

    def rows(self, appointment_id: int) -> dict[str, PlannedMessage]:
        """Give what is planned, by the step; of the latest day."""
        with self.database.read() as session:
            return {row.step: row for row in store.of_appointment(session, appointment_id)}

    def said(self, appointment_id: int) -> dict[str, str]:
        """Give what became of each step."""
        return {step: row.why or row.status for step, row in self.rows(appointment_id).items()}

    def _worker(self) -> PlanWorker:
        return PlanWorker(self.database, self.services.clinic, self.services.responses, self.plans, self.planning)

    def _outbox(self) -> Outbox:
        find = partial(notifications.texts_due, limit=100)
        return Outbox(self.database, {notifications.SMS: self.provider}, find=find, waits=TEXT_WAITS)
