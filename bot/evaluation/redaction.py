"""How well personal details are found in a set of texts that has them marked, and how much else is taken for one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ContentError
from bot.evaluation.metrics import Outcome, Share
from bot.reading.folding import fold
from bot.redaction.details import Detail, DetailKind
from bot.redaction.redactor import Redactor

TUNED_ON = "dev.txt"
SETS = (TUNED_ON, "test.txt")
"""The rules were made by the first; nobody looked at what they miss in the second."""
ALL_KINDS = "all kinds"
_MARK = re.compile(r"\{([a-z_]+)\|([^{}]*)\}")
_KINDS = (
    {"insurance": DetailKind.ID}
    | {kind.value.replace(" ", "_"): kind for kind in DetailKind}
    | {"card": DetailKind.CARD}
)


@dataclass(frozen=True, kw_only=True)
class MarkedText:
    """A text with the personal details that are in it.

    Attributes:
        id: Its file and line.
        text: The text in its plain form.
        details: What is to be found.
    """

    id: str
    text: str
    details: tuple[Detail, ...]


def read_marked(path: Path) -> list[MarkedText]:
    """Read a set: a text on each line, each detail as `{name|Ana}`.

    Raises:
        ContentError: The file is missing, or a mark has no kind that there is.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ContentError(path, f"cannot be read ({error.strerror}).") from error
    return [_marked(path, number, fold(line)) for number, line in enumerate(lines, 1) if line.strip()]


def found_shares(redactor: Redactor, texts: Sequence[MarkedText]) -> list[Share]:
    """Give how many details of each kind are wholly redacted, whatever they were taken for."""
    outcomes: dict[str, list[Outcome]] = {kind.value: [] for kind in DetailKind}
    for item in texts:
        redacted = redactor.redact(item.text)
        covered = {place for one in redacted.details for place in range(one.start, one.end)}
        for detail in item.details:
            letters = {place for place in range(detail.start, detail.end) if item.text[place].isalnum()}
            outcomes[detail.kind.value].append(
                Outcome(
                    id=item.id, text=item.text, wanted=item.text[detail.start : detail.end], got=redacted.text,
                    right=letters <= covered,
                )
            )  # fmt: skip
    every = Share(name=ALL_KINDS, outcomes=[one for kind in outcomes.values() for one in kind])
    return [*(Share(name=kind, outcomes=found) for kind, found in outcomes.items()), every]


def over_redacted(redactor: Redactor, texts: Sequence[MarkedText]) -> list[Share]:
    """Give how many of the details of each kind that were found are none, and of how many texts the same is true."""
    outcomes: dict[str, list[Outcome]] = {kind.value: [] for kind in DetailKind}
    wholes = []
    for item in texts:
        redacted = redactor.redact(item.text)
        wrong = []
        for one in redacted.details:
            is_right = any(one.overlaps(detail.start, detail.end) for detail in item.details)
            wrong += [] if is_right else [one]
            got = item.text[one.start : one.end]
            outcomes[one.kind.value].append(
                Outcome(id=item.id, text=item.text, wanted="nothing", got=got, right=is_right)
            )
        wholes.append(Outcome(id=item.id, text=item.text, wanted="only details", got=redacted.text, right=not wrong))
    by_kind = [Share(name=kind, outcomes=found, of_errors=True) for kind, found in outcomes.items()]
    return [*by_kind, Share(name="texts", outcomes=wholes, of_errors=True)]


def _marked(path: Path, number: int, line: str) -> MarkedText:
    parts, details, at, length = [], [], 0, 0
    for mark in _MARK.finditer(line):
        if mark[1] not in _KINDS:
            raise ContentError(path, f"there is no kind '{mark[1]}'.", number)
        parts += [line[at : mark.start()], mark[2]]
        start = length + mark.start() - at
        length = start + len(mark[2])
        details.append(Detail(start=start, end=length, kind=_KINDS[mark[1]]))
        at = mark.end()
    text = "".join([*parts, line[at:]])
    return MarkedText(id=f"{path.stem}:{number}", text=text, details=tuple(details))
