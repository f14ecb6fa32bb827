"""Whether what the floor hears in a message is denied, over, supposed or somebody else's, by cues that reach it.

After NegEx (Chapman et al., A simple algorithm for identifying negated findings and diseases, J Biomed Inform 2001) and
ConText (Harkema et al., ConText: an algorithm for determining negation, experiencer, and temporal status, J Biomed
Inform 2009): a cue reaches so many words far, no further than its sentence and than a word that turns the thought.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.triage.phrases import Phrases, Span
from bot.triage.text import Words

KINDS = ("denied", "past", "supposed", "someone")
DENIED = "denied"
BEFORE, AFTER = "before", "after"
_TURNS = "turns"


@dataclass(frozen=True, kw_only=True)
class Cues:
    """The cues of the file.

    Attributes:
        phrases: All of them, under "kind before" or "kind after", and the words that turn a thought under "turns".
        words: How many words those of each kind reach.
    """

    phrases: Phrases = field(default_factory=Phrases)
    words: Mapping[str, int]

    def add(self, kind: str, where: str, phrase: Sequence[str]) -> None:
        """Add a cue that stands before or after what it reaches."""
        self.phrases.add(f"{kind} {where}", phrase)

    def add_turn(self, phrase: Sequence[str]) -> None:
        """Add words that turn the thought."""
        self.phrases.add(_TURNS, phrase)


class Context:
    """The cues of one message, and which of its words they reach."""

    def __init__(self, message: Words, cues: Cues) -> None:
        """Find the cues.

        Args:
            message: The message.
            cues: Those of the file.
        """
        self._message = message
        # A year is one of a few words that say when ("in 2014").
        words = [
            "2000" if len(word) == 4 and word[:2] in {"19", "20"} and word.isdigit() else word for word in message.words
        ]
        found = cues.phrases.find_all(words)
        self._turns = {start for start, _ in found.get(_TURNS, ())}
        self._reached = {kind: self._reach(kind, found, cues.words[kind]) for kind in KINDS}

    def dismisses(self, spans: Sequence[Span], *, crisis: bool) -> bool:
        """Say whether a cue makes what was heard something else than a report about now.

        Args:
            spans: Its words, part by part.
            crisis: Whether it is about self-harm: then only a denial counts.
        """
        return any(
            any(not _is_within(cue, spans) for cue in self._reached[kind].get(start, ()))
            for kind in ((DENIED,) if crisis else KINDS)
            for start, _ in spans
        )

    def _reach(self, kind: str, found: Mapping[str, Sequence[Span]], most: int) -> dict[int, list[Span]]:
        """Give, for each word that cues of a kind reach, those cues."""
        reached: dict[int, list[Span]] = {}
        for start, end in found.get(f"{kind} {BEFORE}", ()):
            self._go(range(end, min(end + most, len(self._message.words))), start, (start, end), reached)
        for start, end in found.get(f"{kind} {AFTER}", ()):
            self._go(range(start - 1, max(start - most, 0) - 1, -1), start, (start, end), reached)
        return reached

    def _go(self, places: range, origin: int, cue: Span, reached: dict[int, list[Span]]) -> None:
        sentences = self._message.sentences
        for at in places:
            if sentences[at] != sentences[origin] or at in self._turns:
                return
            reached.setdefault(at, []).append(cue)


def _is_within(cue: Span, spans: Sequence[Span]) -> bool:
    """Tell whether a cue is a part of what was heard itself, as in "not breathing"."""
    return any(first <= cue[0] and cue[1] <= last for first, last in spans)
