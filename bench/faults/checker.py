"""What must hold after any fault, held against what patients were told and what the store and the phones have.

Knows no database, no network and no clock: evidence in, faults out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

CARDS = frozenset({"emergency", "urgent"})
"""Kinds of a reply, and urgencies of a ticket, that stand for danger."""
PATIENT, BOT, STAFF = "patient", "bot", "staff"


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message whose receipt was acknowledged to whoever wrote it; those of a conversation in the order of writing.

    Attributes:
        conversation_id: Where; of a text the number that wrote.
        client_id: The client's own id of it.
        author: `patient` or `staff`.
        by_text: Whether it was a text message.
        is_danger: Whether it gets a card for sure.
    """

    conversation_id: str
    client_id: str
    author: str = PATIENT
    by_text: bool = False
    is_danger: bool = False


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A message as the store has it.

    Attributes:
        number: Its number; later ones are greater.
        conversation_id: Where.
        phone: Of a conversation by text, the number.
        author: `patient`, `bot` or `staff`.
        client_id: The client's own id of it.
        in_reply_to: The number of the message that it answers.
        kind: Of a reply, its kind.
        text: What it says.
        handled: Whether a patient's message is done with.
    """

    number: int
    conversation_id: str
    phone: str = ""
    author: str
    client_id: str = ""
    in_reply_to: int | None = None
    kind: str = ""
    text: str = ""
    handled: bool = True


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A ticket, with whether the alert of an urgent one is stored."""

    number: int
    conversation_id: str
    urgency: str
    has_alert: bool


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text in the outbox, or one that a phone was sent: numbered in order."""

    number: int
    phone: str
    text: str
    is_card: bool = False
    is_sent: bool = True


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that is looked at.

    Attributes:
        said: What was acknowledged.
        stored: The transcript, in order.
        tickets: All tickets.
        under_staff: The conversations that staff handle.
        seen: Of conversations in a browser, the numbers of the messages that it shows in the end.
        outbox: The texts that were to be sent.
        received: The texts that the provider took.
    """

    said: Sequence[Said] = ()
    stored: Sequence[Stored] = ()
    tickets: Sequence[Ticket] = ()
    under_staff: frozenset[str] = frozenset()
    seen: Mapping[str, Sequence[int]] = field(default_factory=dict)
    outbox: Sequence[Text] = ()
    received: Sequence[Text] = ()


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that must not be.

    Attributes:
        kind: Which promise it breaks.
        where: Where to look.
    """

    kind: str
    where: str


def check(evidence: Evidence) -> list[Fault]:
    """Give every fault that the evidence shows."""
    found = _Found(evidence)
    looks: tuple[Callable[[_Found], Iterator[Fault]], ...] = (
        _stored_once,
        _answered_once,
        _in_order,
        _danger_shown,
        _shown_in_the_browser,
        _texts_once,
    )
    return [fault for look in looks for fault in look(found)]


class _Found:
    """The evidence, by what it is looked up by."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self._by_client: dict[tuple[str, str, str], list[Stored]] = defaultdict(list)
        self.replies: dict[int, list[Stored]] = defaultdict(list)
        for message in evidence.stored:
            if message.client_id:
                where = message.phone or message.conversation_id
                self._by_client[where, message.author, message.client_id].append(message)
            elif message.author == BOT and message.in_reply_to is not None:
                self.replies[message.in_reply_to].append(message)
        self.tickets = _grouped(evidence.tickets, lambda ticket: ticket.conversation_id)

    def stored(self, said: Said) -> list[Stored]:
        """Give the message as it is stored, as often as it is."""
        return self._by_client[said.conversation_id, said.author, said.client_id]

    def messages(self) -> Iterator[tuple[Said, Stored]]:
        """Give each acknowledged message of a patient that is stored, with how it is."""
        for said in self.evidence.said:
            if said.author == PATIENT and (stored := self.stored(said)):
                yield said, stored[0]


