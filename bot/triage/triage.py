"""Whether a message tells of a danger now, by the signs that the clinic's clinicians keep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.triage.cards import CardWording
from bot.triage.content import Finding, Rulebook, read_rulebook
from bot.triage.context import Context
from bot.triage.numbers import number_labels
from bot.triage.patterns import Pattern
from bot.triage.phrases import Span
from bot.triage.text import Words, split

EMERGENCY = "emergency"
_CENTURIES = ("19", "20")


@dataclass(frozen=True, kw_only=True, slots=True)
class RedFlag:
    """A danger found in a message.

    Attributes:
        sign: The slug of the gravest sign.
        level: "emergency" (call the emergency number now) or "urgent" (the clinic, today).
        signs: The slugs of all signs, the gravest first.
        why: What each sign is in plain words, for the card.
        crisis: Whether thoughts of self-harm are among them.
        card_level: Which card to show: the level, or "crisis" where self-harm comes first.
        wordings: The cards' wording.
        sure: Whether the card is shown at once; otherwise the patient is asked whether this is happening now.
    """

    sign: str
    level: str
    signs: tuple[str, ...]
    why: tuple[str, ...]
    crisis: bool
    card_level: str
    wordings: Mapping[str, CardWording] = field(repr=False, compare=False)
    sure: bool = True


class Triage:
    """Looks for red flags; holds no state between messages."""

    def __init__(self, rulebook: Rulebook) -> None:
        """Keep the rules.

        Args:
            rulebook: What red_flags.yml says.
        """
        self._rules = rulebook
        # Of some thousand patterns a message holds the first part of a few: only those need a closer look.
        self._beginning_with: dict[str, list[tuple[Finding, Pattern]]] = defaultdict(list)
        for finding in rulebook.findings:
            for pattern in finding.patterns:
                self._beginning_with[pattern.labels[0]].append((finding, pattern))

    @classmethod
    def from_file(cls, path: Path) -> Triage:
        """Read the signs from a file.

        Args:
            path: red_flags.yml.

        Returns:
            A triage ready to use.

        Raises:
            ContentError: If the file is broken; names file and line.
        """
        return cls(read_rulebook(path))

    @property
    def wordings(self) -> Mapping[str, CardWording]:
        """The cards' wording, for a danger that somebody else found."""
        return self._rules.wordings

    def check(self, text: str) -> RedFlag | None:
        """Look for a danger that a message reports about now.

        Args:
            text: What the patient wrote; any text at all.

        Returns:
            The red flag, or None.
        """
        message = split(text)
        if not message.words:
            return None
        gravest: RedFlag | None = None
        for words in self._rules.readings(message.words):
            flag = self._read(replace(message, words=words))
            if flag is not None and flag.level == EMERGENCY:
                return flag
            gravest = gravest or flag
        return gravest

    def dismisses(self, text: str) -> bool:
        """Say whether a message names a danger, but only as denied, past, possible, mild or somebody else's.

        Args:
            text: What the patient wrote.
        """
        message = split(text)
        readings = [replace(message, words=words) for words in self._rules.readings(message.words)]
        return any(self._read(reading, judged=False) for reading in readings) and self.check(text) is None

    def _read(self, message: Words, *, judged: bool = True) -> RedFlag | None:
        content, found = self._findings(message)
        return self._flag(self._reported(message, content, found, judged=judged)) if found else None

    def _findings(self, message: Words) -> tuple[list[int], dict[str, list[Span]]]:
        """Find the phrases among the words that carry meaning; content[i] is the place of the i-th such word."""
        rules = self._rules
        words = message.words
        silent = bytearray(len(words))
        for start, end in rules.idioms.find_longest(words).get("idiom", ()):
            if not any(message.broken[start + 1 : end]):  # "... your time. Pressure in my chest" is no idiom.
                silent[start:end] = b"\1" * (end - start)
        content = [at for at, word in enumerate(words) if word not in rules.fillers]
        kept = [words[at] for at in content]
        quiet = bytes(silent[at] for at in content)
        found = rules.phrases.find_all(kept, quiet)
        for label, span in number_labels(kept):
            if not quiet[span[0]]:
                found.setdefault(label, []).append(span)
        return content, found

    def _reported(
        self, message: Words, content: list[int], found: Mapping[str, Sequence[Span]], *, judged: bool
    ) -> set[str]:
        """Give the signs that are reported; unless it is judged by what stands around them, all that are named."""
        rules = self._rules
        places = [message.places[at] for at in content]
        context: Context | None = None
        reported: set[str] = set()
        for finding, pattern in self._near(found):
            if finding.slug in reported:
                continue
            for parts in pattern.matches(found, places):
                spans = [(content[start], content[end - 1] + 1) for start, end in parts]
                if judged and pattern.firm and self._is_mild(message.words, spans):
                    continue
                if judged and not finding.plain:
                    context = context or self._context(message)
                    if context.dismisses(spans, finding.judged, named=pattern.named):
                        continue
                reported.add(finding.slug)
                break
        for sign in rules.signs:
            if any(needed <= reported for needed in sign.all_of):
                reported.add(sign.slug)
        return reported

    def _near(self, found: Mapping[str, Sequence[Span]]) -> Iterator[tuple[Finding, Pattern]]:
        """Give the patterns of which at least the first part is there."""
        for label in found:
            yield from self._beginning_with.get(label, ())

    def _context(self, message: Words) -> Context:
        words = [
            "2000" if len(word) == 4 and word[:2] in _CENTURIES and word.isdigit() else word for word in message.words
        ]
        cues = {**self._rules.cues.find_longest(words), **self._rules.whole_cues.find_all(words)}
        return Context(message, cues, self._rules.steer)

    def _is_mild(self, words: Sequence[str], spans: Sequence[Span]) -> bool:
        mild = self._rules.mild  # "a bit swollen", and "swollen up a bit"
        return any(word in mild for start, end in spans for word in words[max(0, start - 3) : end + 3])

    def _flag(self, reported: set[str]) -> RedFlag | None:
        signs: list[Finding] = [sign for sign in self._rules.signs if sign.slug in reported]
        if not signs:
            return None
        crisis = any(sign.crisis for sign in signs)
        first = signs[0]
        return RedFlag(
            sign=first.slug,
            level=first.level,
            signs=tuple(sign.slug for sign in signs),
            why=tuple(dict.fromkeys(sign.why for sign in signs if sign.level == first.level)),
            crisis=crisis,
            card_level="crisis" if first.crisis else first.level,
            wordings=self._rules.wordings,
        )
