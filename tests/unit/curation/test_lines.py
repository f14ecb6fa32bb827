"""The clinic's own training lines are what its lessons say, in a form that Rasa reads."""

from __future__ import annotations

from pathlib import Path

from bot.curation.lines import LINES_FILE, write_lines
from bot.curation.models import Lesson
from bot.yaml_file import read_plain


def _lesson(question: str, intent: str = "ask_cost") -> Lesson:
    return Lesson(question=question, intent=intent)


def test_each_intent_has_its_questions(tmp_path: Path):
    """Once each, and marked as the clinic's own."""
    write_lines(tmp_path, [_lesson("what is it"), _lesson("so what"), _lesson("what is it"), _lesson("hm", "x")])

    blocks = read_plain(tmp_path / LINES_FILE)["nlu"]

    assert blocks == [
        {"intent": "ask_cost", "metadata": {"teaches": "itself"}, "examples": "- what is it\n- so what\n"},
        {"intent": "x", "metadata": {"teaches": "itself"}, "examples": "- hm\n"},
    ]


def test_marks_that_rasa_reads_are_taken_out(tmp_path: Path):
    """`[knee](body_part)` would be an entity."""
    write_lines(tmp_path, [_lesson('[knee](body_part) {"a": 1} : #\n- two "lines"')])

    (block,) = read_plain(tmp_path / LINES_FILE)["nlu"]

    assert block["examples"] == '- knee body_part "a": 1 : # - two "lines"\n'


def test_no_lessons_leave_no_file(tmp_path: Path):
    """Then the model is the one that Frontdesk comes with."""
    write_lines(tmp_path, [_lesson("what is it")])
    write_lines(tmp_path, [])

    assert list(tmp_path.iterdir()) == []
