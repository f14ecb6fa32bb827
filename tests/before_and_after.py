"""A patient's whole story, from the import of their visit to the fever after it; played with whichever parts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.appointments.importing import import_file
from bot.appointments.models import Appointment
from bot.bootstrap import Services
from bot.channels import store as numbers
from bot.db.engine import utc_now
from bot.escalation.models import Ticket
from bot.plans import store
from bot.staff.actor import FRONTDESK
from bot.vocabulary import EscalationReason, TicketStatus, Urgency
from tests.chat_tester import ChatTester
from tests.phones import Phone, eventually

CHICAGO = ZoneInfo("America/Chicago")
DAY = utc_now().astimezone(CHICAGO).date() + dt.timedelta(days=12)
TABLE = """\
id,name,phone,treatment,body_part,date,time
{id},Zoe Quill,{phone},PRP,left knee,{day},09:30
{id}-2,Tom Quill,call the desk,PRP,hip,{day},10:30
"""


class Story:
    """Plays it, step by step; each step says what must be true then.

    Args:
        services: The parts behind the edge.
        phone: The patient's.
        chat: The browser of a staff member.
        seconds: How long an answer may take.
    """

    def __init__(self, services: Services, phone: Phone, chat: ChatTester, *, seconds: float = 10.0) -> None:
        self.services, self.phone, self.chat, self.seconds = services, phone, chat, seconds
        chat.staff_signs_in()

    def is_imported(self, folder: Path) -> None:
        """The practice's table is read; the line that is wrong is told, the other one kept."""
        table = folder / "visits.csv"
        text = TABLE.format(id=self.phone.number, phone=self.phone.number, day=DAY.isoformat())
        table.write_text(text, encoding="utf-8")
        imported = import_file(table, self.services.appointments.book, self.services.appointments.reader, FRONTDESK)
        assert [str(trouble).partition(":")[0] for trouble in imported.troubles] == ["line 3"]
        with self.services.database.read() as session:
            self.number = session.scalars(
                select(Appointment.id).where(Appointment.external_id == self.phone.number)
            ).one()
        self.address = f"/staff/appointments/{self.number}"

    def agrees(self) -> None:
        """Nothing is sent before the patient has agreed; a staff member notes that they did, on paper."""
        self.comes(-7, 11)
        assert "None: nothing is sent" in self.chat.staff.get(self.address).text
        form = {"csrf_token": self.chat._csrf_token, "channel": "paper"}
        assert "The consent is noted" in self.chat.staff.post(f"{self.address}/consent", data=form).text
        assert self.phone.received == []

    def gets_the_checklist(self) -> None:
        """Three days before: what to bring, with the day and the time, and how to end it; once."""
        self.comes(-3, 11)
        checklist = self.phone.gets("for Zoe:")
        assert f"See you on {DAY:%A, %B} {DAY.day} at 9:30 am." in checklist
        assert "photo ID" in checklist
        assert "left knee easy to reach" in checklist
        assert "Text STOP to end these messages." in checklist
        assert "Draft, not reviewed by a clinician." in checklist
        # Staff see it in the timeline; however often the worker looks, it was said once.
        self.comes(-3, 12)
        self.comes(-3, 13)
        eventually(lambda: self.became("bring") == "sent")
        assert 'data-status="sent"' in self.chat.staff.get(self.address).text
        assert len(self.phone.received) == 1

    def asks(self, questions: Sequence[tuple[str, str]]) -> None:
        """Each question by text gets its answer."""
        for asked, answer in questions:
            self.phone.texts(asked)
            self.phone.gets(answer, seconds=self.seconds)

    def is_taken_over(self) -> None:
        """A staff member makes a ticket of the conversation, replies, and leaves it to the assistant again."""
        (conversation,) = self._conversations()
        form = {"csrf_token": self.chat._csrf_token}
        made = self.chat.staff.post(f"/staff/conversations/{conversation}/ticket", data=form)
        ticket = int(re.findall(r"/staff/tickets/(\d+)", str(made.url))[0])
        self.chat.staff_replies("We keep a room ready for you.", ticket)
        assert self.phone.gets("We keep a room ready") == "Ana, clinic staff: We keep a room ready for you."
        # Between a person's words nothing is said that was planned.
        before = len(self.phone.received)
        self.comes(-1, 12)
        assert self.became("day_before") == "waiting"
        assert len(self.phone.received) == before
        self.chat.staff_resolves(ticket)
        self.phone.gets("I am the automated assistant again")

    def has_the_day(self) -> None:
        """The day before, the evening of the day, and the next one: how is it going?"""
        self.comes(-1, 13)
        self.phone.gets("Tomorrow, 9:30 am")
        self.comes(0, 18)
        self.phone.gets("Rest today")
        self.comes(1, 11)
        check_in = self.phone.gets("How is your left knee today")
        assert "1. Better\n2. About the same\n3. Worse" in check_in

    def has_a_fever(self) -> None:
        """What comes back is read for danger first: the same-day card at once, and an urgent ticket."""
        self.phone.texts("my knee is hot and I have a fever")
        assert "today" in self.phone.gets("Why: ").partition("\n")[0].lower()
        eventually(lambda: self._ticket().status == TicketStatus.OPEN.value)
        ticket = self._ticket()
        assert (ticket.reason, ticket.urgency) == (EscalationReason.RED_FLAG.value, Urgency.URGENT.value)
        assert ticket.treatment == "prp"

    def stops(self) -> None:
        """STOP ends it: the check-in of the week after is not sent."""
        self.phone.texts("STOP")
        self.phone.gets("will get no more texts")
        before = len(self.phone.received)
        self.comes(7, 11)
        self.comes(8, 11)
        assert len(self.phone.received) == before
        assert self.became("check_in_7") == "left_out"

    def comes(self, day: int, hour: int) -> None:
        """Let it be an hour of a day, counted from the visit's, and the worker look."""
        at = dt.datetime.combine(DAY + dt.timedelta(days=day), dt.time(hour), CHICAGO)
        self.services.appointments.worker.work(at.astimezone(dt.UTC))

    def became(self, step: str) -> str:
        """Give how a planned message stands."""
        with self.services.database.read() as session:
            return {row.step: row.status for row in store.of_appointment(session, self.number)}[step]

    def _conversations(self) -> list[str]:
        with self.services.database.read() as session:
            number = numbers.find_number(session, self.phone.number)
            assert number is not None
            return numbers.conversation_ids(session, number.id)

    def _ticket(self) -> Ticket:
        (conversation,) = self._conversations()
        with self.services.database.read() as session:
            return session.scalars(select(Ticket).where(Ticket.conversation_id == conversation)).one()
