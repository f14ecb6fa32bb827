"""Red flags: whether a patient's message tells of a danger now, and the card that answers it."""

from __future__ import annotations

from bot.triage.cards import Card, ClinicNumbers, card_for
from bot.triage.triage import RedFlag, Triage

__all__ = ["Card", "ClinicNumbers", "RedFlag", "Triage", "card_for"]
