"""What a training keeps is used only with what it was made with."""

from __future__ import annotations

import pytest

from bot.nlu import kept
from bot.nlu.kept import Kept


@pytest.fixture
def path(tmp_path):
    """Return a file that is not there yet, nor its folder."""
    return tmp_path / "models" / "kept.json"


def test_what_is_written_is_read(path):
    """And replaces what was there."""
    Kept(path).write({"a": 1})
    Kept(path).write({"b": [2, "\u00e9"]})

    assert Kept(path).read() == {"b": [2, "\u00e9"]}
    assert [found.name for found in path.parent.iterdir()] == ["kept.json"]


def test_other_lookup_tables_count_for_nothing(path):
    """Whatever else the results depend on."""
    Kept(path, "one").write({"a": 1})

    assert Kept(path, "other").read() == {}
    assert Kept(path, "one").read() == {"a": 1}


def test_other_code_counts_for_nothing(path, tmp_path, monkeypatch):
    """A change in bot/nlu, or another release of Rasa, makes all of it anew."""
    for name in ("bot/nlu/text/words.py", "requirements/rasa.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one", encoding="utf-8")
    monkeypatch.setattr(kept, "PROJECT_ROOT", tmp_path)
    kept.code.cache_clear()
    Kept(path).write({"a": 1})
    seen = [Kept(path).read()]

    for name in ("bot/nlu/text/words.py", "requirements/rasa.txt"):
        (tmp_path / name).write_text("other", encoding="utf-8")
        kept.code.cache_clear()
        seen.append(Kept(path).read())
        Kept(path).write({"a": 1})
    monkeypatch.undo()
    kept.code.cache_clear()

    assert seen == [{"a": 1}, {}, {}]
