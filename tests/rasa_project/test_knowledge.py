"""What the components read from data/knowledge, and each way to break it."""

from __future__ import annotations

import pytest

from bot.errors import ContentError
from bot.nlu.knowledge import look_alike_medicines


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
