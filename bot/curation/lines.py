"""The clinic's own training lines, as files that training reads: written anew from the lessons, which are the truth."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from bot.curation import store
from bot.curation.models import Lesson
from bot.curation.states import LessonStatus
from bot.db.engine import Database

CURATION = Path("var") / "curation"
"""From the project's folder: outside what git holds, and never more than the database says."""
LINES = CURATION / "nlu"
LINES_FILE = "learned.yml"
_HEAD = "# Written by Frontdesk from the lessons in its database; changes here are lost.\n"


def write_learned(database: Database, root: Path) -> None:
    """Write the lines of all lessons in service; without any there is no file.

    Args:
        database: The store.
        root: The project's folder.
    """
    with database.read() as session:
        write_lines(root / LINES, store.lessons_with(session, LessonStatus.LEARNED))


def are_as_learned(database: Database, root: Path) -> bool:
    """Tell whether the lines of the lessons in service, and no others, stand in the project's folder.

    Args:
        database: The store.
        root: The project's folder.
    """
    with database.read() as session:
        written = _written(store.lessons_with(session, LessonStatus.LEARNED))
    path = root / LINES / LINES_FILE
    return written == (path.read_text(encoding="utf-8") if path.is_file() else "")


def write_lines(folder: Path, lessons: Sequence[Lesson]) -> None:
    """Write the lines of some lessons, all or nothing.

    Args:
        folder: Where; made if it is not there.
        lessons: Each with its intent.
    """
    path = folder / LINES_FILE
    written = _written(lessons)
    if not written:
        path.unlink(missing_ok=True)
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=folder, suffix=".part", delete=False) as file:
        file.write(written)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def _written(lessons: Sequence[Lesson]) -> str:
    if not lessons:
        return ""
    by_intent: dict[str, list[str]] = {}
    for lesson in lessons:
        by_intent.setdefault(str(lesson.intent), []).append(_plain(lesson.question))
    blocks = [
        {
            "intent": intent,
            # Learned apart from the examples, so that nothing else is moved by it (bot/nlu/models/intent_model.py).
            "metadata": {"teaches": "itself"},
            "examples": LiteralScalarString("".join(f"- {one}\n" for one in dict.fromkeys(examples))),
        }
        for intent, examples in sorted(by_intent.items())
    ]
    written = io.StringIO()
    YAML().dump({"version": "3.1", "nlu": blocks}, written)
    return _HEAD + written.getvalue()


def _plain(question: str) -> str:
    """Give a question as one line without what Rasa reads as marks of entities."""
    return " ".join(question.translate(str.maketrans("[](){}", "      ")).split())
