"""How far the cues in a message reach, and so which words each of them marks.

Every kind of cue ("no", "if", "ten years ago", "is there a risk of") reaches over some words after or
before it, up to a word or mark that begins a new thought.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

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
NOT = frozenset(
    (
        "nothing", "not", "hardly", "barely", "cant", "couldnt", "dont", "doesnt", "didnt", "isnt", "arent", "wasnt",
        "wont", "hasnt", "havent", "hadnt", "never",
    )
)  # fmt: skip
_LONG_AGO = ("past_time", "month", "year", "weeks_ago")
_FAR = 60  # No thought is longer; keeps the work linear in a text without full stops.


class Reach:
    """The words of one message, each with the cues that reach it.

    Attributes:
        denied: Where the negation that reaches a word begins, else -1.
        doubtful: Whether that negation may be about something else.
        marks: For each other kind of mark, the words that have it.
    """

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
        self.denied = [-1] * count
        self.doubtful = bytearray(count)
        self.marks = {
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

    def _mark(self) -> None:
        marks = self.marks
        self._deny("negation", _NEGATION_REACH)
        self._deny("firm_negation", _FIRM_REACH)
        self._deny("short_negation", _SHORT_REACH)
        self._mark_times()
        self._mark_present()
        self._before("resolved", marks["over"], _AFTER_REACH, self._ends_sentence)
        self._before("fine_after", marks["fine"], 2, self._ends_sentence)
        for start, end in self._cues.get("fine_here", ()):
            if NOT.isdisjoint(self._words.words[max(0, start - 3) : start]):  # "can't breathe well" is not well.
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
                self._mark_from(end, 1, _FAR, marks["question"], self._ends_general)
        self._before("risk_after", marks["question"], 8, self._ends_general)

    def _mark_times(self) -> None:
        marks = self.marks
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
        marks = self.marks
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
                self._mark_from(end, 1, _PRESENT_REACH, mark, self._ends_clause)
                if not self._words.broken[start]:  # "... ten years ago, now retired" leaves the past alone.
                    self._mark_from(start - 1, -1, _PRESENT_REACH, mark, self._ends_clause)

    def _forward(self, kind: str, mark: bytearray, reach: int, ends: _Ends) -> None:
        for start, end in self._cues.get(kind, ()):
            mark[start:end] = b"\1" * (end - start)  # A finding may begin inside the cue: "can I have a heart attack".
            self._mark_from(end, 1, reach, mark, ends)

    def _before(self, kind: str, mark: bytearray, reach: int, ends: _Ends) -> None:
        for start, _ in self._cues.get(kind, ()):
            self._mark_from(start - 1, -1, reach, mark, ends)

    def _around(self, kind: str, mark: bytearray, reach: int, ends: _Ends) -> None:
        self._before(kind, mark, reach, ends)
        for _, end in self._cues.get(kind, ()):
            self._mark_from(end, 1, reach, mark, ends)

    def _mark_from(self, at: int, step: int, reach: int, mark: bytearray, ends: _Ends) -> None:
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
                self.denied[at] = start
                self.doubtful[at] = doubtful

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
