"""Whether words in a message are a report about now, judged from the cues that reach them.

A finding counts unless a cue reaches it; where the reach of a negation is doubtful, an emergency counts all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.triage.cues import CueWords
from bot.triage.phrases import Span
from bot.triage.reach import NOT, Reach
from bot.triage.text import Words

_OVER = ("recovered", "cleared")


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """What of a finding decides how strictly its context is read."""

    emergency: bool
    new_only: bool
    can_end: bool
    asking_tells: bool
    can_stay: bool
    crisis: bool


class Context:
    """The cues of one message, and what they make of a finding."""

    def __init__(self, words: Words, cues: Mapping[str, Sequence[Span]], steer: CueWords) -> None:
        """Mark every word with the cues that reach it.

        Args:
            words: The message.
            cues: Spans of each kind of cue.
            steer: The words that end a cue's reach.
        """
        self._words = words
        self._cues = cues
        self._is_worse = any(  # "nothing new" and "not worse" are the contrary.
            start == 0 or words.words[start - 1] not in NOT for start, _ in cues.get("worsening", ())
        )
        # Where the last word of its being over stands; "not good now" is the contrary.
        self._over_from = max(
            (at for kind in _OVER for at, _ in cues.get(kind, ()) if NOT.isdisjoint(words.words[max(0, at - 3) : at])),
            default=-1,
        )
        self._reach = Reach(words, cues, steer)

    def dismisses(self, spans: Sequence[Span], judged: Judged, *, named: bool = False) -> bool:
        """Say whether the words around a finding make it something else than a report about now.

        Args:
            spans: The finding's words, part by part.
            judged: How strictly to judge.
            named: Whether they name a disease rather than tell what is felt or seen.

        Returns:
            True for a negation, a past event, a hypothetical, a question about risk, somebody far away, a disease
            that a doctor has found or treats, and what has stayed after an operation.
        """
        marks = self._reach.marks
        if self._is_denied(spans, judged) or self._any_last(marks["fine"], spans):
            return True
        happening = self._any(marks["happening"], spans)
        if not happening and (self._all(marks["other"], spans) or self._is_figure(spans, judged)):
            return True
        if not judged.emergency and self._all(marks["known"], spans):
            return True
        if not self._is_worse and (self._is_with_doctor(spans, judged, named=named) or self._stayed(judged)):
            return True
        returned = "returned" in self._cues
        if not returned and (self._has_ended(spans, judged) or self._is_behind(spans, judged)):
            return True
        if (judged.new_only or judged.can_stay) and self._is_old(spans, judged):
            return True
        if not returned and self._any(marks["past"], spans) and not self._any(marks["present"], spans):
            return True
        return not judged.asking_tells and not happening and self._is_asked(spans, judged)

    def _is_figure(self, spans: Sequence[Span], judged: Judged) -> bool:
        """Tell "nearly fainted when I saw the price" or in a novel from a faint, an effect avoided from one felt."""
        if judged.crisis or self._any(self._reach.marks["onset"], spans) or self._is_worse:
            return False
        return "fiction" in self._cues or self._any(self._reach.marks["figure"], spans)

    def _is_with_doctor(self, spans: Sequence[Span], judged: Judged, *, named: bool) -> bool:
        """A disease that is known, and what else a doctor found that need not be seen at once."""
        marks = self._reach.marks
        if self._all(marks["found"], spans) and (named or not judged.emergency):
            return True
        if not named or (judged.emergency and self._any(marks["present"], spans)):
            return False
        can_wait = not judged.emergency and ("help_question" in self._cues or self._all(marks["treated"], spans))
        return can_wait or self._all(marks["disease"], spans) or self._all(marks["known"], spans)

    def _stayed(self, judged: Judged) -> bool:
        """Tell "I had surgery on it, still feel numb" from something new."""
        if "lasting" not in self._cues or "recent" in self._cues:
            return False
        if judged.emergency:
            return judged.can_stay and "past_time" in self._cues
        return judged.new_only and ("operation" in self._cues or "past_time" in self._cues)

    def _is_asked(self, spans: Sequence[Span], judged: Judged) -> bool:
        marks = self._reach.marks
        # "Can it give you a headache? I've had one since." "Is it ok to fly with a fever that came on last night?"
        begins = self._any(marks["onset"], spans) and not self._all(marks["hypothetical"], spans)
        if begins or "own_case" in self._cues:
            return False
        return (
            self._all(marks["hypothetical"], spans)
            or self._all(marks["question"], spans)
            or (not judged.emergency and self._all(marks["normal"], spans))
            or self._any(marks["chance"], spans)
            or (self._is_scattered(spans) and self._any(marks["question"], spans))
        )

    def _is_scattered(self, spans: Sequence[Span]) -> bool:
        return len({self._words.sentences[start] for start, _ in spans}) > 1

    def _is_denied(self, spans: Sequence[Span], judged: Judged) -> bool:
        for start, _ in spans:
            origin = self._reach.denied[start]
            if origin < 0 or any(first <= origin < last for first, last in spans):
                continue
            if not (self._reach.doubtful[start] and judged.emergency):
                return True
        return False

    def _has_ended(self, spans: Sequence[Span], judged: Judged) -> bool:
        return judged.can_end and bool(self._reach.marks["over"][max(end for _, end in spans) - 1])

    def _is_behind(self, spans: Sequence[Span], judged: Judged) -> bool:
        """Tell "it was red and hot in June, perfect ever since" from what is there today.

        That has to be said after it; and what needed an ambulance must have been weeks ago or more.
        """
        if not any(self._over_from >= end for _, end in spans):
            return False
        if judged.emergency and not self._all(self._reach.marks["long_ago"], spans):
            return False
        return not self._any(self._reach.marks["present"], spans) and not self._any(self._reach.marks["onset"], spans)

    def _is_old(self, spans: Sequence[Span], judged: Judged) -> bool:
        if self._any(self._reach.marks["onset"], spans):  # "grand for three years, today it is agony"
            return False
        if judged.can_stay and not self._is_worse and self._any(self._reach.marks["lifelong"], spans):
            return True
        if not judged.new_only:
            return False
        if self._any(self._reach.marks["long"], spans):
            return True
        return not judged.emergency and "help_question" in self._cues and "since_procedure" not in self._cues

    @staticmethod
    def _any(mark: bytearray, spans: Sequence[Span]) -> bool:
        return any(mark[start] for start, _ in spans)

    @staticmethod
    def _all(mark: bytearray, spans: Sequence[Span]) -> bool:
        return all(mark[start] for start, _ in spans)

    @staticmethod
    def _any_last(mark: bytearray, spans: Sequence[Span]) -> bool:
        return any(mark[end - 1] for _, end in spans)
