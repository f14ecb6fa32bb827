"""The care card for a message that sounds dangerous, with the clinic's numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.calendar import opening_words
from bot.clinic import Clinic
from bot.conversations.store import StoredMessage
from bot.db.engine import utc_now
from bot.escalation.danger import Danger
from bot.escalation.due.promises import Promises
from bot.reply import CardContent, Reply
from bot.responses import FixedResponses
from bot.triage import ClinicNumbers, RedFlag, Triage, card_for
from bot.vocabulary import ReplyKind, Responses, Urgency

_URGENCIES = {ReplyKind.EMERGENCY: Urgency.EMERGENCY, ReplyKind.URGENT: Urgency.URGENT}
_REASONS = {
    "emergency": Responses.CARD_REASON_EMERGENCY,
    "urgent": Responses.CARD_REASON_URGENT,
    "crisis": Responses.CARD_REASON_CRISIS,
}


@dataclass(frozen=True, kw_only=True)
class RedFlagCard:
    """A card ready to send, and how soon staff must look.

    Attributes:
        reply: The card.
        urgency: How soon.
        sure: Whether it is shown at once; otherwise the patient is asked first whether this is happening now.
        guessed: How likely the danger is (0 to 1) where the model alone finds it; None where the floor hears one.
    """

    reply: Reply
    urgency: Urgency
    sure: bool = True
    guessed: float | None = None


class RedFlagCards:
    """Makes cards of what the look for danger finds, which needs nothing else to be up."""

    def __init__(self, triage: Triage | Callable[[], Triage], clinic: Clinic, responses: FixedResponses) -> None:
        """Take what looks for danger, or what gives it when asked; the clinic's numbers and the fixed wordings."""
        self._triage: Callable[[], Triage] = (lambda: triage) if isinstance(triage, Triage) else triage
        self._responses = responses
        self._clinic = clinic
        self._promises = Promises(clinic, responses)

    def find(self, text: str) -> RedFlagCard | None:
        """Give the card for a text, sure or not, or None when nothing in it sounds dangerous."""
        flag = self._triage().check(text)
        return None if flag is None else self._card(flag)

    def of_level(self, level: str) -> RedFlagCard:
        """Give a card without a sign, for a danger that was found once and whose rule is gone since.

        Args:
            level: Which card: `emergency`, `urgent` or `crisis`.
        """
        kind = ReplyKind.URGENT if level == "urgent" else ReplyKind.EMERGENCY
        danger = Danger(emergency=kind is ReplyKind.EMERGENCY, crisis=level == "crisis")
        text = self._promises.instead_of_waiting(danger, utc_now())
        heading, _, then = text.partition(". ")
        phone = self._clinic.crisis_line if danger.crisis else self._promises.numbers_to_call(danger)
        content = CardContent(
            level=level,
            heading=heading,
            phone=phone,
            call_label=self._responses.text(Responses.CARD_CALL, phone=phone),
            why=(self._responses.text(_REASONS[level]),),
            then=(then,),
        )
        return RedFlagCard(reply=Reply(kind=kind, text=text, card=content), urgency=_URGENCIES[kind])

    def _card(self, flag: RedFlag) -> RedFlagCard:
        if not flag.why:
            # The model hears a danger at times without being sure which sign it is.
            flag = replace(flag, why=(self._responses.text(_REASONS[flag.card_level]),))
        card = card_for(flag, self._numbers())
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
        return RedFlagCard(reply=reply, urgency=_URGENCIES[kind], sure=flag.sure, guessed=flag.guessed)

    def _numbers(self) -> ClinicNumbers:
        clinic = self._clinic
        return ClinicNumbers(
            name=clinic.name,
            phone=clinic.phone,
            emergency_number=clinic.emergency_number,
            crisis_line=clinic.crisis_line,
            after_hours=clinic.after_hours,
            hours_now=self._hours_now(),
        )

    def _hours_now(self) -> str:
        now = utc_now()
        if self._clinic.is_open(now):
            return self._responses.text(Responses.CARD_OPEN_NOW)
        opening = opening_words(self._clinic, now)
        name = Responses.CARD_CLOSED_NOW if opening else Responses.CARD_CLOSED
        return self._responses.text(name, opening=opening)


def gravest(cards: Sequence[RedFlagCard]) -> RedFlagCard | None:
    """Give the gravest of some cards, the first of several."""
    return max(cards, key=lambda card: card.urgency.rank, default=None)


def card_shown(messages: Sequence[StoredMessage]) -> RedFlagCard | None:
    """Give the card that was shown already, of the stored replies to a message."""
    return gravest(
        [
            RedFlagCard(reply=message.reply, urgency=_URGENCIES[message.reply.kind])
            for message in messages
            if message.reply is not None and message.reply.card is not None and message.reply.kind in _URGENCIES
        ]
    )
