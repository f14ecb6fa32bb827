"""The receipt of an erasure: who, when, why and how much; never the words that are gone, nor the contact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NUMBER_KEPT = (
    "phone numbers that want no texts ({count}): only that a number stands here keeps it from being texted again"
)
ALWAYS_KEPT = "the audit log: what staff did, by the numbers of tickets, without words, names or contacts"
NOT_REACHED = (
    "backups made before now: they are gone when you overwrite them; after restoring one, forget the ids above again",
    "emails, calls of webhooks and exports that were handed on, and what those who got them kept",
    "texts on the patient's phone and at Twilio: delete them in Twilio's console (docs/sms.md)",
    "the clinic's own records of the patient, such as a chart",
)
TRACES = (
    "Another process was reading all the while, so traces may be left in the database's files. Run "
    "./frontdesk retention run when less is going on."
)
POSTGRESQL = (
    "PostgreSQL's own log (pg_wal, and what you archive of it) holds traces until it is overwritten; see "
    "docs/privacy.md."
)


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What was deleted.

    Attributes:
        number: Under which the audit log has it.
        by: Who did it.
        deleted: How much of each kind.
        kept: What was not, and why.
        conversation_ids: Which conversations; an id tells nothing of anybody, and whoever restores a backup needs them.
        traces: What to do about traces in the files; empty where there are none.
    """

    number: str
    at: dt.datetime
    by: str
    reason: str
    deleted: Mapping[str, int]
    kept: Sequence[str]
    conversation_ids: Sequence[str]
    traces: str

    def lines(self) -> list[str]:
        """Give it as it is printed."""
        return [
            f"Receipt {self.number}",
            f"When: {self.at.isoformat(timespec='seconds')}",
            f"Who: {self.by}",
            f"Why: {self.reason}",
            f"Deleted: {listed(self.deleted)}",
            f"Conversations: {', '.join(self.conversation_ids) or 'none'}",
            *(f"Kept: {kept}" for kept in self.kept),
            *(f"Not reached: {place}" for place in NOT_REACHED),
            *([self.traces] if self.traces else []),
        ]


def listed(counts: Mapping[str, int]) -> str:
    """Say how much of each kind there is."""
    return ", ".join(f"{what} ({count:,})" for what, count in counts.items()) or "nothing"
