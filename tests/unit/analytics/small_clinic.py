"""A fortnight of a clinic that is small enough to be counted by hand; in it the clocks go forward, on March 8."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.analytics.period import Period
from bot.conversations.models import Conversation, Message
from bot.db.engine import Database
from bot.escalation.models import SafetyRecord, Ticket
from bot.knowledge.models import Feedback
from bot.reply import Reply
from bot.vocabulary import ReplyKind
from tests.replies import ANSWER, ASKED_BACK, CARD, NO_ANSWER, NOT_UNDERSTOOD

ZONE = ZoneInfo("America/Chicago")
FORTNIGHT = Period(first=dt.date(2026, 3, 2), last=dt.date(2026, 3, 15), zone=ZONE)
LATER = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
SECRET = "zanzibarmarker"
"""A word that stands for whatever a patient writes: it must not be on a page, in a table or in a log."""

CHECK = Reply(kind=ReplyKind.SAFETY_CHECK, text="Is this happening now?")
PASSED_ON = Reply(kind=ReplyKind.ESCALATED, text="Somebody will write.", ticket=1)
STOPPED = Reply(kind=ReplyKind.SMALLTALK, text="You get no more texts.", opts_out=True)
IN_GENERAL = ANSWER.model_copy(update={"topic": "cost", "treatments": (), "answer_id": "general.cost"})


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """Give a time in March 2026, on the clinic's clock."""
    return dt.datetime(2026, 3, day, hour, minute, tzinfo=ZONE)


