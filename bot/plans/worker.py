"""Sends what is planned when its time has come, once, and drops what has missed its time, of which staff are told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.appointments import store as appointments
from bot.appointments.models import Appointment
from bot.channels import outbound
from bot.channels import store as numbers
from bot.clinic import Clinic
from bot.conversations import several_store
from bot.conversations import store as conversations
from bot.conversations.store import StoredMessage
from bot.db.engine import Database
from bot.errors import ConflictError, NotFoundError
from bot.escalation.by_text import begin_by_text, running
from bot.knowledge import store as knowledge
from bot.knowledge.answering.render import citation_of
from bot.notifications import store as notifications
from bot.plans import store
from bot.plans.entries import Plan, Step
from bot.plans.files import POLICY
from bot.plans.models import PlannedMessage
from bot.plans.planning import IS_DONE, Planning, Why, settle
from bot.plans.schedule import Held
from bot.plans.serving import ServedPlans
from bot.plans.store import LEFT_OUT, MISSED, QUEUED, SENT, WAITING
from bot.plans.wording import Visit, example, reply_of
from bot.reply import Citation, Reply
from bot.responses import FixedResponses
from bot.staff.actor import Actor
from bot.staff.audit import record_by
from bot.vocabulary import Handler, Responses

logger = structlog.get_logger(__name__)

CHOICES = (Responses.OPTION_BETTER, Responses.OPTION_SAME, Responses.OPTION_WORSE)
KEPT_UP = dt.timedelta(days=200)
"""How far back appointments are looked at again when Frontdesk starts: no message comes later than that."""
BY_HAND = dt.timedelta(minutes=30)
"""How long a message that staff send is tried: they look whether it went."""

NOT_SENT = {
    Held.CANCELLED: "The appointment is cancelled.",
    Held.OPTED_OUT: "This number opted out of texts (STOP).",
    Held.NO_CONSENT: "The patient has not agreed to messages that they do not ask for. Note their consent first.",
    Held.PAUSED: "The messages of this appointment are paused. Resume them first.",
}


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What stood in the store before anything was locked."""

    appointment_id: int
    phone: str
    conversation_ids: frozenset[str]
    conversation_id: str | None


