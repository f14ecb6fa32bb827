"""The care card for a message that sounds dangerous, with the clinic's numbers, whichever layer found it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.calendar import opening_words
from bot.clinic import Clinic
from bot.confidence import CERTAIN_FROM
from bot.conversations.store import StoredMessage
from bot.db.engine import utc_now
from bot.reply import CardContent, Reply
from bot.responses import FixedResponses
from bot.triage import ClinicNumbers, RedFlag, Triage, card_for
from bot.triage.cards import CardWording
from bot.vocabulary import Intents, ReplyKind, Responses, Urgency

Level = Literal["emergency", "urgent", "crisis"]

_REPORTS: dict[str, tuple[Level, str]] = {
    Intents.REPORT_EMERGENCY: ("emergency", Responses.CARD_REASON_EMERGENCY),
    Intents.REPORT_URGENT: ("urgent", Responses.CARD_REASON_URGENT),
    Intents.REPORT_CRISIS: ("crisis", Responses.CARD_REASON_CRISIS),
}
_URGENCIES = {ReplyKind.EMERGENCY: Urgency.EMERGENCY, ReplyKind.URGENT: Urgency.URGENT}


@dataclass(frozen=True, kw_only=True)
class RedFlagCard:
    """A card ready to send, and how soon staff must look."""

    reply: Reply
    urgency: Urgency


@dataclass(frozen=True, kw_only=True)
class _Report:
    """A danger that Rasa reports, in the form that a card is made from."""

    level: str
    signs: tuple[str, ...]
    why: tuple[str, ...]
    crisis: bool
    card_level: str
    wordings: Mapping[str, CardWording]


class RedFlagCards:
    """Makes cards: of what the red-flag rules find, which need nothing else to be up, and of what Rasa reports."""

    def __init__(self, triage: Triage | Callable[[], Triage], clinic: Clinic, responses: FixedResponses) -> None:
        """Take the rules, or what gives them when asked; the clinic's numbers and the fixed wordings."""
        self._rules: Callable[[], Triage] = (lambda: triage) if isinstance(triage, Triage) else triage
        self._responses = responses
        self._clinic = clinic
        self._numbers = ClinicNumbers(
            name=clinic.name,
            phone=clinic.phone,
            emergency_number=clinic.emergency_number,
            crisis_line=clinic.crisis_line,
            after_hours=clinic.after_hours,
        )

    def find(self, text: str) -> RedFlagCard | None:
        """Give the card for a text by the rules, or None when nothing in it sounds dangerous."""
        flag = self._rules().check(text)
        return None if flag is None else self._card(flag)

    def for_report(self, intent: str, text: str, *, likeness: float) -> RedFlagCard | None:
        """Give the card for an intent that reports a danger, or None where the rules saw that danger and know better.

        What Rasa has learned hears "chest pain" in "I have no chest pain" too; the rules read what stands around it.
        They are not heard where Rasa is certain.

        Args:
            intent: What Rasa took the message for.
            text: The message.
            likeness: How much it is like a report of danger, as Rasa has learned it.

        Raises:
            KeyError: The intent is no report: a fault of the program.
        """
        if likeness < CERTAIN_FROM and self._rules().dismisses(text):
            return None
        level, reason = _REPORTS[intent]
        crisis = level == "crisis"
        return self._card(
            _Report(
                level="emergency" if crisis else level,
                signs=(intent,),
                why=(self._responses.text(reason),),
                crisis=crisis,
                card_level=level,
                wordings=self._rules().wordings,
            )
        )

    def _card(self, flag: RedFlag | _Report) -> RedFlagCard:
        card = card_for(flag, replace(self._numbers, hours_now=self._hours_now()))
        kind = ReplyKind.EMERGENCY if flag.level == "emergency" else ReplyKind.URGENT
        reply = Reply(
            kind=kind,
            text=card.text,
            card=CardContent(
                level=card.level,
                heading=card.heading,
                phone=card.phone,
                call_label=card.call_label,
                text_label=card.text_label,
                why=tuple(card.why),
                then=tuple(card.then),
            ),
            signs=tuple(flag.signs),
        )
        return RedFlagCard(reply=reply, urgency=_URGENCIES[kind])

    def _hours_now(self) -> str:
        now = utc_now()
        if self._clinic.is_open(now):
            return self._responses.text(Responses.CARD_OPEN_NOW)
        opening = opening_words(self._clinic, now)
        name = Responses.CARD_CLOSED_NOW if opening else Responses.CARD_CLOSED
        return self._responses.text(name, opening=opening)


def card_among(replies: Sequence[Reply]) -> RedFlagCard | None:
    """Give the gravest card among replies, from wherever they came."""
    cards = [
        RedFlagCard(reply=reply, urgency=_URGENCIES[reply.kind])
        for reply in replies
        if reply.card is not None and reply.kind in _URGENCIES
    ]
    return max(cards, key=lambda card: card.urgency.rank, default=None)


def card_shown(messages: Sequence[StoredMessage]) -> RedFlagCard | None:
    """Give the card that was shown already, of the stored replies to a message."""
    return card_among([message.reply for message in messages if message.reply is not None])
