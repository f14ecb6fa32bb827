"""Patients of whom something is stored in every place that there is."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pytest

from bot.bootstrap import Services, build_services
from bot.channels.models import SmsConversation, SmsNumber
from bot.conversations.models import Conversation, ConversationIdentity, Message
from bot.conversations.trials import Trial, trying
from bot.db.engine import Database, utc_now
from bot.escalation.models import (
    DangerJudgement,
    SafetyRecord,
    Ticket,
    TicketLabel,
    TicketMention,
    TicketNote,
    TicketRead,
)
from bot.knowledge.models import Feedback
from bot.notifications.models import Notification
from bot.rasa_client.client import RasaClient
from bot.settings import Settings
from tests.factories import a_staff_member
from tests.fakes import FakeRasa

MARKER = "zanzibarmarker"
SIGNED = ".signed.example"
"""What an address ends with that the clinic's website has signed."""
PHONE, EMAIL, NAME = "+13125550142", f"{MARKER}@mail.example", f"Zoe {MARKER}"


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What of somebody is stored."""

    conversation_id: str
    ticket_id: int


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Give the settings of a project in a folder of its own, where trials and exports are this test's."""
    return replace(settings, root=tmp_path)


@pytest.fixture
def services(settings: Settings, rasa: FakeRasa) -> Iterator[Services]:
    """Give the real services in that folder."""
    built = build_services(settings, rasa=cast("RasaClient", rasa))
    yield built
    built.database.close()


@pytest.fixture
def ana(services: Services) -> int:
    """Give somebody who works here."""
    return a_staff_member(services.database)


@pytest.fixture
def zoe(services: Services, ana: int) -> Stored:
    """Give a patient in whose every row the marker stands, and who has texted too."""
    remember(services.settings, "zoe", MARKER)
    return store_whole(services.database, "zoe", ana, marker=MARKER, name=NAME, phone=PHONE, email=EMAIL)


@pytest.fixture
def tom(services: Services, ana: int) -> Stored:
    """Give another one, of whom nothing may be touched."""
    remember(services.settings, "tom", "tom said")
    return store_whole(
        services.database, "tom", ana, marker="tomsword", name="Tom", phone="+13125550143", email="tom@mail.example"
    )


@pytest.fixture
def trial(settings: Settings) -> Iterator[Trial]:
    """Give a trial that goes on, in which somebody typed the marker's contact."""
    with trying(settings.root) as trial:
        store = Database(trial.database_url)
        with store.write() as session:
            session.add(_conversation(f"{trial.prefix}1", name=NAME, phone=None, email=EMAIL))
            session.flush()
            session.add(_message(f"{trial.prefix}1", f"{MARKER} in a trial"))
        store.close()
        yield trial


def store_whole(
    database: Database,
    conversation_id: str,
    ana: int,
    *,
    marker: str,
    name: str,
    phone: str,
    email: str,
    label: str | None = None,
) -> Stored:
    """Store a row in every table that holds something of a patient."""
    now, label = utc_now(), label or f"about {marker}"
    with database.write() as session:
        number = SmsNumber(phone=phone, opted_out_at=None)
        session.add_all([number, _conversation(conversation_id, name=name, phone=phone, email=email)])
        session.flush()
        asked = _message(conversation_id, f"{marker} hurts my knee")
        session.add_all([asked, SmsConversation(conversation_id=conversation_id, number_id=number.id)])
        session.flush()
        answered = _message(conversation_id, f"About {marker}", author="bot", in_reply_to=asked.id)
        answered.reply = {"kind": "smalltalk", "text": f"About {marker}"}
        ticket = Ticket(
            conversation_id=conversation_id, message_id=asked.id, reason="no_answer", urgency="routine", status="open",
            signs=[], opened_at=now,
        )  # fmt: skip
        session.add_all([answered, ticket])
        session.flush()
        session.add_all(
            [
                ConversationIdentity(
                    conversation_id=conversation_id, person_id=f"{marker}-7", name=name, email=f"{email}{SIGNED}",
                    phone="", identified_at=now,
                ),
                TicketNote(
                    ticket_id=ticket.id, staff_member_id=ana, text=f"Call {marker}", mentions=[], created_at=now,
                ),
                TicketRead(ticket_id=ticket.id, staff_member_id=ana, message_id=asked.id),
                TicketMention(ticket_id=ticket.id, staff_member_id=ana),
                TicketLabel(ticket_id=ticket.id, label=label),
                DangerJudgement(
                    message_id=asked.id, staff_member_id=ana, conversation_id=conversation_id, judgement="missed",
                    judged_at=now,
                ),
                SafetyRecord(
                    message_id=asked.id, shown="check", conversation_id=conversation_id, sign="numbness",
                    level="urgent", shown_at=now,
                ),
                Feedback(
                    message_id=answered.id, conversation_id=conversation_id, answer_id="prp.definition",
                    answer_version=1, helpful=True, created_at=now,
                ),
                _sent("sms", str(number.id), {"message_id": answered.id, "text": f"About {marker}"}),
                _sent("email", "ana@clinic.example", {"ticket_id": ticket.id, "title": "x", "text": marker}),
                _sent("integration", "1", {"ticket_id": ticket.id, "title": "x", "message": {"text": marker}}),
            ]
        )  # fmt: skip
        return Stored(conversation_id=conversation_id, ticket_id=ticket.id)


def remember(settings: Settings, conversation_id: str, words: str) -> None:
    """Let Rasa remember something, in its own way: a row that is written over and over."""
    with sqlite3.connect(settings.tracker_url.removeprefix("sqlite:///")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS trackers (conversation_id VARCHAR(255) NOT NULL PRIMARY KEY, "
            "events TEXT NOT NULL, saved_at FLOAT NOT NULL)"
        )
        for turns in range(1, 30):
            row = (conversation_id, json.dumps([{"event": "user", "text": words}] * turns), 1_700_000_000.0)
            connection.execute("INSERT OR REPLACE INTO trackers VALUES (?, ?, ?)", row)
    connection.close()


def remembered(settings: Settings) -> set[str]:
    """Give of which conversations Rasa remembers something."""
    with sqlite3.connect(settings.tracker_url.removeprefix("sqlite:///")) as connection:
        rows = connection.execute("SELECT conversation_id FROM trackers").fetchall()
    connection.close()
    return {name for (name,) in rows}


def holding(folder: Path, *words: str) -> list[str]:
    """Give the files below a folder in which one of these words stands, in whichever form a database keeps text."""
    forms = [form for word in words for form in (word.encode(), word.encode("utf-16-le"))]
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(form in path.read_bytes() for form in forms)
    ]


def _conversation(conversation_id: str, *, name: str | None, phone: str | None, email: str | None) -> Conversation:
    return Conversation(
        id=conversation_id, token_hash="secret-hash", channel="sms", patient_name=name, patient_phone=phone,
        patient_email=email, created_at=utc_now(),
    )  # fmt: skip


def _message(conversation_id: str, text: str, *, author: str = "patient", in_reply_to: int | None = None) -> Message:
    now = utc_now()
    return Message(
        conversation_id=conversation_id, author=author, text=text, in_reply_to=in_reply_to, handled_at=now,
        created_at=now,
    )  # fmt: skip


def _sent(way: str, target: str, content: dict[str, object]) -> Notification:
    now = utc_now()
    return Notification(way=way, target=target, event="x.y", content=content, created_at=now, tries=1, sent_at=now)
