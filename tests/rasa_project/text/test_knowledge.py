"""What the components read from data/knowledge, and each way to break it."""

from __future__ import annotations

import pytest

from bot.errors import ContentError
from bot.nlu.knowledge import TREATMENTS, alternatives, look_alike_medicines
from bot.nlu.project import project_path


def test_look_alikes_are_read(tmp_path):
    """Each name is a word of its own."""
    path = tmp_path / "look_alike_medicines.yml"
    path.write_text("look_alike_medicines:\n- celexa\n- celebrex\n", encoding="utf-8")

    assert look_alike_medicines(path) == {"celexa", "celebrex"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("look_alike_medicines:\n- celexa\n- Celebrex\n", 3),
        ("look_alike_medicines:\n- advair diskus\n", 2),
        ("look_alike_medicines:\n- 7\n", 2),
        ("look_alike_medicines: []\n", 1),
        ("look_alikes:\n- celexa\n", 1),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, text, line):
    """A name that no word of a message equals would protect nothing."""
    path = tmp_path / "look_alike_medicines.yml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ContentError, match=rf"look_alike_medicines\.yml:{line}: "):
        look_alike_medicines(path)


def test_the_alternatives_of_the_project_are_those_of_its_content():
    """What patients compare our treatments with, and nothing that the clinic offers."""
    found = alternatives(project_path(TREATMENTS))

    assert found == {"surgery", "steroid_injection", "hyaluronic_acid", "physiotherapy"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("treatments:\n- {slug: prp, kind: offered}\n- {slug: surgery}\n", 3),
        ("treatments:\n- surgery\n", 2),
        ("treatments: surgery\n", 1),
        ("alternatives: [surgery]\n", 1),
    ],
)
def test_treatments_without_a_kind_are_told_with_their_line(tmp_path, text, line):
    """Nothing is taken for an alternative in silence."""
    path = tmp_path / "treatments.yml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ContentError, match=rf"treatments\.yml:{line}: "):
        alternatives(path)
