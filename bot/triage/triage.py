"""Whether a message tells of a danger now: the floor of phrases and the frozen model, and one decision over both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bot.triage.cards import CardWording
from bot.triage.content import Rulebook, Sign, read_rulebook
from bot.triage.decision import CARD, NOTHING, decide
from bot.triage.floor import Floor

if TYPE_CHECKING:
    from bot.triage.danger_model import Reading

EMERGENCY, URGENT, CRISIS = "emergency", "urgent", "crisis"
_EMERGENCY_SHARE = 0.12
"""An emergency counts as one at this share of the danger: the stricter advice is the safer mistake."""
_BEYOND_DOUBT = 0.8
"""What the model finds below this in letters that it can hardly read is noise: of 51 plain questions in ten languages,
two were at 0.68."""
_CRISIS_SHARE = 0.5
"""How much of a danger that the model finds has to be thoughts of self-harm for them to be its sign."""
_CRISIS_DOUBTED_BELOW = 0.1
"""A danger less likely than this makes the floor's words of self-harm, or what the model takes for some, a figure of
speech or a general question: on the project's sets no cry for help is below 0.12."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RedFlag:
    """A danger found in a message.

    Attributes:
        sign: The slug of the gravest sign; the level where nothing tells which sign it is.
        level: "emergency" (call the emergency number now) or "urgent" (the clinic, today).
        signs: The slugs of all signs, the gravest first.
        why: What each sign is in plain words, for the card; empty where nothing tells which sign it is.
        crisis: Whether thoughts of self-harm are among them.
        card_level: Which card to show: the level, or "crisis" where self-harm comes first.
        wordings: The cards' wording.
        sure: Whether the card is due at once; else the patient is asked first whether it is happening now.
        guessed: How likely the model finds the danger (0 to 1), where it alone does; None where the floor hears one.
    """

    sign: str
    level: str
    signs: tuple[str, ...]
    why: tuple[str, ...]
    crisis: bool
    card_level: str
    wordings: Mapping[str, CardWording] = field(repr=False, compare=False)
    sure: bool = True
    guessed: float | None = field(default=None, compare=False)


class Reads(Protocol):
    """What reads a message beside the floor: the danger model, or a stand-in of a test."""

    def read(self, text: str) -> Reading:
        """Read a message."""


class Triage:
    """Looks for danger; holds no state between messages."""

    def __init__(self, rules: Rulebook, model: Reads) -> None:
        """Take what red_flags.yml says, and the model."""
        self._signs = {sign.slug: sign for sign in rules.signs}
        self._wordings = rules.wordings
        self.floor = Floor(rules)
        self.model = model

    @classmethod
    def from_files(cls, rules: Path, model: Path, encoder: Path) -> Triage:
        """Read everything.

        Args:
            rules: red_flags.yml.
            model: The folder of the danger model, usually data/danger.
            encoder: The folder of its encoder, usually models/danger.

        Raises:
            ContentError: If a file is broken, or the model's encoder has not been built.
        """
        # Only now: the action server speaks of cards and never reads, and the encoder's library takes 45 MB.
        from bot.triage.danger_model import load_danger_model

        return cls(read_rulebook(rules), load_danger_model(model, encoder))

    def check(self, text: str) -> RedFlag | None:
        """Look for a danger that a message reports about now.

        Args:
            text: What the patient wrote; any text at all.

        Returns:
            The red flag, sure or not, or None.
        """
        return self.weigh(self.floor.signs(text), self.model.read(text), one_dose=self.floor.hears_one_dose(text))

    def weigh(self, heard: tuple[Sign, ...], reading: Reading, *, one_dose: bool = False) -> RedFlag | None:
        """Give what comes of what the floor heard and what the model makes of the message.

        Args:
            heard: The signs that the floor heard.
            reading: The model's.
            one_dose: Whether the message says no more than that one dose of an everyday medicine was taken: the model
                reads an overdose into that, so it is only asked.
        """
        if reading.danger < _CRISIS_DOUBTED_BELOW:
            heard = tuple(sign for sign in heard if not sign.crisis)
        # Thoughts of self-harm that the floor hears are sure; what the model makes of them goes by what it costs.
        is_heard_crisis = any(sign.crisis for sign in heard)
        outcome = CARD if is_heard_crisis else decide(reading.danger, floor=bool(heard))
        guesses = not reading.fluent and not heard and reading.danger < _BEYOND_DOUBT
        if outcome == NOTHING or guesses:
            return None
        guessed = None if heard else reading.danger
        crisis = is_heard_crisis or reading.crisis >= _CRISIS_SHARE * reading.danger
        if crisis and not heard and reading.danger < _CRISIS_DOUBTED_BELOW:
            return None
        is_only_asked = one_dose and not heard and not crisis
        if crisis and not is_heard_crisis:
            heard += tuple(sign for sign in self._signs.values() if sign.crisis)[:1]
        emergency = crisis or reading.emergency >= _EMERGENCY_SHARE * reading.danger
        emergency = emergency or any(sign.level == EMERGENCY for sign in heard)
        level = EMERGENCY if emergency else URGENT
        signs = heard or self._likeliest(reading, level)
        first = signs[0] if signs else None
        return RedFlag(
            sign=first.slug if first else level,
            level=level,
            signs=tuple(sign.slug for sign in signs) or (level,),
            why=tuple(dict.fromkeys(sign.why for sign in signs if sign.level == level)),
            crisis=crisis,
            card_level=CRISIS if first is not None and first.crisis else level,
            wordings=self._wordings,
            sure=outcome == CARD and not is_only_asked,
            guessed=guessed,
        )

    def _likeliest(self, reading: Reading, level: str) -> tuple[Sign, ...]:
        sign = self._signs.get(reading.sign)
        return (sign,) if sign is not None and sign.level == level and not sign.crisis else ()
