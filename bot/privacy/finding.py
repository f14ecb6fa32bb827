"""Which conversations are meant by a phone number, an email address or a conversation's id, and what else is theirs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from sqlalchemy.orm import Session

from bot.clinic import Clinic
from bot.db.engine import Database
from bot.errors import InvalidContactError, NotFoundError
from bot.privacy import person_store
from bot.privacy.person_store import Outline
from bot.reading.emails import read_email
from bot.reading.phones import read_phone, without_extension


@dataclass(frozen=True, kw_only=True)
class Meant:
    """Whose data is meant.

    Attributes:
        written: The id or contact as it was typed.
        conversation_ids: Their conversations in a store; none is possible where a number has nothing else left.
        number_ids: The phone numbers that text in them.
        phone: The number that was asked for, without its extension; None for another contact.
    """

    written: str
    conversation_ids: tuple[str, ...]
    number_ids: tuple[int, ...] = ()
    phone: str | None = None


@dataclass(frozen=True, kw_only=True)
class Found:
    """What there is of somebody, before anything is done with it.

    Attributes:
        meant: Whose it is.
        outlines: Their conversations, the newest first.
        counts: How much of each kind there is, in all places.
        opted_out: How many of their numbers want no texts: those stay.
        elsewhere: Other conversations that may be theirs: with another contact of theirs, or where it was only written.
    """

    meant: Meant
    outlines: Sequence[Outline]
    counts: Mapping[str, int]
    opted_out: int
    elsewhere: Sequence[str] = field(default=())

    @property
    def mark(self) -> str:
        """A value that is another one once there is more, or less, than was shown."""
        seen = [*sorted(self.meant.conversation_ids), *sorted(self.counts.items()), *(o.last_at for o in self.outlines)]
        return hashlib.sha256(repr(seen).encode()).hexdigest()[:32]


class How(Enum):
    """What says that a conversation is a patient's; a contact that they left alone proves nothing."""

    THIS = "this"
    SIGNED = "signed"
    MERGED = "merged"
    NUMBER = "number"
    CONTACT = "contact"


@dataclass(frozen=True, kw_only=True)
class Joined:
    """A conversation beside a patient's others, and what says that it is theirs."""

    outline: Outline
    how: How

    @property
    def is_sure(self) -> bool:
        """Whether it is proven: anybody can type anybody's number or address."""
        return self.how is not How.CONTACT


def meant_by(session: Session, who: str, clinic: Clinic) -> Meant:
    """Give whose data is meant in one store; a contact counts only whole, never a part of it.

    Args:
        session: The open session.
        who: A conversation's id, a phone number or an email address.
        clinic: Says how phone numbers are written.

    Raises:
        NotFoundError: Nobody is; says what can be typed.
    """
    who = who.strip()
    phone, found = None, [who]
    if not person_store.is_conversation(session, who):
        phone, found = _by_contact(session, who, clinic)
    ids = tuple(person_store.of_same_patient(session, found)) if found else ()
    numbers = person_store.numbers_of(session, ids, phone)
    if not ids and not numbers:
        raise NotFoundError("Nothing is stored under that. Check the contact, or look for the conversation's id.")
    return Meant(written=who, conversation_ids=ids, number_ids=tuple(number.id for number in numbers), phone=phone)


def _by_contact(session: Session, who: str, clinic: Clinic) -> tuple[str | None, list[str]]:
    try:
        if "@" in who:
            return None, person_store.reached_by_email(session, read_email(who))
        phone = read_phone(who, clinic.region)
    except InvalidContactError as error:
        raise NotFoundError(
            "That is no conversation's id, whole phone number or email address that is known here."
        ) from error
    return without_extension(phone), person_store.reached_by_phone(session, phone, who)


def look(database: Database, who: str, clinic: Clinic) -> Found:
    """Look up what one store has of somebody.

    Raises:
        NotFoundError: It has nothing.
    """
    with database.read() as session:
        meant = meant_by(session, who, clinic)
        outlines = person_store.outlines(session, meant.conversation_ids)
        numbers = person_store.numbers_of(session, meant.conversation_ids, meant.phone)
        return Found(
            meant=meant,
            outlines=outlines,
            counts=person_store.counts(session, meant.conversation_ids, meant.number_ids),
            opted_out=sum(number.opted_out_at is not None for number in numbers),
            elsewhere=_elsewhere(session, meant, outlines),
        )


def joined(session: Session, conversation_id: str) -> list[Joined]:
    """Give all conversations that are a patient's, by one of them, and what says so; the newest first.

    Args:
        session: The open session.
        conversation_id: One of theirs.
    """
    sure = [conversation_id]
    while True:
        more = person_store.of_same_patient(session, [*sure, *person_store.of_same_number(session, sure)])
        new = list(dict.fromkeys([*sure, *more]))
        if len(new) == len(sure):
            break
        sure = new
    signed = person_store.signed_like(session, conversation_id)
    texted = set(person_store.of_same_number(session, sure))

    def how(one: str) -> How:
        if one == conversation_id:
            return How.THIS
        return How.SIGNED if one in signed else How.NUMBER if one in texted else How.MERGED

    found = [
        Joined(outline=outline, how=how(outline.conversation_id)) for outline in person_store.outlines(session, sure)
    ]
    contacts = {value for one in found for value in (one.outline.phone, one.outline.email) if value}
    contacts |= {number.phone for number in person_store.numbers_of(session, sure)}
    perhaps = [other for contact in sorted(contacts) for other in _reached(session, contact) if other not in sure]
    found += [
        Joined(outline=outline, how=How.CONTACT)
        for outline in person_store.outlines(session, list(dict.fromkeys(perhaps)))
    ]
    return found


def _reached(session: Session, contact: str) -> list[str]:
    reached = person_store.reached_by_email if "@" in contact else _reached_by_phone
    return reached(session, contact)


def _elsewhere(session: Session, meant: Meant, outlines: Sequence[Outline]) -> list[str]:
    contacts = {value for outline in outlines for value in (outline.phone, outline.email) if value}
    found: list[str] = []
    for contact in sorted(contacts | ({meant.phone} if meant.phone else set())):
        found += _reached(session, contact)
        found += person_store.mentioned_in(session, contact, meant.conversation_ids)
    return [one for one in dict.fromkeys(found) if one not in meant.conversation_ids]


def _reached_by_phone(session: Session, phone: str) -> list[str]:
    return person_store.reached_by_phone(session, phone, phone)
