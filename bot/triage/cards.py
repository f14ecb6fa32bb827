"""The card a patient sees instead of an answer: what to do first, then why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

LEVELS = ("emergency", "urgent", "crisis")
PLACEHOLDERS = ("emergency_number", "crisis_line", "phone", "name", "after_hours", "hours_now")


@dataclass(frozen=True, kw_only=True, slots=True)
class ClinicNumbers:
    """What a card needs of clinic.yml; `hours_now` says whether the clinic is open at this moment."""

    name: str
    phone: str
    emergency_number: str
    crisis_line: str
    after_hours: str
    hours_now: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CardWording:
    """The wording of one level, with placeholders, as red_flags.yml gives it."""

    heading: str
    phone: str
    call_label: str
    text_label: str | None
    then: tuple[str, ...]
    also_crisis: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A card as shown: one heading with the action, the number, why, and what to do meanwhile."""

    level: str
    heading: str
    phone: str
    call_label: str
    text_label: str | None
    why: tuple[str, ...]
    then: tuple[str, ...]

    @property
    def text(self) -> str:
        """All that a patient reads, for a text message or a screen reader."""
        lines = [f"{self.heading}."]
        if self.why:
            lines.append(f"Why: {'; '.join(self.why)}.")
        lines.extend(self.then)
        lines.append(" · ".join(label for label in (self.call_label, self.text_label) if label))
        return "\n".join(lines)


class Raised(Protocol):
    """What a card is made from: a red flag that knows its wording."""

    @property
    def level(self) -> str:
        """Emergency or urgent."""

    @property
    def why(self) -> tuple[str, ...]:
        """The signs in plain words."""

    @property
    def crisis(self) -> bool:
        """Whether self-harm is among them."""

    @property
    def card_level(self) -> str:
        """Which card to show."""

    @property
    def wordings(self) -> Mapping[str, CardWording]:
        """The cards' wording."""


def card_for(flag: Raised, clinic: ClinicNumbers) -> Card:
    """Make the card for a red flag.

    Args:
        flag: What the triage found.
        clinic: The numbers to call.

    Returns:
        The one card to show: the crisis card where self-harm is all there is, else the level's.
    """
    wording = flag.wordings[flag.card_level]
    values = {name: getattr(clinic, name) for name in PLACEHOLDERS}
    then = list(wording.then)
    if flag.crisis and wording.also_crisis:
        then.append(wording.also_crisis)
    return Card(
        level=flag.card_level,
        heading=wording.heading.format_map(values),
        phone=wording.phone.format_map(values),
        call_label=wording.call_label.format_map(values),
        text_label=wording.text_label.format_map(values) if wording.text_label else None,
        why=flag.why,
        then=tuple(sentence for line in then if (sentence := line.format_map(values).strip())),
    )
