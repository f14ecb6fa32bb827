"""What a patient is promised when staff are asked for: by when, and in which words."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from bot.calendar import due, name_day, say_when
from bot.clinic import Clinic
from bot.escalation import store
from bot.escalation.danger import Danger, danger_of
from bot.escalation.models import Ticket
from bot.reply import Option, Reply
from bot.responses import FixedResponses
from bot.vocabulary import Intents, ReplyKind, Responses, Urgency

HANDFUL = 5
"""Of more than so many who wait before them, a patient reads no number: it says nothing but "give up"."""


class Promises:
    """Turns the clinic's targets into times, and times into wordings."""

    def __init__(self, clinic: Clinic, responses: FixedResponses) -> None:
        """Take the clinic for its hours and targets, and the fixed wordings."""
        self._clinic = clinic
        self._responses = responses

    def due(self, urgency: Urgency, start: dt.datetime) -> dt.datetime | None:
        """Give the time by which somebody takes a ticket of this urgency; None if the clinic does not open."""
        return due(self._clinic, start, getattr(self._clinic.reply_targets, urgency.value))

    def call_back_due(self, start: dt.datetime) -> dt.datetime | None:
        """Give the time by which a patient is called back whose ticket nobody took in time."""
        return due(self._clinic, start, self._clinic.reply_targets.call_back)

    def made(
        self,
        ticket_id: int,
        promised_at: dt.datetime | None,
        *,
        waiting_before: int,
        danger: Danger | None,
        now: dt.datetime,
    ) -> Reply:
        """Say that a person was asked, when one will answer, and how many wait before; in danger only whom to call."""
        if danger is not None:
            return self._reply(ticket_id, self.instead_of_waiting(danger, now))
        return self._reply(ticket_id, _sentences(self._when(promised_at, now), self._load(waiting_before)))

    def stands(
        self, ticket_id: int, promised_at: dt.datetime | None, call_back_at: dt.datetime | None, *, now: dt.datetime
    ) -> Reply:
        """Say to whoever asks for a person once more that staff have it, and by when they reply or call back.

        Args:
            ticket_id: The ticket.
            promised_at: By when staff reply; None if that is past or not known.
            call_back_at: By when they call back, where nobody came in time and that was promised instead.
            now: The present.
        """
        numbers, open_now = self._numbers(), self._clinic.is_open(now)
        if open_now:
            numbers["after_hours"] = ""
        if call_back_at is not None:
            name = Responses.STANDS_CALL_BACK
        elif promised_at is not None:
            name = Responses.STANDS if open_now else Responses.STANDS_AFTER_HOURS
        else:
            name = Responses.STANDS_NO_TIME
        by = call_back_at or promised_at
        when = "" if by is None else say_when(self._clinic, by, now)
        return self._reply(ticket_id, _sentences(self._responses.text(name, when=when, **numbers)))

    def in_words(self, moment: dt.datetime, now: dt.datetime) -> str:
        """Give a time to come as patients read it."""
        return say_when(self._clinic, moment, now)

    def left_unanswered(self, ticket_id: int, written_at: dt.datetime, now: dt.datetime) -> Reply:
        """Say that a message was left without an answer, when it was written, and that it has reached staff."""
        day = name_day(self._clinic, written_at, now)
        return self._reply(ticket_id, self._responses.text(Responses.LEFT_UNANSWERED, day=day))

    def instead_of_waiting(self, danger: Danger, now: dt.datetime) -> str:
        """Say again whom to call, and promise nothing: whoever may be in danger must not sit and wait for us."""
        if danger.crisis:
            return self._responses.text(Responses.CALL_CRISIS, crisis_line=self._clinic.crisis_line, **self._numbers())
        if danger.emergency:
            return self._responses.text(Responses.CALL_EMERGENCY, **self._numbers())
        numbers = self._numbers()
        if self._clinic.is_open(now):
            numbers["after_hours"] = ""
        return _sentences(self._responses.text(Responses.CALL_TODAY, **numbers))

    def numbers_to_call(self, danger: Danger) -> str:
        """Give the number to call in a danger, the emergency number first."""
        clinic = self._clinic
        if danger.crisis:
            return f"{clinic.emergency_number} or {clinic.crisis_line}"
        return clinic.emergency_number if danger.emergency else clinic.phone

    def _when(self, promised_at: dt.datetime | None, now: dt.datetime) -> str:
        clinic = self._clinic
        if promised_at is None:
            open_now = clinic.is_open(now)
            name = Responses.ESCALATED_NO_TIME if open_now else Responses.ESCALATED_CLOSED
            return self._responses.text(name, clinic=clinic.name, **self._numbers())
        when = say_when(clinic, promised_at, now)
        if clinic.is_open(now):
            return self._responses.text(Responses.ESCALATED, when=when, clinic=clinic.name)
        return self._responses.text(Responses.ESCALATED_AFTER_HOURS, when=when, **self._numbers())

    def _load(self, waiting_before: int) -> str:
        if waiting_before == 0:
            return ""
        if waiting_before == 1:
            return self._responses.text(Responses.ONE_WAITING)
        if waiting_before > HANDFUL:
            return self._responses.text(Responses.SEVERAL_WAITING)
        return self._responses.text(Responses.MORE_WAITING, count=str(waiting_before))

    def call_back(
        self, ticket_id: int, call_back_at: dt.datetime | None, *, danger: Danger | None, now: dt.datetime
    ) -> Reply:
        """Say that nobody came in time, and by when somebody will call or write; in danger only whom to call."""
        if danger is not None:
            nobody = self._responses.text(Responses.NOBODY_FREE)
            return self._reply(ticket_id, _sentences(nobody, self.instead_of_waiting(danger, now)))
        if call_back_at is None:
            return self._reply(ticket_id, self._when(None, now))
        numbers = {"phone": self._clinic.phone, "emergency_number": self._clinic.emergency_number}
        when = say_when(self._clinic, call_back_at, now)
        return self._reply(ticket_id, self._responses.text(Responses.CALL_BACK, when=when, **numbers))

    def staff_silent(
        self,
        ticket_id: int,
        staff_name: str,
        promised_at: dt.datetime | None,
        *,
        danger: Danger | None,
        now: dt.datetime,
    ) -> Reply:
        """Say that somebody else will go on where a staff member stopped answering; in danger only whom to call."""
        if danger is not None:
            return self._reply(ticket_id, self._left(staff_name, danger, now))
        if promised_at is None:
            return self._reply(ticket_id, self._when(None, now))
        when = say_when(self._clinic, promised_at, now)
        return self._reply(ticket_id, self._responses.text(Responses.STAFF_SILENT, staff=staff_name, when=when))

    def handed_back(self, staff_name: str, *, danger: Danger | None, now: dt.datetime) -> Reply:
        """Say that a staff member has left the chat, and that the request stays; in danger only whom to call."""
        if danger is None:
            return self.notice(Responses.HANDED_BACK, staff=staff_name)
        return Reply(kind=ReplyKind.STAFF, text=self._left(staff_name, danger, now))

    def cancel_refused(self, danger: Danger | None, now: dt.datetime) -> Reply:
        """Say that what may be serious stays with staff; and whom to call, unless it is not about the patient now."""
        refused = self._responses.text(Responses.CANCEL_REFUSED)
        call = "" if danger is None else self.instead_of_waiting(danger, now)
        return Reply(kind=ReplyKind.STAFF, text=_sentences(refused, call))

    def _left(self, staff_name: str, danger: Danger, now: dt.datetime) -> str:
        left = self._responses.text(Responses.STAFF_LEFT, staff=staff_name)
        return _sentences(left, self.instead_of_waiting(danger, now))

    def notice(self, name: str, **values: str) -> Reply:
        """Say something about who answers, in a line between the messages."""
        return Reply(kind=ReplyKind.STAFF, text=self._responses.text(name, **values))

    def resolved(self, *, rate_ticket: int | None) -> Reply:
        """Say that staff have closed the request, with a way back to them, and ask whether they helped.

        Args:
            rate_ticket: The ticket that the question is about; None not to ask.
        """
        return self._with_way_back(Responses.RESOLVED).model_copy(update={"rate_ticket": rate_ticket})

    def cancelled(self) -> Reply:
        """Say that staff know that they are needed no more, and how to undo that."""
        return self._with_way_back(Responses.CANCELLED)

    def _with_way_back(self, name: str) -> Reply:
        again = Option(title=self._responses.text(Responses.OPTION_PERSON_AGAIN), intent=Intents.ASK_PERSON)
        return self.notice(name).model_copy(update={"options": (again,)})

    def contact_request(self) -> Reply:
        """Ask for a way to reach the patient, should the chat be closed."""
        return Reply(
            kind=ReplyKind.ESCALATED,
            text=self._responses.text(Responses.ASK_CONTACT),
            options=(Option(title=self._responses.text(Responses.OPTION_NO_THANKS), intent="deny"),),
        )

    def _reply(self, ticket_id: int, text: str) -> Reply:
        return Reply(kind=ReplyKind.ESCALATED, text=text, ticket=ticket_id)

    def _numbers(self) -> dict[str, str]:
        clinic = self._clinic
        return {
            "phone": clinic.phone,
            "after_hours": clinic.after_hours,
            "emergency_number": clinic.emergency_number,
        }


def still_promised(
    session: Session, ticket: Ticket, promises: Promises, *, now: dt.datetime, says_place: bool = False
) -> Reply:
    """Say by when somebody will answer, or call back where nobody came in time; in danger only whom to call.

    Args:
        session: The open session.
        ticket: The ticket, which is not resolved.
        promises: The clinic's own.
        now: The time: a promise whose time is past is not said again.
        says_place: Whether the patient asks how long it will be, and so hears how many wait before them.
    """
    danger = danger_of(session, ticket)
    if danger is None and ticket.call_back_at is not None and ticket.call_back_at > now:
        return promises.call_back(ticket.id, ticket.call_back_at, danger=None, now=now)
    is_due = ticket.promised_at is not None and ticket.promised_at > now
    return promises.made(
        ticket.id,
        ticket.promised_at if is_due else None,
        waiting_before=store.count_waiting_before(session, ticket) if says_place else 0,
        danger=danger,
        now=now,
    )


def _sentences(*parts: str) -> str:
    """Join what is said; a part may be empty, and so may what was filled into one."""
    return " ".join(" ".join(parts).split())
