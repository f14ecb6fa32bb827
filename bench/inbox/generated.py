"""A made-up clinic's tickets, any number of them, the same every time, with what patients and the assistant wrote."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from sqlalchemy import insert

from bot.bootstrap import Services
from bot.conversations.models import Conversation, Message
from bot.escalation.models import Ticket
from bot.knowledge import store as knowledge
from bot.knowledge.answering.question import Question
from bot.staff import store as staff
from bot.vocabulary import EscalationReason, Resolution, Role, Urgency

BATCH = 1_000
"""Tickets that are stored at a time."""
TURNS = 5
"""Messages of the patient in each conversation; the assistant answers each."""
SMART = "\u2019"
"""Phones put it into every third message: such a text is not plain ASCII."""
RARE = "quillwort"
"""Stands in one ticket of each thousand."""
_WORDS = (
    "does",
    "it",
    "hurt",
    "how",
    "much",
    "for",
    "my",
    "knee",
    "can",
    "I",
    "drive",
    "after",
    "what",
    "about",
    "next",
)


def fill(services: Services, tickets: int, *, until: dt.datetime) -> int:
    """Store that many tickets, each with its conversation, the newest opened at a time; give who looks at them."""
    chance = random.Random(0)  # noqa: S311  (no secret)
    with services.database.write() as session:
        # The first account of an empty store: those tickets that are somebody's are theirs.
        member = staff.add_staff_member(
            session, email="bench@clinic.example", name="Ana", role=Role.AGENT, password_hash=""
        ).id
    answers = _answers(services)
    message_id = 0
    for first in range(0, tickets, BATCH):
        rows: dict[type[Any], list[dict[str, Any]]] = {Conversation: [], Message: [], Ticket: []}
        for number in range(first, min(first + BATCH, tickets)):
            known, at = f"{number:032x}", until - dt.timedelta(minutes=tickets - number)
            rows[Conversation].append(_conversation(known, number, at))
            for turn in range(TURNS):
                said = " ".join(chance.sample(_WORDS, 12)) + (f" and I{SMART}m not sure" if turn % 3 == 0 else "?")
                if number % 1000 == 0 and turn == 0:
                    said += f" {RARE}"
                rows[Message].append(_message(message_id + 1, known, "patient", said, at))
                rows[Message].append(_message(message_id + 2, known, "bot", chance.choice(answers), at))
                message_id += 2
            rows[Ticket].append(_ticket(chance, number, known, at) | {"message_id": message_id - 1})
        with services.database.write() as session:
            for table, values in rows.items():
                session.execute(insert(table), values)
    return member


def _conversation(known: str, number: int, at: dt.datetime) -> dict[str, Any]:
    return {
        "id": known,
        "token_hash": known * 2,
        "channel": "web_chat",
        "handler": "bot",
        "patient_name": f"José Patient {number}" if number % 2 else None,
        "patient_phone": f"+1312555{number % 10_000:04d}" if number % 3 == 0 else None,
        "created_at": at,
    }


def _message(message_id: int, known: str, author: str, text: str, at: dt.datetime) -> dict[str, Any]:
    return {"id": message_id, "conversation_id": known, "author": author, "text": text, "created_at": at}


def _ticket(chance: random.Random, number: int, known: str, at: dt.datetime) -> dict[str, Any]:
    status = chance.choices(["open", "assigned", "snoozed", "resolved"], [3, 5, 1, 91])[0]
    resolved = status == "resolved"
    return {
        "id": number + 1,
        "conversation_id": known,
        "reason": chance.choice(list(EscalationReason)).value,
        "urgency": chance.choice(list(Urgency)).value,
        "status": status,
        "signs": [],
        "assignee_id": 1 if status == "assigned" else None,
        "opened_at": at,
        "promised_at": at + dt.timedelta(minutes=15),
        "resolved_at": at + dt.timedelta(hours=1) if resolved else None,
        "resolution": Resolution.ANSWERED.value if resolved else None,
    }


def _answers(services: Services) -> list[str]:
    """Give the texts of real answers: of such a length, and with such letters, are most rows of the store."""
    with services.database.read() as session:
        topics = sorted(knowledge.topics(session))
    found = []
    for topic in topics:
        question = Question(topic=topic, treatments=services.clinic.treatments[:1])
        found += [reply.text for reply in services.answering.answer(question, ()).replies if reply.answer_id]
    return found
