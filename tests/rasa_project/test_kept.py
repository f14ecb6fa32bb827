"""What a training keeps is used only with what it was made with."""

from __future__ import annotations

import pytest

from bot.nlu import kept
from bot.nlu.kept import Kept, KeptFolder


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


def test_a_folder_is_given_back_whole_or_not_at_all(tmp_path, path):
    """For what it was made from, and nothing else."""
    made, found = tmp_path / "made", tmp_path / "found"
    made.mkdir()
    found.mkdir()
    (made / "vectors.npz").write_bytes(b"\0\1")
    (made / "texts.json").write_text("[]", encoding="utf-8")
    KeptFolder(path, "one").keep(made)

    assert not KeptFolder(path, "other").copy_to(found)
    assert list(found.iterdir()) == []
    assert KeptFolder(path, "one").copy_to(found)
    assert {file.name: file.read_bytes() for file in found.iterdir()} == {"vectors.npz": b"\0\1", "texts.json": b"[]"}
    assert [file.name for file in path.parent.iterdir()] == [path.name]
