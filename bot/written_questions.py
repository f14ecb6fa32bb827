"""The questions that were written for paragraphs of answers, `data/knowledge/asked`: a file for each voice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ContentError
from bot.paragraphs import paragraph_key

FOLDER = "asked"
"""Where they stand in the folder of the knowledge."""
_COLUMNS = ("paragraph", "question")


@dataclass(frozen=True, kw_only=True)
class WrittenQuestion:
    """A question that was written for a paragraph.

    Attributes:
        paragraph: What names the paragraph, in whatever answers it stands (`bot.paragraphs.paragraph_key`).
        question: The question.
        voice: Who wrote it: the file's name.
    """

    paragraph: str
    question: str
    voice: str


def written_questions(folder: Path) -> list[WrittenQuestion]:
    """Read the questions that were written for paragraphs, a file for each who wrote; none if there is no folder.

    Args:
        folder: Tab-separated files with the columns paragraph and question, in a first line.

    Raises:
        ContentError: A line has other columns, or a file is no UTF-8; names it.
    """
    found = []
    for path in sorted(folder.glob("*.tsv")):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError as error:
            raise ContentError(path, "is no text in UTF-8; save it as that.") from error
        for number, line in enumerate(lines, 1):
            cells = tuple(line.split("\t"))
            if number == 1 and cells == _COLUMNS:
                continue
            if number == 1 or len(cells) != len(_COLUMNS) or not all(cell.strip() for cell in cells):
                raise ContentError(path, f"needs the columns {', '.join(_COLUMNS)}, none empty.", number)
            found.append(WrittenQuestion(paragraph=cells[0], question=cells[1], voice=path.stem))
    return found


def without_paragraph(questions: Iterable[WrittenQuestion], texts: Iterable[str]) -> list[WrittenQuestion]:
    """Give the questions whose paragraph is not there: it was changed, or taken out.

    Args:
        questions: The questions.
        texts: The paragraphs of all answers.
    """
    keys = {paragraph_key(text) for text in texts}
    return [one for one in questions if one.paragraph not in keys]
