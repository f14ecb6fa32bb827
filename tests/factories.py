"""Makes the things that tests need and do not want to spell out: a clinic, a small content folder, a staff member."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.bootstrap import Services
from bot.clinic import WEEKDAYS, Clinic, load_clinic
from bot.db.engine import Database
from bot.escalation.lifecycle import Tickets
from bot.knowledge.answering.by_words import ByWords
from bot.knowledge.answering.exact_words import ExactWords
from bot.knowledge.serving import Rules
from bot.messaging.danger.alarm import RedFlagAlarm
from bot.messaging.danger.card import RedFlagCards
from bot.messaging.danger.checks import SafetyChecks
from bot.messaging.danger.reminder import DangerReminder
from bot.messaging.files import PassedFiles
from bot.messaging.receive import Receive
from bot.messaging.turn import Turn
from bot.messaging.turns import Turns
from bot.messaging.without_rasa import WithoutRasa
from bot.sealing import new_key, read_keys
from bot.settings import Settings, load_settings
from bot.staff import store as staff_store
from bot.triage import Triage
from bot.vocabulary import Channel, Role

ALWAYS = dict.fromkeys(WEEKDAYS, "00:00-23:59")
NEVER = dict.fromkeys(WEEKDAYS, "closed")
WORKING_DAYS = dict.fromkeys(WEEKDAYS[:5], "08:30-17:00")

EMERGENCY = "my throat feels like it is closing up since the shot"
URGENT = "the injection site is hot and red and I have a fever of 102"
MAYBE_EMERGENCY = "my throat is a little odd since the shot, how much is PRP?"
MAYBE_URGENT = "the place of the shot is on the warm side, is that usual?"
MAYBE_ASKED = "Is PRP safe for a sailor?"
DOUBTED = {MAYBE_EMERGENCY: EMERGENCY, MAYBE_URGENT: URGENT, MAYBE_ASKED: EMERGENCY}
"""What a triage in doubt is not sure of, each with what it would be if it were sure."""

TREATMENTS_FILE = """\
treatments:
- {slug: prolotherapy, name: Prolotherapy, short_name: prolotherapy, kind: offered}
- {slug: prp, name: Platelet-rich plasma (PRP), short_name: PRP, kind: offered}
- {slug: regenerative_medicine, name: Regenerative medicine, short_name: regenerative injections, kind: general}
- {slug: surgery, name: Surgery, short_name: surgery, kind: alternative}
"""
TOPICS_FILE = """\
topics:
- {slug: definition, title: What it is, question: "What is {treatment}?", unknown_treatment: general}
- {slug: safety, title: Safety, question: "Is {treatment} safe?", unknown_treatment: main}
- {slug: comparison, title: How treatments differ, question: "How does {treatment} compare?", unknown_treatment: ask}
"""
SOURCES_FILE = """\
sources:
- {id: overview, title: An overview, publisher: A clinic, published_on: 2025-08-25, kind: clinic_page, address: a.txt}
- {id: second-look, title: A second look, publisher: A journal, kind: review, address: b.txt}
"""
ANSWERS_FILE = """\
treatment: prolotherapy
review: {status: approved, sample: true, by: Sample, on: 2026-01-10, due: 2099-01-10}
owner: sample
answers:
- topic: definition
  evidence: clinic_page
  short:
    text: Prolotherapy is a set of shots.
    cites: [overview]
  details:
  - text: The shots go where it hurts.
    cites: [second-look, overview]
  related: [safety]
- topic: safety
  evidence: review
  short:
    text: Most people do well.
    cites: [second-look]
"""
"""A small content folder that holds; tests break one thing of it."""


def a_clinic(**changes: Any) -> Clinic:
    """Make a clinic that has said the least it must, with some values changed."""
    values: dict[str, Any] = {
        "name": "Test Clinic",
        "phone": "555-0100",
        "emergency_number": "911",
        "timezone": "America/Chicago",
        "hours": WORKING_DAYS,
        "treatments": ("prolotherapy", "prp"),
    }
    return Clinic.model_validate({**values, **changes})


def write_content(folder: Path, **files: str) -> Path:
    """Write the small content folder, with some of its files replaced (`answers`, `topics`, ...)."""
    texts = {"treatments": TREATMENTS_FILE, "topics": TOPICS_FILE, "sources": SOURCES_FILE}
    (folder / "answers").mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.yml").write_text(files.get(name, text), encoding="utf-8")
    (folder / "answers" / "prolotherapy.yml").write_text(files.get("answers", ANSWERS_FILE), encoding="utf-8")
    return folder


def serving(offset: int = 0, *, samples: bool = True) -> Rules:
    """Give what may be served so many days from today, sample answers too unless a test says otherwise."""
    return Rules(today=day(offset), samples=samples)


def day(offset: int) -> dt.date:
    """Give a date so many days from the clinic's today, which is not always the server's."""
    return _sample_clinic().today() + dt.timedelta(days=offset)


@functools.cache
def _sample_clinic() -> Clinic:
    return load_clinic(load_settings({}).clinic_path)


def encrypted(settings: Settings) -> Settings:
    """Give settings with a key, which nobody else has."""
    return replace(settings, encryption_keys=read_keys(new_key()))


def a_staff_member(database: Database, *, email: str = "ana@clinic.example", name: str = "Ana") -> int:
    """Store a staff member who never signs in; give their id."""
    with database.write() as session:
        member = staff_store.add_staff_member(
            session, email=email, name=name, role=Role.AGENT, password_hash="no password"
        )
        return member.id


async def a_conversation(services: Services) -> str:
    """Start a conversation on the web chat; give its id."""
    conversation_id, _token = await services.access.start_conversation(Channel.WEB_CHAT)
    return conversation_id


def receive_with(services: Services, triage: Triage, tickets: Tickets) -> Receive:
    """Make the way in of these services with another keeper of tickets."""
    cards = RedFlagCards(triage, services.clinic, services.responses)
    turn = Turn(
        feed=services.feed,
        deliver=services.deliver,
        tickets=tickets,
        rasa=services.rasa,
        cards=cards,
        checks=SafetyChecks(services.database, cards, services.clinic, services.responses),
        alarm=RedFlagAlarm(services.deliver, tickets),
        reminder=DangerReminder(services.database, services.clinic, services.responses),
        waking=services.waking,
        contacts=services.contacts,
        without_rasa=WithoutRasa(
            tickets,
            services.responses,
            ExactWords(services.database, services.answering, services.responses),
            ByWords(services.database, services.answering),
        ),
        offers=services.offers,
        metrics=services.metrics,
        files=PassedFiles(services.database, services.clinic, tickets, services.responses),
        check_ins=services.check_ins,
        going_on=services.going_on,
    )
    return Receive(
        database=services.database,
        feed=services.feed,
        deliver=services.deliver,
        tickets=tickets,
        turn=turn,
        turns=Turns(services.named_locks),
        cards=cards,
        contacts=services.contacts,
        responses=services.responses,
        metrics=services.metrics,
    )


def alarms_of(receive: Receive) -> set[asyncio.Task[None]]:
    """Give the tickets of red flags that could not be stored yet and are tried again."""
    return receive._turn._alarm._retrying
