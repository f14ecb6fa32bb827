"""Whether words in a message are a report about now, judged from the words around them.

Every kind of cue ("no", "if", "ten years ago", "is there a risk of") reaches over some words after or
before it, up to a word or mark that begins a new thought. A finding counts unless a cue reaches it; where
the reach of a negation is doubtful, an emergency counts all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.triage.cues import KINDS, CueWords
from bot.triage.phrases import Span
from bot.triage.text import Words

_Ends = Callable[[int, int], bool]  # whether a reach from a cue ends at a word

_NEGATION_REACH = 9
_FIRM_REACH = 14
_SHORT_REACH = 3
_PAST_REACH = 6
_PAST_SHORT_REACH = 2
_TIME_REACH = 9
_AFTER_REACH = 7
_PRESENT_REACH = 4
_LONG_REACH = 14
_ONSET_REACH = 6
_YEAR_REACH = 4
_LIFELONG_REACH = 7
_FIGURE_REACH = 10
_WHEN = frozenset({"when", "where", "while", "before", "after", "how"})
_NOT = frozenset(
    (
        "nothing", "not", "hardly", "barely", "cant", "couldnt", "dont", "doesnt", "didnt", "isnt", "arent", "wasnt",
        "wont", "hasnt", "havent", "hadnt", "never",
    )
)  # fmt: skip
_OVER = ("recovered", "cleared")
_LONG_AGO = ("past_time", "month", "year", "weeks_ago")
_FAR = 60  # No thought is longer; keeps the work linear in a text without full stops.


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
    """The cues of one message, and how far each reaches."""

    def __init__(self, words: Words, cues: Mapping[str, Sequence[Span]], steer: CueWords) -> None:
        """Mark every word with the cues that reach it.

        Args:
            words: The message.
            cues: Spans of each kind of cue.
            steer: The words that end a cue's reach.
        """
        self._words = words
        self._cues = cues
        self._steer = steer
        count = len(words.words)
        self._count = count
        self._is_worse = any(  # "nothing new" and "not worse" are the contrary.
            start == 0 or words.words[start - 1] not in _NOT for start, _ in cues.get("worsening", ())
        )
        # Where the last word of its being over stands; "not good now" is the contrary.
        self._over_from = max(
            (at for kind in _OVER for at, _ in cues.get(kind, ()) if _NOT.isdisjoint(words.words[max(0, at - 3) : at])),
            default=-1,
        )
        self._denied = [-1] * count  # where the negation that reaches a word begins
        self._doubtful = bytearray(count)
        self._marks = {
            kind: bytearray(count)
            for kind in (
                "past",
                "present",
                "happening",
                "hypothetical",
                "question",
                "chance",
                "normal",
                "other",
                "known",
                "over",
                "fine",
                "long",
                "found",
                "disease",
                "treated",
                "onset",
                "long_ago",
                "lifelong",
                "figure",
            )
        }
        if count and any(kind in cues for kind in KINDS):
            self._mark()

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
        marks = self._marks
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
        if judged.crisis or self._any(self._marks["onset"], spans) or self._is_worse:
            return False
        return "fiction" in self._cues or self._any(self._marks["figure"], spans)

    def _is_with_doctor(self, spans: Sequence[Span], judged: Judged, *, named: bool) -> bool:
        """A disease that is known, and what else a doctor found that need not be seen at once."""
        marks = self._marks
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
        marks = self._marks
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
            origin = self._denied[start]
            if origin < 0 or any(first <= origin < last for first, last in spans):
                continue
            if not (self._doubtful[start] and judged.emergency):
                return True
        return False

    def _has_ended(self, spans: Sequence[Span], judged: Judged) -> bool:
        return judged.can_end and bool(self._marks["over"][max(end for _, end in spans) - 1])

    def _is_behind(self, spans: Sequence[Span], judged: Judged) -> bool:
        """Tell "it was red and hot in June, perfect ever since" from what is there today.

        That has to be said after it; and what needed an ambulance must have been weeks ago or more.
        """
        if not any(self._over_from >= end for _, end in spans):
            return False
        if judged.emergency and not self._all(self._marks["long_ago"], spans):
            return False
        return not self._any(self._marks["present"], spans) and not self._any(self._marks["onset"], spans)

    def _is_old(self, spans: Sequence[Span], judged: Judged) -> bool:
        if self._any(self._marks["onset"], spans):  # "grand for three years, today it is agony"
            return False
        if judged.can_stay and not self._is_worse and self._any(self._marks["lifelong"], spans):
            return True
        if not judged.new_only:
            return False
        if self._any(self._marks["long"], spans):
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

    def _mark(self) -> None:
        marks = self._marks
        self._deny("negation", _NEGATION_REACH)
        self._deny("firm_negation", _FIRM_REACH)
        self._deny("short_negation", _SHORT_REACH)
        self._mark_times()
        self._mark_present()
        self._before("resolved", marks["over"], _AFTER_REACH, self._ends_sentence)
        self._before("fine_after", marks["fine"], 2, self._ends_sentence)
        for start, end in self._cues.get("fine_here", ()):
            if _NOT.isdisjoint(self._words.words[max(0, start - 3) : start]):  # "can't breathe well" is not well.
                marks["fine"][start:end] = b"\1" * (end - start)
        for kind in ("figure", "declined"):
            self._around(kind, marks["figure"], _FIGURE_REACH, self._ends_figure)
        self._forward("hypothetical", marks["hypothetical"], _FAR, self._ends_condition)
        self._forward("someone_else", marks["other"], _FAR, self._ends_story)
        self._forward("found_by_doctor", marks["found"], _FAR, self._ends_story)
        for kind, mark in (("known_disease", marks["disease"]), ("under_treatment", marks["treated"])):
            self._forward(kind, mark, _FAR, self._ends_sentence)
            self._before(kind, mark, _FAR, self._ends_sentence)
        self._forward("acquaintance", marks["known"], _FAR, self._ends_story)
        self._forward("strong_question", marks["question"], _FAR, self._ends_condition)
        self._forward("chance_of", marks["chance"], 3, self._ends_condition)
        self._forward("risk_question", marks["question"], _FAR, self._ends_general)
        self._forward("normal_question", marks["normal"], _FAR, self._ends_general)
        for start, end in self._cues.get("question_opening", ()):
            if self._opens(start) and not self._is_statement(start, end):
                marks["question"][start:end] = b"\1" * (end - start)
                self._reach(end, 1, _FAR, marks["question"], self._ends_general)
        self._before("risk_after", marks["question"], 8, self._ends_general)

    def _mark_times(self) -> None:
        marks = self._marks
        self._forward("past", marks["past"], _PAST_REACH, self._ends_thought)
        self._forward("past_short", marks["past"], _PAST_SHORT_REACH, self._ends_thought)
        self._around("past_time", marks["past"], _TIME_REACH, self._ends_clause)
        if "cleared" in self._cues:  # "In January" may be this one; what a doctor has looked into is over.
            self._around("month", marks["past"], _TIME_REACH, self._ends_clause)
        # "Stroke 2015"; a year before a finding may be one of birth.
        self._before("year", marks["past"], _YEAR_REACH, self._ends_clause)
        for kind in _LONG_AGO:
            self._around(kind, marks["long_ago"], _LONG_REACH, self._ends_sentence)
        self._around("long_standing", marks["long"], _LONG_REACH, self._ends_sentence)
        self._around("lifelong", marks["lifelong"], _LIFELONG_REACH, self._ends_clause)
        self._around("onset", marks["onset"], _ONSET_REACH, self._ends_clause)

    def _mark_present(self) -> None:
        marks = self._marks
        behind = {at for start, end in self._cues.get("recovered", ()) for at in range(start, end)}
        for kind, mark in (
            ("right_now", marks["happening"]),
            ("right_now", marks["present"]),
            ("present", marks["present"]),
            ("onset", marks["present"]),
        ):
            for start, end in self._cues.get(kind, ()):
                if start in behind:  # The "since" of "fine ever since" tells of no trouble.
                    continue
                self._reach(end, 1, _PRESENT_REACH, mark, self._ends_clause)
                if not self._words.broken[start]:  # "... ten years ago, now retired" leaves the past alone.
                    self._reach(start - 1, -1, _PRESENT_REACH, mark, self._ends_clause)

    def _forward(self, kind: str, mark: bytearray, reach: int, ends: _Ends) -> None:
        for start, end in self._cues.get(kind, ()):
            mark[start:end] = b"\1" * (end - start)  # A finding may begin inside the cue: "can I have a heart attack".
            self._reach(end, 1, reach, mark, ends)

    def _before(self, kind: str, mark: bytearray, reach: int, ends: _Ends) -> None:
        for start, _ in self._cues.get(kind, ()):
            self._reach(start - 1, -1, reach, mark, ends)

    def _around(self, kind: str, mark: bytearray, reach: int, ends: _Ends) -> None:
        self._before(kind, mark, reach, ends)
        for _, end in self._cues.get(kind, ()):
            self._reach(end, 1, reach, mark, ends)

    def _reach(self, at: int, step: int, reach: int, mark: bytearray, ends: _Ends) -> None:
        """Mark words from one on, in one direction, until the thought ends."""
        cue = at - step
        for _ in range(reach):
            if not 0 <= at < self._count or ends(at, cue):
                return
            mark[at] = 1
            at += step

    def _deny(self, kind: str, reach: int) -> None:
        words = self._words
        for start, end in self._cues.get(kind, ()):
            doubtful, stop = False, min(self._count, end + reach)
            # "Denies fever, chills, chest pain" is how a chart says it: all of them.
            listed = kind == "firm_negation" or self._is_list(end, min(self._count, stop + 3))
            for at in range(end, stop):
                if words.sentences[at] != words.sentences[end - 1] or self._starts_statement(at):
                    break
                doubtful = doubtful or ((words.broken[at] or words.words[at] in ("and", "with")) and not listed)
                if kind == "short_negation" and words.broken[at]:
                    break
                self._denied[at] = start
                self._doubtful[at] = doubtful

    def _is_list(self, start: int, stop: int) -> bool:
        """Tell "no fever, redness or pus" from "no fever, chest pain"."""
        words = self._words
        for at in range(start, stop):
            if words.sentences[at] != words.sentences[start] or words.words[at] in self._steer.new_thought:
                return False
            if words.words[at] in ("or", "nor"):
                return True
        return False

    def _starts_statement(self, at: int) -> bool:
        word = self._words.words[at]
        return word in self._steer.new_thought or (
            word in self._steer.personal and (self._words.broken[at] or word in ("i", "he", "she", "it", "they", "we"))
        )

    def _ends_sentence(self, at: int, cue: int) -> bool:
        words = self._words
        return words.sentences[at] != words.sentences[cue] or words.words[at] in self._steer.new_thought

    def _ends_thought(self, at: int, cue: int) -> bool:
        return self._ends_sentence(at, cue) or self._starts_statement(at)

    def _ends_clause(self, at: int, cue: int) -> bool:
        return self._ends_sentence(at, cue) or self._words.words[at] == "and"

    def _ends_figure(self, at: int, cue: int) -> bool:
        words = self._words
        return words.sentences[at] != words.sentences[cue] or words.words[at] in ("and", "but", "now", "since")

    def _ends_condition(self, at: int, cue: int) -> bool:
        words = self._words
        return self._ends_sentence(at, cue) or (words.broken[at] and words.words[at] in self._steer.personal)

    def _ends_story(self, at: int, cue: int) -> bool:
        """What is told of somebody else lasts until the writer comes in: "the dog got in, my son ate some"."""
        words = self._words
        begins = words.broken[at] or words.words[at - 1] in ("and", "so")
        return self._ends_sentence(at, cue) or (begins and words.words[at] in self._steer.first_person)

    def _ends_general(self, at: int, cue: int) -> bool:
        """A question is about things in general until the patient speaks of somebody."""
        words = self._words
        if self._ends_sentence(at, cue) or (words.broken[at] and self._has_verb(at)):
            return True
        if words.words[at] not in self._steer.personal:
            return False
        before = words.words[at - 1] if at > 0 else ""
        # "Does it bleed when they draw blood" is still about things in general.
        return before not in self._steer.aux and not (words.words[at] == "they" and before in _WHEN)

    def _has_verb(self, at: int) -> bool:
        """Tell a new statement after a comma ("do I call you, knee looks infected") from a list."""
        words = self._words.words
        # "how much is it, and by the way the last spot is red"
        reach = 8 if words[at : at + 4] == ["and", "by", "the", "way"] else 5
        return any(word in self._steer.verbs for word in words[at : at + reach])

    def _opens(self, start: int) -> bool:
        words = self._words
        if start == 0 or words.broken[start] or words.sentences[start] != words.sentences[start - 1]:
            return True
        if words.words[start] in ("is", "are", "was"):
            return False  # "... and is bleeding" goes on with what was said.
        return words.words[start - 1] in ("and", "but", "so", "hi", "hello", "also", "or", "please", "question", "then")

    def _is_statement(self, start: int, end: int) -> bool:
        """Tell "is swollen and hot" (no subject) from "is swelling common" and "is sepsis contagious"."""
        words = self._words
        if words.words[start] not in ("is", "are", "was") or words.sentences[start] in words.asked:
            return False
        if end >= self._count or any(word in self._steer.asked_about for word in words.words[end : end + 6]):
            return False
        return words.words[end].endswith(("ing", "en", "ed")) or words.words[end] in self._steer.states
