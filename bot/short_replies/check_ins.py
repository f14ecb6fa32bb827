"""What a patient writes back to "how is it going?": well, the same, worse, or words that only a person can weigh."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from bot.settings import ROOT
from bot.short_replies.lines import Lines, LinesFile
from bot.short_replies.words import words_of

FILE = "check_ins.yml"
LONGEST = 120
"""Characters; who writes more than that says more than "fine"."""
_LOOK_BACK = 3
"""So many words before a worry may deny it: "no real swelling"."""


class CheckedIn(Enum):
    """What a reply says; the first three are what a patient can choose, in their order."""

    WELL = "well"
    SAME = "same"
    WORSE = "worse"
    WORRYING = "worrying"


CHOICES = (CheckedIn.WELL, CheckedIn.SAME, CheckedIn.WORSE)


class CheckInWords:
    """Reads replies to check-ins; the same text always says the same."""

    def __init__(self, groups: dict[str, Lines]) -> None:
        """Keep what `from_folder` has read."""
        self._groups = groups

    @classmethod
    def from_folder(cls, folder: Path) -> CheckInWords:
        """Read the words of a content folder; one that has none of its own goes by those of the project.

        Raises:
            ContentError: The file is broken; names file and line.
        """
        own = folder / FILE
        file = LinesFile(own if own.is_file() else ROOT / "data" / "knowledge" / FILE)
        names = ("around", "denying", *(said.value for said in CheckedIn))
        return cls({name: file.of_all_languages(name) for name in names})

    def read(self, text: str) -> CheckedIn | None:
        """Give what a reply says; None if it says something else, such as a question."""
        words = words_of(text)
        said = "".join(f"{word} " for word in words)
        if words in (["1"], ["2"], ["3"]):
            return CHOICES[int(words[0]) - 1]
        if self._is_worrying(words):
            return CheckedIn.WORRYING
        if len(text) > LONGEST or "?" in text:
            return None
        return next((meant for meant in reversed(CHOICES) if said and self._says(said, meant)), None)

    def _is_worrying(self, words: list[str]) -> bool:
        for place in range(len(words)):
            rest = "".join(f"{word} " for word in words[place:])
            if self._groups[CheckedIn.WORRYING.value].ends(rest, 0) and not self._is_denied(words, place):
                return True
        return False

    def _is_denied(self, words: list[str], place: int) -> bool:
        denying = self._groups["denying"]
        return any(
            denying.ends("".join(f"{word} " for word in words[before:place]), 0)
            for before in range(max(0, place - _LOOK_BACK), place)
        )

    def _says(self, said: str, meant: CheckedIn) -> bool:
        """Say whether a text is made of lines of a meaning and of what may stand beside them, in any order."""
        lines, around = self._groups[meant.value], self._groups["around"]
        waiting, seen = [(0, False)], {(0, False)}
        while waiting:
            at, is_meant = waiting.pop()
            if at == len(said):
                if is_meant:
                    return True
                continue
            nexts = {(end, True) for end in lines.ends(said, at)}
            nexts |= {(end, is_meant) for end in around.ends(said, at)}
            waiting += nexts - seen
            seen |= nexts
        return False
