"""Whether a newly trained model may take the old one's place: no text may be lost that is understood now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.confidence import ANSWER_FROM
from bot.vocabulary import INTENT_PREFIX

LEARNED = "learned before"
TAUGHT = "to be learned"

Understood = Sequence[tuple[str, float]]
"""The intents of the questions that a model found in a text, each with its confidence; the message's alone if none."""


@dataclass(frozen=True, kw_only=True)
class Exam:
    """A text with what is right for it.

    Attributes:
        text: What a patient may write.
        intents: Each of these is right; none means that no topic may be answered.
        figure: The figure that it counts for.
    """

    text: str
    intents: tuple[str, ...]
    figure: str

    def is_passed(self, understood: Understood) -> bool:
        """Tell whether what a model understood is right."""
        answered = {intent for intent, confidence in understood if confidence >= ANSWER_FROM}
        if self.intents:
            return not answered.isdisjoint(self.intents)
        return not any(intent.startswith(INTENT_PREFIX) for intent in answered)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of an exam.

    Attributes:
        figures: By name: how many were right before and after, of how many.
        reasons: Why the model may not go live, a sentence each; none means that it may.
    """

    figures: Mapping[str, Mapping[str, int]]
    reasons: tuple[str, ...]


def judge(exams: Sequence[Exam], before: Sequence[Understood], after: Sequence[Understood]) -> Verdict:
    """Hold a new model against the one in service, text by text. Training leaves nothing to chance: none may be lost.

    Args:
        exams: The texts.
        before: What the model in service understood, text by text.
        after: What the new one did.
    """
    figures: dict[str, dict[str, int]] = {}
    lost: Counter[str] = Counter()
    reasons = []
    for exam, old, new in zip(exams, before, after, strict=True):
        counted = figures.setdefault(exam.figure, {"before": 0, "after": 0, "total": 0})
        was, is_ = exam.is_passed(old), exam.is_passed(new)
        counted["total"] += 1
        counted["before"] += was
        counted["after"] += is_
        lost[exam.figure] += was and not is_
        if exam.figure == TAUGHT and not is_:
            reasons.append("A question of these lessons would still not be understood.")
    if lost.pop(LEARNED, 0):
        reasons.append("A question that was learned before would not be understood any more.")
    lost.pop(TAUGHT, None)
    for name, count in lost.items():
        if count:
            of = figures[name]
            reasons.append(
                f"“{name}” would lose {count}: {of['after']} of {of['total']} right, where it is {of['before']} now."
            )
    return Verdict(figures=figures, reasons=tuple(dict.fromkeys(reasons)))
