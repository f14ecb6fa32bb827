"""Texts that staff put into a reply by a shortcut: the clinic's own, and the approved answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.claims.rules import check_claims
from bot.db.engine import Database
from bot.db.folding import fold
from bot.errors import InvalidMessageError
from bot.escalation import store
from bot.knowledge import store as knowledge
from bot.knowledge.serving import Rules, RulesNow
from bot.staff.actor import Actor
from bot.staff.audit import record_by

MOST = 8
"""How many are offered at once."""
_SHORTCUT = re.compile(r"^[a-z0-9][a-z0-9_-]{0,39}$")


@dataclass(frozen=True, kw_only=True)
class Canned:
    """A text to put into a reply.

    Attributes:
        shortcut: What is typed after a slash.
        title: What it is about.
        text: What is put in.
        answer_id: The approved answer that it comes from; None for a text of the clinic's own.
    """

    shortcut: str
    title: str
    text: str
    answer_id: str | None = None


class CannedReplies:
    """Offers texts for a reply, and keeps the clinic's own."""

    def __init__(self, database: Database, rules: RulesNow) -> None:
        """Take the database that holds both, and what may be served: staff insert what a patient would be told."""
        self._database = database
        self._rules = rules

    def matching(self, words: str) -> list[Canned]:
        """Give the texts that fit the words typed so far, the clinic's own first."""
        wanted = fold(words).split()
        with self._database.read() as session:
            own = [
                Canned(shortcut=row.shortcut, title="The clinic's own", text=row.text)
                for row in store.canned_replies(session)
                if all(word in fold(f"{row.shortcut} {row.text}") for word in wanted)
            ]
            return [*own, *_approved(session, wanted, rules=self._rules(), most=max(0, MOST - len(own)))][:MOST]

    def own(self) -> list[Canned]:
        """Give the clinic's own texts, by shortcut."""
        with self._database.read() as session:
            return [
                Canned(shortcut=row.shortcut, title="The clinic's own", text=row.text)
                for row in store.canned_replies(session)
            ]

    def keep(self, shortcut: str, text: str, by: Actor, *, instead_of: str | None = None) -> None:
        """Store a text of the clinic's own.

        Args:
            shortcut: What staff type to put it in.
            text: Its words.
            by: Who keeps it.
            instead_of: The shortcut of the text that it takes the place of; None for a new one.

        Raises:
            InvalidMessageError: The shortcut cannot be typed or is another text's, or there is no text, or it claims
                what no text to a patient may; `field` says which of the two is wrong.
        """
        shortcut, text = shortcut.strip().lower().removeprefix("/"), text.strip()
        if not _SHORTCUT.match(shortcut):
            raise InvalidMessageError(
                "A shortcut has small letters, digits, - and _ only, at most 40.", field="shortcut"
            )
        if not text:
            raise InvalidMessageError("Write the text first.", field="text")
        warnings = check_claims(text)
        if warnings:
            raise InvalidMessageError(f'"{warnings[0].found}": {warnings[0].reason}', field="text")
        with self._database.write() as session:
            known = {row.shortcut for row in store.canned_replies(session)}
            if shortcut in known and shortcut != instead_of:
                raise InvalidMessageError(
                    f"There is a text /{shortcut} already. Choose another shortcut, or edit that one.", field="shortcut"
                )
            if instead_of in known - {shortcut}:
                store.delete_canned_reply(session, instead_of)
            store.keep_canned_reply(session, shortcut=shortcut, text=text)
            _note(session, by, "canned_reply.kept", shortcut)

    def forget(self, shortcut: str, by: Actor) -> None:
        """Delete a text of the clinic's own."""
        with self._database.write() as session:
            store.delete_canned_reply(session, shortcut)
            _note(session, by, "canned_reply.deleted", shortcut)


def _approved(session: Session, wanted: Sequence[str], *, rules: Rules, most: int) -> list[Canned]:
    topics, treatments = knowledge.topics(session), knowledge.treatments(session)
    found: dict[str, Canned] = {}
    for treatment, topic in sorted(knowledge.coverage(session, rules)):
        if len(found) >= most:
            break
        if topic not in topics or treatment not in treatments:
            continue
        title = f"{topics[topic].title} ({treatments[treatment].short_name})"
        if not all(word in fold(f"{title} {treatment} {topic}") for word in wanted):
            continue
        served = knowledge.find_answer(session, treatment=treatment, topic=topic, rules=rules)
        if served is not None and served.answer_id not in found:
            found[served.answer_id] = Canned(
                shortcut=served.answer_id, title=title, text=served.version.short, answer_id=served.answer_id
            )
    return list(found.values())


def _note(session: Session, by: Actor, action: str, shortcut: str) -> None:
    record_by(
        session,
        by=by,
        action=action,
        subject="canned_reply",
        subject_id=shortcut,
    )
