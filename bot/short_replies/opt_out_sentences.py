"""Whether a sentence says that its writer wants no messages from us, put together from parts and not from sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.settings import ROOT
from bot.short_replies.lines import LinesFile
from bot.short_replies.words import words_of

FILE = "opting_out.yml"
LONGEST, LONGEST_TAIL = 300, 8
"""Characters of a text that is read, and words of a clause's end that need not be known."""

_PARTS = (
    "cease", "prohibit", "refuse", "refuse_you", "receive", "write", "bother", "written_to", "send", "me", "messages",
    "which", "these", "remove", "erase", "person", "number", "from_list", "lose", "unsubscribe", "alone", "context",
    "tail", "because", "own", "request", "asks", "how_to", "against", "limits",
)  # fmt: skip
_MANY = 4
"""So many words may say which messages: "all of these stupid"."""

Act = tuple[str, ...]
# What follows what; "?" may be missing, "*" may come several times.
_ACTS: tuple[Act, ...] = (
    ("cease", "write", "me"),
    ("cease", "bother", "me"),
    ("cease", "send", "me?", "which*", "messages"),
    ("cease", "send", "me?", "which*", "these"),
    ("cease", "receive", "which*", "messages"),
    ("cease", "which*", "messages", "me?"),
    ("prohibit", "write", "me"),
    ("prohibit", "bother", "me"),
    ("prohibit", "send", "me?", "which*", "messages"),
    ("prohibit", "send", "me?", "which*", "these"),
    ("refuse", "which*", "messages"),
    ("refuse", "written_to"),
    ("refuse_you", "write", "me?"),
    ("refuse_you", "send", "me?", "which*", "messages"),
    ("refuse_you", "send", "me?", "which*", "these"),
    ("remove", "person", "from_list"),
    ("remove", "number", "from_list"),
    ("unsubscribe", "me?", "from_list?"),
)
# That say so little that no other word may follow and no question is asked with them: "remove me".
_BARE_ACTS: tuple[Act, ...] = (
    ("cease", "write"),
    ("prohibit", "write"),
    ("remove", "number"),
    ("erase", "from_list?"),
    ("lose",),
)
_MAY_BE_ASKED_FOR = frozenset({("cease", "which*", "messages", "me?"), ("cease", "receive", "which*", "messages")})
"""What one does oneself, so that "how do I stop these messages" wants it too; so does whatever unsubscribes."""
_BESIDE = ("context", "tail")
_TURNED_ROUND = frozenset({"cease", "remove", "erase", "unsubscribe", "lose"})
"""With what an act begins that a "not" before it makes the opposite."""

