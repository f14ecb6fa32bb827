"""A made-up clinic's conversations, any number of them, the same every time."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import insert

from bot.bootstrap import Services
from bot.conversations.models import Conversation, Message
from bot.escalation.models import SafetyRecord, Ticket
from bot.knowledge import store as knowledge
from bot.knowledge.answering.question import Question
from bot.knowledge.models import Feedback
from bot.reply import Option, Reply
from bot.staff import store as staff
from bot.vocabulary import Channel, EscalationReason, FeedbackReason, ReplyKind, Resolution, Role, Shown, Urgency

NOBODY = ""
"""No password matches it."""
BATCH = 2_000
"""Conversations that are stored at a time."""
_WEIGHTS = {
    "answer": 70,
    "answers": 5,
    "asked_back": 7,
    "not_understood": 4,
    "no_answer": 5,
    "smalltalk": 5,
    "passed_on": 3,
    "card": 0.6,
    "check": 0.4,
}
_SIGNS = ("infection", "allergic_reaction", "chest_pain", "numbness", "fever")
_WORDS = (
    "zibble",
    "quorn",
    "flarp",
    "mimsy",
    "tove",
    "wabe",
    "gyre",
    "gimble",
    "brillig",
    "rath",
    "borogove",
    "slithy",
)
_NOTHING = dict.fromkeys(
    (
        "author_name",
        "reply",
        "in_reply_to",
        "answer_id",
        "answer_version",
        "counted_as",
        "topic",
        "treatments",
        "handled_at",
    )
)
"""Every row of a table names the same columns, or each would be stored by itself."""
Rows = dict[type[Any], list[dict[str, Any]]]


def fill(services: Services, conversations: int, *, until: dt.datetime, days: int) -> None:
    """Store that many conversations, spread over the days before a time.

    Args:
        services: Those of an empty store with answers in it.
        conversations: How many.
        until: The end, an aware time.
        days: How many days before it the first one begins.
    """
    with services.database.write() as session:
        member = staff.add_staff_member(
            session, email="bench@clinic.example", name="Ana", role=Role.AGENT, password_hash=NOBODY
        ).id
    made = _Maker(services, member)
    for first in range(0, conversations, BATCH):
        rows: Rows = {table: [] for table in (Conversation, Message, Ticket, SafetyRecord, Feedback)}
        for number in range(first, min(first + BATCH, conversations)):
            begun = until - dt.timedelta(days=days) * (1 - number / conversations)
            made.conversation(rows, begun)
        with services.database.write() as session:
            for table, values in rows.items():
                if values:
                    session.execute(insert(table), values)


class _Maker:
    """Makes the rows of one conversation after the other."""

    def __init__(self, services: Services, staff_member: int) -> None:
        """Take real answers to repeat, and who replies."""
        self._chance = random.Random(0)  # noqa: S311  (no secret)
        self._staff_member = staff_member
        self._answers = list(_answers(services))
        self._message_id = 0
        self._ticket_id = 0

    def conversation(self, rows: Rows, begun: dt.datetime) -> None:
        """Add the rows of a conversation that begins at a time."""
        chance = self._chance
        known = f"{chance.getrandbits(128):032x}"
        channel = Channel.SMS if chance.random() < 0.2 else Channel.WEB_CHAT
        has_ticket = False
        at = begun
        rows[Conversation].append(
            {"id": known, "token_hash": known * 2, "channel": channel.value, "handler": "bot", "created_at": begun}
        )
        for _ in range(chance.randint(1, 5)):
            at += dt.timedelta(seconds=chance.randint(20, 200))
            kind = chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
            asked = self._add(rows, known, at, author="patient", text=" ".join(chance.sample(_WORDS, 6)), handled_at=at)
            at += dt.timedelta(seconds=1)
            for reply in self._replies(kind, asked):
                said = self._add_reply(rows, known, at, reply, asked)
                if reply.answer_id and chance.random() < 0.1:
                    self._thumb(rows, known, said, reply, at)
            if kind in {"card", "check"}:
                rows[SafetyRecord].extend(self._danger(known, asked, kind, at))
            if kind in {"passed_on", "card"} and not has_ticket:
                has_ticket = True
                self._ticket(rows, known, asked, at, EscalationReason.RED_FLAG if kind == "card" else None)

    def _add(self, rows: Rows, conversation_id: str, at: dt.datetime, **values: Any) -> int:
        self._message_id += 1
        known = {"id": self._message_id, "conversation_id": conversation_id, "created_at": at}
        rows[Message].append({**_NOTHING, **known, **values})
        return self._message_id

    def _add_reply(self, rows: Rows, conversation_id: str, at: dt.datetime, reply: Reply, asked: int) -> int:
        return self._add(
            rows,
            conversation_id,
            at,
            author="bot",
            text=reply.text,
            reply=reply.model_dump(mode="json"),
            in_reply_to=asked,
            answer_id=reply.answer_id,
            answer_version=reply.answer_version,
            counted_as=reply.counted_as.value,
            topic=reply.topic,
            treatments=" ".join(reply.treatments),
        )

    def _replies(self, kind: str, asked: int) -> Sequence[Reply]:
        chance = self._chance
        if kind in {"answer", "answers", "check"}:
            found = chance.sample(self._answers, 2 if kind == "answers" else 1)
            if kind != "check":
                return found
            return [*found, _reply(ReplyKind.SAFETY_CHECK, about=asked)]
        topic = chance.choice(self._answers).topic
        replies = {
            "asked_back": _reply(ReplyKind.CLARIFY, options=(Option(title="Is PRP safe?", topic=topic),)),
            "not_understood": _reply(ReplyKind.CLARIFY, options=(Option(title="A person", intent="ask_person"),)),
            "no_answer": _reply(ReplyKind.NO_ANSWER, topic=topic, treatments=("prp",)),
            "smalltalk": _reply(ReplyKind.SMALLTALK),
            "passed_on": _reply(ReplyKind.ESCALATED, ticket=1),
            "card": _reply(ReplyKind.URGENT, signs=(chance.choice(_SIGNS),), about=asked),
        }
        return [replies[kind]]

    def _thumb(self, rows: Rows, conversation_id: str, said: int, reply: Reply, at: dt.datetime) -> None:
        helpful = self._chance.random() < 0.85
        rows[Feedback].append(
            {
                "message_id": said,
                "conversation_id": conversation_id,
                "answer_id": reply.answer_id,
                "answer_version": reply.answer_version,
                "helpful": helpful,
                "reason": None if helpful else self._chance.choice(list(FeedbackReason)).value,
                "created_at": at,
            }
        )

    def _danger(self, conversation_id: str, asked: int, kind: str, at: dt.datetime) -> Iterator[dict[str, Any]]:
        said = self._chance.choice(["yes", "no", None] if kind == "check" else ["not_now", None])
        if said or kind == "check":
            yield {
                "message_id": asked,
                "shown": (Shown.CHECK if kind == "check" else Shown.CARD).value,
                "conversation_id": conversation_id,
                "sign": self._chance.choice(_SIGNS),
                "level": "urgent",
                "shown_at": at,
                "answer": said,
                "answered_at": at if said else None,
            }

    def _ticket(
        self, rows: Rows, conversation_id: str, asked: int, at: dt.datetime, reason: EscalationReason | None
    ) -> None:
        chance = self._chance
        self._ticket_id += 1
        replied = at + dt.timedelta(minutes=chance.expovariate(1 / 40))
        ended = replied + dt.timedelta(minutes=chance.expovariate(1 / 90))
        reasons = [EscalationReason.ASKED_FOR_PERSON, EscalationReason.NO_ANSWER, EscalationReason.UNSURE_TWICE]
        chosen = reason or chance.choice(reasons)
        urgency = Urgency.URGENT if reason else Urgency.SOON if chosen is reasons[0] else Urgency.ROUTINE
        rows[Ticket].append(
            {
                "id": self._ticket_id,
                "conversation_id": conversation_id,
                "message_id": asked,
                "reason": chosen.value,
                "urgency": urgency.value,
                "status": "resolved",
                "signs": [chance.choice(_SIGNS)] if reason else [],
                "opened_at": at,
                "promised_at": at + dt.timedelta(minutes=15),
                "taken_at": replied,
                "resolved_at": ended,
                "resolution": chance.choice([Resolution.ANSWERED, Resolution.BOOKED]).value,
                "resolved_by": "Ana",
            }
        )
        self._add(rows, conversation_id, replied, author="staff", author_name="Ana", text="We will call you.")


def _answers(services: Services) -> Iterator[Reply]:
    """Give the replies to a question on each topic about each treatment."""
    with services.database.read() as session:
        topics = sorted(knowledge.topics(session))
    for topic in topics:
        for treatment in services.clinic.treatments:
            for reply in services.answering.answer(Question(topic=topic, treatments=(treatment,)), ()).replies:
                if reply.answer_id is not None:
                    yield reply


def _reply(kind: ReplyKind, **values: Any) -> Reply:
    return Reply(kind=kind, text="What the assistant says.", **values)
