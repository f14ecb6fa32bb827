"""The whole of it: imported, agreed to, told before, seen by staff, asked afterwards, and danger in the reply."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.appointments.importing import import_file
from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.escalation.models import Ticket
from bot.plans import store
from bot.staff.actor import FRONTDESK
from bot.vocabulary import EscalationReason, Urgency
from tests.chat_tester import ChatTester
from tests.phones import Phone, eventually

CHICAGO = ZoneInfo("America/Chicago")
DAY = utc_now().astimezone(CHICAGO).date() + dt.timedelta(days=12)
TABLE = """\
id,name,phone,treatment,body_part,date,time
A1,Zoe Quill,{phone},PRP,left knee,{day},09:30
A2,Tom Quill,call the desk,PRP,hip,{day},10:30
"""


def _comes(services: Services, day: int, hour: int) -> None:
    """Let it be an hour of a day, counted from the visit's, and the worker look."""
    at = dt.datetime.combine(DAY + dt.timedelta(days=day), dt.time(hour), CHICAGO)
    services.appointments.worker.work(at.astimezone(dt.UTC))


def _became(services: Services) -> dict[str, str]:
    with services.database.read() as session:
        return {row.step: row.status for row in store.of_appointment(session, 1)}


def test_a_visit_from_its_import_to_the_fever_after_it(
    phone: Phone, chat: ChatTester, services: Services, tmp_path: Path
) -> None:
    """The patient hears what they need, once; staff see all of it, and are there when something is wrong."""
    # The practice's table is imported; the line that is wrong is told, the other one kept.
    table = tmp_path / "visits.csv"
    table.write_text(TABLE.format(phone=phone.number, day=DAY.isoformat()), encoding="utf-8")
    imported = import_file(table, services.appointments.book, services.appointments.reader, FRONTDESK)
    assert [str(trouble).partition(":")[0] for trouble in imported.troubles] == ["line 3"]

    # Nothing is sent before the patient has agreed; a staff member notes that they did, on paper.
    _comes(services, -7, 11)
    chat.staff_signs_in()
    address = "/staff/appointments/1"
    assert "None: nothing is sent" in chat.staff.get(address).text
    form = {"csrf_token": chat._csrf_token, "channel": "paper"}
    assert "The consent is noted" in chat.staff.post(f"{address}/consent", data=form).text
    assert phone.received == []

    # Three days before: what to bring, with the day and the time, and how to end it.
    _comes(services, -3, 11)
    checklist = phone.gets("for Zoe:")
    assert f"See you on {DAY:%A, %B} {DAY.day} at 9:30 am." in checklist
    assert "photo ID" in checklist
    assert "left knee easy to reach" in checklist
    assert "Text STOP to end these messages." in checklist
    assert "Draft, not reviewed by a clinician." in checklist

    # Staff see it in the timeline; however often the worker looks, it was said once.
    _comes(services, -3, 12)
    _comes(services, -3, 13)
    eventually(lambda: _became(services)["bring"] == "sent")
    page = chat.staff.get(address).text
    assert 'data-status="sent"' in page
    assert len(phone.received) == 1

    # The day, and the next one: how is it going?
    _comes(services, -1, 12)
    _comes(services, 0, 18)
    phone.gets("Rest today")
    _comes(services, 1, 11)
    check_in = phone.gets("How is your left knee today")
    assert "1. Better\n2. About the same\n3. Worse" in check_in

    # What comes back is read for danger first: the card at once, and an urgent ticket.
    phone.texts("my knee is hot and I have a fever")
    assert "today" in phone.gets("Why: ").partition("\n")[0].lower()

    def tickets() -> list[Ticket]:
        with services.database.read() as session:
            return list(session.query(Ticket))

    eventually(lambda: len(tickets()) == 1)
    (ticket,) = tickets()
    assert (ticket.reason, ticket.urgency) == (EscalationReason.RED_FLAG.value, Urgency.URGENT.value)
    assert ticket.treatment == "prp"

    # STOP ends it: the check-in of the week after is not sent.
    phone.texts("STOP")
    phone.gets("no more|stopped|opted out|will not")
    before = len(phone.received)
    _comes(services, 7, 11)
    _comes(services, 8, 11)
    assert len(phone.received) == before
    assert _became(services)["check_in_7"] == "left_out"
