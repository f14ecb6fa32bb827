"""What is stored of one person, everywhere: shown, exported, and forgotten."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy.exc import OperationalError

from bot.clinic import Clinic
from bot.conversations.trials import stores_left
from bot.db.engine import Database, utc_now
from bot.db.folding import digits, fold
from bot.errors import ConflictError, EncryptionKeyError, InvalidMessageError, NotFoundError
from bot.privacy import exports, person_store
from bot.privacy.export import Export, packed
from bot.privacy.exports import Exports
from bot.privacy.finding import Found, look, meant_by
from bot.privacy.memory_store import RasaMemory
from bot.privacy.receipt import ALWAYS_KEPT, NUMBER_KEPT, POSTGRESQL, TRACES, Receipt, listed
from bot.sealing import MasterKey
from bot.staff.actor import Actor
from bot.staff.audit import record_by

LONGEST_REASON = 200
_LOCAL = 7
"""Digits of a phone number without its area."""
MEMORY, TRIALS, EXPORTS = "conversations in Rasa's memory", "conversations of trials", "exports"


class Patients:
    """Finds, exports and forgets one person's data."""

    def __init__(self, database: Database, clinic: Clinic, memory: RasaMemory, root: Path) -> None:
        """Take the store, the clinic, Rasa's memory, and the folder with trials and exports."""
        self._database = database
        self._clinic = clinic
        self._memory = memory
        self._root = root
        self._exports = Exports(root)

    def find(self, who: str) -> Found:
        """Give what there is of somebody, in all places.

        Args:
            who: A conversation's id, or a whole phone number or email address.

        Raises:
            NotFoundError: Nothing is.
        """
        found = look(self._database, who, self._clinic)
        ids = found.meant.conversation_ids
        beside = {
            MEMORY: self._memory.count(ids),
            TRIALS: sum(len(trial) for _store, trial in self._in_trials(who)),
            EXPORTS: len(self._exports.of(ids)),
        }
        return replace(found, counts={**found.counts, **{what: count for what, count in beside.items() if count}})

    def checked_reason(self, who: str, reason: str) -> str:
        """Give a reason as it would be kept.

        Raises:
            InvalidMessageError: It is none, or tells who it is about.
            NotFoundError: Nothing is stored.
        """
        return _checked(reason, self.find(who))

    def export(self, who: str, by: Actor) -> Export:
        """Give all that is stored of somebody as one zip; that it was given stands in the audit log.

        Raises:
            NotFoundError: Nothing is.
        """
        with self._database.write() as session:
            meant = meant_by(session, who, self._clinic)
            export = packed(
                session,
                meant,
                clinic=self._clinic,
                memory=self._memory.of(meant.conversation_ids),
                number=_new_number(),
                now=utc_now(),
            )
            record_by(
                session,
                by=by,
                action="patient.exported",
                subject="patient",
                subject_id=export.number,
                details={"conversations": len(meant.conversation_ids)},
            )
        return export

    def keep_export(self, export: Export) -> Path:
        """Write an export into the folder that is looked after; give where it is."""
        return self._exports.keep(export.number, export.content)

    def forget(self, who: str, *, reason: str, by: Actor, seen: str | None = None) -> Receipt:
        """Delete all that is stored of somebody, and leave nothing of it in any file.

        Args:
            who: A conversation's id, or a whole phone number or email address.
            reason: Why; stands in the audit log.
            by: Who does it.
            seen: The mark of what was shown; None to delete whatever there is.

        Raises:
            ConflictError: There is more than was shown, or less.
            InvalidMessageError: The reason is none, or tells who it is about.
            NotFoundError: Nothing is stored.
        """
        found = self.find(who)
        reason = _checked(reason, found)
        if seen is not None and seen != found.mark:
            raise ConflictError("Something has changed since you looked. Look at it again before you delete it.")
        ids = list(found.meant.conversation_ids)
        beside = {
            EXPORTS: exports.delete(self._exports.of(ids)),
            TRIALS: self._forget_trials(who),
            MEMORY: self._memory.forget(ids),
        }
        number, now = _new_number(), utc_now()
        kept = [ALWAYS_KEPT] if ids else []
        if found.opted_out:
            kept.insert(0, NUMBER_KEPT.format(count=found.opted_out))
        with self._database.write() as session:
            rows = person_store.forget(session, ids, found.meant.number_ids)
            deleted = {**rows, **{what: count for what, count in beside.items() if count}}
            record_by(
                session,
                by=by,
                action="patient.forgotten",
                subject="patient",
                subject_id=number,
                details={
                    "reason": reason,
                    "deleted": listed(deleted),
                    "kept": "; ".join(kept),
                    "conversations": ", ".join(ids),
                },
            )
        # Once more: a turn that was under way has written it again.
        self._memory.forget(ids)
        return Receipt(
            number=number,
            at=now,
            by=by.name,
            reason=reason,
            deleted=deleted,
            kept=kept,
            conversation_ids=ids,
            traces=self.scrub(),
        )

    def scrub(self) -> str:
        """Leave nothing of what was deleted in the files; say what to do where that did not work."""
        is_clean = all([self._memory.scrub(), self._database.scrub()])
        return TRACES if not is_clean else "" if self._database.is_sqlite else POSTGRESQL

    def _forget_trials(self, who: str) -> int:
        total = 0
        for store, ids in self._in_trials(who):
            with store.write() as session:
                numbers = [number.id for number in person_store.numbers_of(session, ids)]
                person_store.forget(session, ids, numbers)
            self._memory.forget(ids)
            store.scrub()
            total += len(ids)
        return total

    def _in_trials(self, who: str) -> Iterator[tuple[Database, list[str]]]:
        """Give the stores of trials in which there is something of theirs, each open as long as it is looked at."""
        for trial in stores_left(self._root):
            with _opened(trial.database_url, self._database.encryption_keys) as store:
                try:
                    with store.read() as session:
                        ids = list(meant_by(session, who, self._clinic).conversation_ids)
                except (NotFoundError, EncryptionKeyError, OperationalError):
                    # Nothing, or a trial that is about to be made or removed, or was encrypted with a key that is gone.
                    continue
                yield store, ids


@contextmanager
def _opened(url: str, encryption_keys: Sequence[MasterKey]) -> Iterator[Database]:
    store = Database(url, encryption_keys)
    try:
        yield store
    finally:
        store.close()


def _new_number() -> str:
    return secrets.token_hex(6)


def _checked(reason: str, found: Found) -> str:
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidMessageError(f"Say why, in at most {LONGEST_REASON} characters: it stands in the audit log.")
    said = [found.meant.written, *(value for one in found.outlines for value in (one.name, one.phone, one.email))]
    for value in filter(None, said):
        number = digits(value)[-_LOCAL:]
        is_named = re.search(rf"(?<!\w){re.escape(fold(value))}(?!\w)", fold(reason)) is not None
        if is_named or ("@" not in value and len(number) == _LOCAL and number in digits(reason)):
            raise InvalidMessageError(
                "The reason stays in the audit log, so it cannot name whom it is about: leave the name, the number, "
                "the address and the id out."
            )
    return reason