_ENDS = r"[.!?;,:\n\u2026\u00a1\u00bf]+|\s[-\u2013\u2014]+\s|\s(?:but|and|so|pero|y)\s"
_CLAUSE = re.compile(rf"((?:(?!{_ENDS}).)*)({_ENDS}|$)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class OptOut:
    """A wish for no more messages.

    Attributes:
        says_more: Whether the text says something besides, which is for a person to read.
    """

    says_more: bool


class OptOutSentences:
    """Reads whether somebody wants no messages; the same text always means the same."""

    def __init__(self, file: LinesFile) -> None:
        """Take the parts.

        Raises:
            ContentError: The file is broken; names file and line.
        """
        self._parts = {name: file.of_all_languages(name) for name in _PARTS}

    @classmethod
    def from_folder(cls, folder: Path) -> OptOutSentences:
        """Read the parts of a content folder; one that has none of its own goes by those of the project.

        Raises:
            ContentError: The file is broken; names file and line.
        """
        own = folder / FILE
        return cls(LinesFile(own if own.is_file() else ROOT / "data" / "knowledge" / FILE))

    def reads(self, text: str) -> OptOut | None:
        """Give what a text message says that wants no more of them; None for any other, and for a long one."""
        if len(text) > LONGEST:
            return None
        pieces = [(_said(clause), end) for clause, end in _CLAUSE.findall(text)]
        clauses = [said for said, _end in pieces if said]
        asked = {said for said, end in pieces if "?" in end}
        acts = [said for said in clauses if self._is_act(said, _ACTS if said in asked else (*_ACTS, *_BARE_ACTS))]
        lone = [said for said in clauses if self._is_lone(said)]
        besides = [said for said in clauses if said not in {*acts, *lone} and not self._is_whole(said, *_BESIDE)]
        if acts:
            return OptOut(says_more=bool(besides))
        return OptOut(says_more=False) if lone and not besides and "?" not in text else None

    def names_messages(self, text: str) -> bool:
        """Say whether a text speaks of messages, whatever it says of them."""
        said = _said(text)
        return self._anywhere(said, "messages") or self._anywhere(said, "write")

    def _is_lone(self, said: str) -> bool:
        return self._anywhere(said, "alone") and self._is_whole(said, "alone", *_BESIDE)

    def _is_act(self, said: str, acts: Sequence[Act]) -> bool:
        return any(
            self._may_begin(said[:start], act) and any(self._may_end(said, end, act) for end in ends)
            for act in acts
            for start in _starts(said)
            if (ends := self._ends(said, start, act))
        )

    def _ends(self, said: str, start: int, act: Act) -> set[int]:
        """Give where an act ends that begins at a place."""
        ends = {start}
        for step in act:
            lines = self._parts[step.rstrip("?*")]
            reached = set(ends) if step[-1] in "?*" else set()
            for _again in range(_MANY if step[-1] == "*" else 1):
                ends = {after for end in ends if end < len(said) for after in lines.ends(said, end)}
                reached |= ends
            ends = reached
        return ends

    def _may_begin(self, before: str, act: Act) -> bool:
        """Say whether what stands before an act leaves it one: no "should I", no "do not", no "I will"."""
        if not before:
            return True
        if self._ends_with(before, "against") and act[0] in _TURNED_ROUND and not self._ends_with(before, "request"):
            return False
        if self._is_whole(before, *_BESIDE):
            return True
        if self._anywhere(before, "against") and act[0] in _TURNED_ROUND and not self._ends_with(before, "request"):
            return False
        if act in _MAY_BE_ASKED_FOR or act[0] == "unsubscribe":
            return self._is_whole(before, "how_to", *_BESIDE) or not self._anywhere(before, "asks")
        if self._ends_with(before, "request"):
            return True
        # "I stop texting" is nobody else's doing, "needles do not bother me" no prohibition.
        if act[0] == "prohibit" or self._anywhere(before, "asks"):
            return False
        return act[0] in {"refuse", "refuse_you"} or not self._ends_with(before, "own")

    def _may_end(self, said: str, end: int, act: Act) -> bool:
        """Say whether what stands after an act leaves it whole: nothing that limits it to a time or a subject."""
        while end < len(said):
            if self._parts["because"].ends(said, end):
                return True
            after = self._parts["tail"].end(said, end)
            if after == end:
                break
            end = after
        rest = said[end:]
        is_open = act not in _BARE_ACTS and rest.count(" ") <= LONGEST_TAIL and not self._anywhere(rest, "limits")
        return not rest or is_open

    def _anywhere(self, said: str, name: str) -> bool:
        return any(self._parts[name].ends(said, start) for start in _starts(said))

    def _ends_with(self, said: str, name: str) -> bool:
        return any(len(said) in self._parts[name].ends(said, start) for start in _starts(said))

    def _is_whole(self, said: str, *names: str) -> bool:
        """Say whether a text is made of lines of these names alone."""
        reached, waiting = {0}, [0]
        while waiting:
            at = waiting.pop()
            if at == len(said):
                return True
            ends = {end for name in names for end in self._parts[name].ends(said, at)} - reached
            reached |= ends
            waiting += ends
        return False


def _starts(said: str) -> list[int]:
    """Give where the words of a text begin."""
    return [0, *(place + 1 for place, letter in enumerate(said[:-1]) if letter == " ")] if said else []


def _said(clause: str) -> str:
    return "".join(f"{word} " for word in words_of(clause))
