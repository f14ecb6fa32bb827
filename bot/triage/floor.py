"""What the floor hears in a message: plain phrases and numbers for what must never be missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from bot.triage.content import Rulebook, Sign
from bot.triage.context import Context
from bot.triage.numbers import number_labels
from bot.triage.patterns import Pattern
from bot.triage.phrases import Span
from bot.triage.text import Words, split


class Floor:
    """Looks for phrases; holds no state between messages."""

    def __init__(self, rules: Rulebook) -> None:
        """Take what the file says."""
        self._rules = rules
        # A message holds the first part of few phrases: only those need a closer look.
        self._beginning_with: dict[str, list[tuple[Sign, Pattern]]] = defaultdict(list)
        for sign in rules.signs:
            for pattern in sign.patterns:
                self._beginning_with[pattern.labels[0]].append((sign, pattern))

    def signs(self, text: str) -> tuple[Sign, ...]:
        """Give the signs that a message tells of as there now, the gravest first.

        Args:
            text: What the patient wrote; any text at all.
        """
        message = split(text)
        content = [at for at, word in enumerate(message.words) if word not in self._rules.fillers]
        kept = [message.words[at] for at in content]
        found = self._rules.phrases.find_all(kept)
        for label, span in number_labels(kept):
            found.setdefault(label, []).append(span)
        heard = self._heard(message, content, found) if found else set()
        return tuple(sign for sign in self._rules.signs if sign.slug in heard)

    def hears_one_dose(self, text: str) -> bool:
        """Tell whether a message says no more than that one dose of an everyday medicine was taken.

        Any other word, of how many, of whose or of how they feel, makes it another message.

        Args:
            text: As in `signs`.
        """
        dose, words = self._rules.one_dose, split(text).words
        medicines = [word for word in words if word in dose.medicines]
        return len(medicines) == 1 and all(word in dose.words for word in words if word not in medicines)

    def _heard(self, message: Words, content: Sequence[int], found: Mapping[str, Sequence[Span]]) -> set[str]:
        places = [message.places[at] for at in content]
        context: Context | None = None
        heard: set[str] = set()
        for label in found:
            for sign, pattern in self._beginning_with.get(label, ()):
                if sign.slug in heard:
                    continue
                for parts in pattern.matches(found, places):
                    spans = [(content[start], content[end - 1] + 1) for start, end in parts]
                    context = context or Context(message, self._rules.cues)
                    if not context.dismisses(spans, crisis=sign.crisis):
                        heard.add(sign.slug)
                        break
        return heard