def _stored_once(found: _Found) -> Iterator[Fault]:
    for said in found.evidence.said:
        times = len(found.stored(said))
        if times != 1:
            yield Fault(kind="message lost" if times == 0 else "message stored twice", where=_at(said))


def _answered_once(found: _Found) -> Iterator[Fault]:
    for said, message in found.messages():
        replies = found.replies[message.number]
        is_left_to_staff = (
            message.conversation_id in found.evidence.under_staff or found.tickets[message.conversation_id]
        )
        if not message.handled or not (replies or is_left_to_staff):
            yield Fault(kind="message unanswered", where=_at(said))
        for (kind, _text), times in Counter((reply.kind, reply.text) for reply in replies).items():
            if times > 1:
                yield Fault(kind="answered twice", where=f"{_at(said)}: {kind}")


def _in_order(found: _Found) -> Iterator[Fault]:
    """Messages stand in the order of writing, and the first reply to each after the first one to that before."""
    for where, pairs in _grouped(found.messages(), lambda pair: pair[0].conversation_id).items():
        numbers = [message.number for _said, message in pairs]
        if numbers != sorted(numbers):
            yield Fault(kind="messages out of order", where=where)
        firsts = [found.replies[number][0].number for number in numbers if found.replies[number]]
        if firsts != sorted(firsts):
            yield Fault(kind="replies out of order", where=where)


def _danger_shown(found: _Found) -> Iterator[Fault]:
    for said, message in found.messages():
        if not said.is_danger:
            continue
        replies = found.replies[message.number]
        if not any(reply.kind in CARDS for reply in replies):
            yield Fault(kind="no card", where=_at(said))
        elif replies[0].kind not in CARDS:
            yield Fault(kind="card not first", where=_at(said))
        urgent = [ticket for ticket in found.tickets[message.conversation_id] if ticket.urgency in CARDS]
        if not urgent:
            yield Fault(kind="no ticket of a card", where=_at(said))
        elif not any(ticket.has_alert for ticket in urgent):
            yield Fault(kind="no alert of a card", where=_at(said))


def _shown_in_the_browser(found: _Found) -> Iterator[Fault]:
    stored = _grouped(found.evidence.stored, lambda message: message.conversation_id)
    for where, seen in found.evidence.seen.items():
        if list(seen) != [message.number for message in stored[where]]:
            yield Fault(kind="browser and store differ", where=where)


def _texts_once(found: _Found) -> Iterator[Fault]:
    """Of each phone: what it was sent is what was to be sent, as often, and in order but for cards."""
    outbox = _grouped(found.evidence.outbox, lambda text: text.phone)
    received = _grouped(found.evidence.received, lambda text: text.phone)
    for phone in sorted({*outbox, *received}):
        wanted, got = (Counter(text.text for text in texts[phone]) for texts in (outbox, received))
        for text, times in wanted.items():
            if got[text] != times:
                yield Fault(kind="text lost" if got[text] < times else "text sent twice", where=phone)
        if got.keys() - wanted.keys():
            yield Fault(kind="text from nowhere", where=phone)
        if any(not text.is_sent for text in outbox[phone]):
            yield Fault(kind="text still waits", where=phone)
        cards = {text.text for text in outbox[phone] if text.is_card}
        in_line = [[text.text for text in texts[phone] if text.text not in cards] for texts in (outbox, received)]
        if not _is_in_order(*in_line):
            yield Fault(kind="texts out of order", where=phone)


def _is_in_order(wanted: Sequence[str], got: Sequence[str]) -> bool:
    """Whether what came first does so here too; doubles and losses are told apart from it."""
    first = [list(dict.fromkeys(texts)) for texts in (wanted, got)]
    common = set(first[0]) & set(first[1])
    return [text for text in first[0] if text in common] == [text for text in first[1] if text in common]


def _grouped(items: Iterable[Any], key: Callable[[Any], str]) -> defaultdict[str, list[Any]]:
    groups: defaultdict[str, list[Any]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


def _at(said: Said) -> str:
    return f"{said.conversation_id} {said.client_id}"
