"""The care card for a text that sounds dangerous: triage's finding as a reply with the clinic's numbers."""

from __future__ import annotations

from dataclasses import dataclass

from bot.clinic import Clinic
from bot.reply import CardContent, Reply
from bot.triage import ClinicNumbers, Triage, card_for
from bot.vocabulary import ReplyKind, Urgency


@dataclass(frozen=True, kw_only=True)
class RedFlagCard:
    """A card ready to send, and how soon staff must look."""

    reply: Reply
    urgency: Urgency


class RedFlagCards:
    """Looks for red flags; needs neither Rasa, nor the database, nor staff."""

    def __init__(self, triage: Triage, clinic: Clinic) -> None:
        """Take the patterns and the clinic's numbers."""
        self._triage = triage
        self._numbers = ClinicNumbers(
            name=clinic.name,
            phone=clinic.phone,
            emergency_number=clinic.emergency_number,
            crisis_line=clinic.crisis_line,
            after_hours=clinic.after_hours,
        )

    def find(self, text: str) -> RedFlagCard | None:
        """Give the card for a text, or None when nothing in it sounds dangerous."""
        flag = self._triage.check(text)
        if flag is None:
            return None
        card = card_for(flag, self._numbers)
        emergency = flag.level == "emergency"
        reply = Reply(
            kind=ReplyKind.EMERGENCY if emergency else ReplyKind.URGENT,
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
        return RedFlagCard(reply=reply, urgency=Urgency.EMERGENCY if emergency else Urgency.URGENT)
