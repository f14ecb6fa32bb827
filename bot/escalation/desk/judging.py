"""What staff say of the look for danger: "this was no danger", "a danger was missed"; taken back as easily."""

from __future__ import annotations

from bot.conversations import store as conversations
from bot.db.engine import Database
from bot.errors import ConflictError, NotFoundError
from bot.escalation.desk import judgements_store
from bot.staff.actor import Actor
from bot.staff.audit import record_by
from bot.vocabulary import Author, Judgement


class Judging:
    """Keeps what each staff member says of a patient's message; nothing else changes by it, least of all urgency."""

    def __init__(self, database: Database) -> None:
        """Take the database that holds it."""
        self._database = database

    def say(self, message_id: int, says: Judgement | None, by: Actor) -> bool:
        """Note what a staff member says of a patient's message; tell whether that is news.

        Args:
            message_id: The patient's message.
            says: What they say; None takes back what they said before.
            by: Who says it.

        Raises:
            ConflictError: No patient wrote the message.
            NotFoundError: There is no such message.
        """
        who = by.staff_member_id
        if who is None:
            raise ConflictError("Only a staff member can judge this.")
        with self._database.write() as session:
            message = conversations.find_by_id(session, message_id)
            if message is None:
                raise NotFoundError("There is no such message. It may have been deleted meanwhile.")
            if message.author is not Author.PATIENT:
                raise ConflictError("Judge the patient's message: there the danger is, or is not.")
            known = judgements_store.find(session, message_id, who)
            before = None if known is None else Judgement(known.judgement)
            if before is says:
                return False
            if says is None and known is not None:
                judgements_store.delete(session, known)
            elif says is not None:
                judgements_store.keep(
                    session,
                    message_id=message_id,
                    conversation_id=message.conversation_id,
                    staff_member_id=who,
                    says=says,
                )
            record_by(
                session,
                by=by,
                action="danger.judged" if says else "danger.judgement_taken_back",
                subject="message",
                subject_id=message_id,
                details={"says": (says or before or Judgement.MISSED).value},
            )
            return True