class SmallClinic:
    """Stores conversations as they were had."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def chat(self, name: str, begun: dt.datetime, channel: str = "web_chat") -> None:
        """Begin a conversation."""
        self._store(Conversation(id=name, token_hash=name, channel=channel, handler="bot", created_at=begun))

    def says(self, name: str, when: dt.datetime, *replies: Reply, words: str = SECRET) -> list[int]:
        """Let a patient write, and have it replied to; give the ids of their message and of the replies."""
        ids = [self._message(name, when, author="patient", text=words)]
        for place, reply in enumerate(replies, start=1):
            about = {"about": ids[0]} if reply is CARD else {}
            said = reply.model_copy(update=about)
            ids.append(
                self._message(
                    name,
                    when + dt.timedelta(seconds=place),
                    author="bot",
                    text=said.text,
                    in_reply_to=ids[0],
                    reply=said.model_dump(mode="json"),
                    answer_id=said.answer_id,
                    counted_as=said.counted_as.value,
                    topic=said.topic,
                    treatments=" ".join(said.treatments),
                )
            )
        return ids

    def staff_say(self, name: str, when: dt.datetime) -> None:
        """Let staff write."""
        self._message(name, when, author="staff", author_name="Ana", text=SECRET)

    def ticket(self, name: str, when: dt.datetime, *, due_after: int, **values: Any) -> int:
        """Open a ticket that is due after so many minutes."""
        given = {"status": "open", "signs": [], "promised_at": when + dt.timedelta(minutes=due_after), **values}
        return self._store(Ticket(conversation_id=name, opened_at=when, **given)).id

    def thumbs(self, name: str, message_id: int, when: dt.datetime, reason: str | None, *, helpful: bool) -> None:
        """Let a patient judge an answer."""
        self._store(
            Feedback(
                message_id=message_id,
                conversation_id=name,
                answer_id="prp.safety",
                answer_version=1,
                helpful=helpful,
                reason=reason,
                created_at=when,
            )
        )

    def danger(self, name: str, message_id: int, when: dt.datetime, shown: str, said: str | None) -> None:
        """Note a check, or what was said of a card."""
        self._store(
            SafetyRecord(
                message_id=message_id,
                conversation_id=name,
                shown=shown,
                sign="fever",
                level="urgent",
                shown_at=when,
                answer=said,
                answered_at=when if said else None,
            )
        )

    def _message(self, name: str, when: dt.datetime, **values: Any) -> int:
        return self._store(Message(conversation_id=name, created_at=when, handled_at=when, **values)).id

    def _store(self, row: Any) -> Any:
        self._session.add(row)
        self._session.flush()
        return row


def fill(database: Database) -> None:
    """Store the fortnight, with noise before and after it."""
    with database.write() as session:
        clinic = SmallClinic(session)
        for name, begun in (("before", at(1, 23, 59)), ("after", at(16, 0))):
            clinic.chat(name, begun)
            _asked, answer = clinic.says(name, begun, ANSWER)
            clinic.thumbs(name, answer, begun, "too_hard", helpful=False)
            clinic.ticket(name, begun, due_after=1, reason="no_answer", urgency="routine")

        clinic.chat("helped", at(2, 9, 10))
        _asked, answer = clinic.says("helped", at(2, 9, 10), ANSWER)
        clinic.thumbs("helped", answer, at(2, 9, 12), None, helpful=True)

        clinic.chat("reworded", at(3, 9, 50))
        clinic.says("reworded", at(3, 9, 50), NOT_UNDERSTOOD, words="wher do i parkk my car")
        clinic.says("reworded", at(3, 9, 52), ANSWER)

        clinic.chat("open", at(9, 9, 5))
        clinic.says("open", at(9, 9, 5), ANSWER, ASKED_BACK)

        clinic.chat("wrong", at(10, 14, 30), "sms")
        _asked, answer = clinic.says("wrong", at(10, 14, 30), ANSWER)
        clinic.thumbs("wrong", answer, at(20, 8), "not_my_question", helpful=False)
        clinic.thumbs("wrong", clinic.says("wrong", at(10, 14, 31), ANSWER)[1], at(10, 14, 32), None, helpful=False)

        clinic.chat("person", at(10, 23, 30), "sms")
        clinic.says("person", at(10, 23, 30), IN_GENERAL)
        clinic.says("person", at(10, 23, 31), PASSED_ON)
        clinic.ticket(
            "person",
            at(10, 23, 31),
            due_after=15,
            reason="asked_for_person",
            urgency="soon",
            status="resolved",
            resolved_at=at(11, 0, 1),
            resolution="answered",
        )
        clinic.staff_say("person", at(10, 23, 41))
        clinic.staff_say("person", at(10, 23, 51))

        clinic.chat("gap", at(11, 8))
        clinic.says("gap", at(11, 8), NO_ANSWER)

        clinic.chat("calm", at(12, 8, 15))
        asked = clinic.says("calm", at(12, 8, 15), ANSWER, CHECK)[0]
        clinic.danger("calm", asked, at(12, 8, 15), "check", "no")

        clinic.chat("card", at(12, 8, 45))
        clinic.says("card", at(12, 8, 45), CARD)
        clinic.ticket(
            "card",
            at(12, 8, 45),
            due_after=5,
            reason="red_flag",
            urgency="urgent",
            status="resolved",
            resolved_at=at(12, 9, 5),
            resolution="booked",
        )

        clinic.chat("silent", at(13, 8, 15))
        asked = clinic.says("silent", at(13, 8, 15), ANSWER, CHECK)[0]
        clinic.danger("silent", asked, at(13, 8, 15), "check", None)

        clinic.chat("stop", at(13, 9), "sms")
        clinic.says("stop", at(13, 9), STOPPED)

        clinic.chat("lost", at(2, 0))
        clinic.says("lost", at(2, 0), NOT_UNDERSTOOD, words="Where do I park my car?")
        clinic.says("lost", at(2, 0, 1), NOT_UNDERSTOOD, words=f"{SECRET} zibble quorn")
        clinic.ticket("lost", at(2, 0, 2), due_after=600, reason="unsure_twice", urgency="routine")

        clinic.chat("not now", at(15, 23, 59))
        asked = clinic.says("not now", at(15, 23, 59), CARD)[0]
        clinic.danger("not now", asked, at(16, 0, 1), "card", "not_now")