class PlanWorker:
    """Looks, every few seconds, at what is due; several may do so at once."""

    def __init__(
        self, database: Database, clinic: Clinic, responses: FixedResponses, plans: ServedPlans, planning: Planning
    ) -> None:
        """Take the store, the clinic's values, fixed wordings, which plan holds, and what keeps planned messages."""
        self._choices = [responses.text(name) for name in CHOICES]
        self._ending, self._no_place = responses.text(Responses.PLAN_ENDING), responses.text(Responses.PLAN_NO_PLACE)
        self._database = database
        self._clinic = clinic
        self._plans = plans
        self._planning = planning

    def catch_up(self, now: dt.datetime, plan: Plan | None = None) -> int:
        """Bring what is planned to what holds of the plans now; give how many appointments were looked at.

        Args:
            now: The present, aware.
            plan: The plan whose appointments are looked at; all if None.
        """
        which = None if plan is None else (plan.treatment, plan.language)
        with self._database.read() as session:
            ids = appointments.ids_from(session, now - KEPT_UP, which)
        for appointment_id in ids:
            with self._database.write() as session:
                self._planning.follow(session, appointments.lock(session, appointment_id), now)
        return len(ids)

    def work(self, now: dt.datetime) -> list[StoredMessage]:
        """Do all that is due at an aware time; give the messages that were stored.

        Each planned message is a transaction of its own. What it becomes is stored, queued and noted in one, so that a
        crash leaves it either waiting or queued.
        """
        with self._database.read() as session:
            on_their_way, closed = store.on_their_way(session), store.closed(session, now)
            to_be_sent = store.to_be_sent(session, now)
        for planned_id in on_their_way:
            self._look_after(planned_id, now)
        for planned_id, appointment_id in closed:
            self._close(planned_id, appointment_id, now)
        sent = []
        for planned_id, appointment_id in to_be_sent:
            try:
                message = self._send(planned_id, appointment_id, now)
            except IntegrityError:
                # A first text of the same number came between our look and our write; at the next look it is there.
                continue
            sent += [] if message is None else [message]
        return sent

    def send_by_hand(self, planned_id: int, by: Actor, now: dt.datetime) -> StoredMessage:
        """Send a planned message at once, whatever its window: staff know why.

        Raises:
            ConflictError: It was sent already, or may not be: there is no consent, or the appointment is cancelled.
            NotFoundError: There is no such message.
        """
        with self._database.read() as session:
            row = store.find(session, planned_id)
        if row is None:
            raise NotFoundError("There is no such message.")
        seen = self._look(row.appointment_id)
        with self._database.write() as session:
            found = self._locked(session, seen, planned_id)
            if found is None:
                raise ConflictError("Something is just being done with this message. Look again.")
            appointment, row, conversation_id = found
            if row.status in IS_DONE:
                raise ConflictError("This message was sent already.")
            held = self._planning.held(session, appointment)
            if held is not None:
                raise ConflictError(NOT_SENT[held])
            plan = self._plans.served(session, appointment.treatment, appointment.language)
            step = None if plan is None else plan.step(row.step)
            if plan is None or step is None:
                raise ConflictError("The plan no longer has this message, or no clinician has approved it.")
            if step.day < 0 and appointment.starts_at <= now:
                raise ConflictError("This message is for before the appointment, which has begun.")
            row.sent_by = by.name
            message = self._say(
                session, (appointment, row), (plan, step), conversation_id, until=now + BY_HAND, now=now
            )
            record_by(
                session,
                by=by,
                action="plan.sent_by_hand",
                subject="appointment",
                subject_id=appointment.id,
                details={"message": row.step},
            )
            return message

    def see_to(self, planned_id: int, by: Actor, now: dt.datetime) -> None:
        """Note that staff have seen to a message that was missed.

        Raises:
            ConflictError: It was not missed.
            NotFoundError: There is no such message.
        """
        with self._database.write() as session:
            row = store.find(session, planned_id)
            if row is None:
                raise NotFoundError("There is no such message.")
            if row.status != MISSED:
                raise ConflictError("This message was not missed.")
            row.seen_at = row.seen_at or now
            record_by(
                session,
                by=by,
                action="plan.seen_to",
                subject="appointment",
                subject_id=row.appointment_id,
                details={"message": row.step},
            )

    def preview(self, session: Session, appointment: Appointment, row: PlannedMessage) -> Reply | None:
        """Give what a planned message would say now; None where no plan has it any more."""
        plan = self._plans.written(appointment.treatment, appointment.language)
        step = None if plan is None else plan.step(row.step)
        return None if plan is None or step is None else self._reply(session, appointment, row, plan, step)

    def example(self, session: Session, plan: Plan, step: Step) -> Reply:
        """Give what a message says, for a made-up patient."""
        return self._reply_for(session, example(self._clinic), plan, step, planned=None)

    def _look(self, appointment_id: int) -> _Seen:
        with self._database.read() as session:
            appointment = appointments.get(session, appointment_id)
            number = numbers.get_number(session, appointment.number_id)
            ids = numbers.conversation_ids(session, number.id)
            return _Seen(
                appointment_id=appointment_id,
                phone=number.phone,
                conversation_ids=frozenset(ids),
                conversation_id=running(session, numbers.going_on(session, number.id)),
            )

    def _locked(
        self, session: Session, seen: _Seen, planned_id: int
    ) -> tuple[Appointment, PlannedMessage, str | None] | None:
        """Lock conversation, number, appointment and message, in this order; None if one of them has changed."""
        if seen.conversation_id is not None and not several_store.lock_conversations(session, [seen.conversation_id]):
            return None
        number = numbers.lock_number(session, seen.phone)
        if seen.conversation_ids != set(numbers.conversation_ids(session, number.id)):
            return None
        appointment = appointments.lock(session, seen.appointment_id)
        row = store.lock_if_free(session, planned_id)
        if row is None or appointment.number_id != number.id:
            return None
        return appointment, row, seen.conversation_id

    def _send(self, planned_id: int, appointment_id: int, now: dt.datetime) -> StoredMessage | None:
        seen = self._look(appointment_id)
        with self._database.write() as session:
            found = self._locked(session, seen, planned_id)
            if found is None:
                return None
            appointment, row, conversation_id = found
            plan = self._plans.served(session, appointment.treatment, appointment.language)
            one = next(
                (d for d in self._planning.due(session, appointment) if (d.step, d.day) == (row.step, row.day)), None
            )
            step = None if plan is None else plan.step(row.step)
            if one is None or plan is None or step is None or (one.opens, one.closes) != (row.opens_at, row.closes_at):
                self._planning.follow(session, appointment, now)
                return None
            if row.status != WAITING or not one.is_open(now):
                return None
            if conversation_id is not None and conversations.handler_of(session, conversation_id) is Handler.STAFF:
                # Nothing is said between a person's words; if they talk on until it is too late, they are told.
                return None
            return self._say(session, (appointment, row), (plan, step), conversation_id, until=one.closes, now=now)

    def _say(
        self,
        session: Session,
        for_whom: tuple[Appointment, PlannedMessage],
        what: tuple[Plan, Step],
        conversation_id: str | None,
        *,
        until: dt.datetime,
        now: dt.datetime,
    ) -> StoredMessage:
        (appointment, row), (plan, step) = for_whom, what
        number = numbers.get_number(session, appointment.number_id)
        message = outbound.bot_says(
            session,
            conversation_id=conversation_id or begin_by_text(session, number),
            reply=self._reply(session, appointment, row, plan, step),
            in_reply_to=None,
            until=until,
        )
        settle(row, QUEUED, None, now)
        row.message_id, row.plan_version = message.id, step.version
        return message

    def _reply(self, session: Session, appointment: Appointment, row: PlannedMessage, plan: Plan, step: Step) -> Reply:
        visit = Visit(
            patient_name=appointment.patient_name,
            body_part=appointment.body_part or self._no_place,
            starts_at=appointment.starts_at,
            timezone=appointment.timezone,
        )
        return self._reply_for(session, visit, plan, step, planned=row.id)

    def _reply_for(self, session: Session, visit: Visit, plan: Plan, step: Step, *, planned: int | None) -> Reply:
        return reply_of(
            plan,
            step,
            visit,
            self._clinic,
            planned=planned,
            # A plan that leaves out what is not served still knows how each of its messages stands.
            standing=self._plans.standings(session, plan)[step.id],
            ending=self._ending,
            choices=self._choices,
            citations=self._citations(session, step),
        )

    def _citations(self, session: Session, step: Step) -> list[Citation]:
        said = [claim for claim in step.says if self._clinic.has_all_of(claim.text)]
        sources = knowledge.sources_cited(session, [name for claim in said for name in claim.cites if name != POLICY])
        return [citation_of(number, source) for number, source in enumerate(sources, 1)]

    def _look_after(self, planned_id: int, now: dt.datetime) -> None:
        """Note whether a message that is on its way was sent; call it off where it is too late."""
        with self._database.write() as session:
            row = store.lock_if_free(session, planned_id)
            if row is None or row.status != QUEUED:
                return
            if row.message_id is None:
                # It was deleted with its conversation.
                settle(row, SENT, None, now)
                return
            texts = notifications.of_message(session, row.message_id)
            too_late = any(text.until is not None and now >= text.until for text in texts)
            if too_late:
                notifications.call_off(session, row.message_id, notifications.LATE)
                texts = notifications.of_message(session, row.message_id)
            if any(text.next_try_at is not None for text in texts):
                return
            if not texts or any(text.sent_at is not None for text in texts):
                settle(row, SENT, None, now)
                return
            held = self._planning.held(session, appointments.get(session, row.appointment_id))
            if held is not None and all(text.problem != notifications.IN_DOUBT for text in texts):
                settle(row, LEFT_OUT, held.value, now)
                return
            settle(row, MISSED, Why.NOT_DELIVERED.value, now)
            self._tell(row)

    def _close(self, planned_id: int, appointment_id: int, now: dt.datetime) -> None:
        """Drop a message whose time has passed: told to staff, unless it was rightly not sent."""
        with self._database.write() as session:
            appointment = appointments.lock(session, appointment_id)
            row = store.lock_if_free(session, planned_id)
            if row is None or row.status != WAITING or row.closes_at > now:
                return
            held = self._planning.held(session, appointment)
            if held is not None:
                settle(row, LEFT_OUT, held.value, now)
                return
            talked = self._staff_talk(session, appointment)
            settle(row, MISSED, (Why.STAFF_TALKED if talked else Why.TOO_LATE).value, now)
            self._tell(row)

    def _staff_talk(self, session: Session, appointment: Appointment) -> bool:
        return bool(several_store.under_staff(session, numbers.conversation_ids(session, appointment.number_id)))

    def _tell(self, row: PlannedMessage) -> None:
        logger.warning("planned_message_missed", appointment_id=row.appointment_id, step=row.step, why=row.why)
