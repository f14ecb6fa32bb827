"""A content file that cannot be read is told with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.yaml_file import line_of, plain, read_names, read_yaml


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", 3, "is not valid YAML"),
        ("a: 1\n\tb: 2\n", 2, "is not valid YAML"),
        ("a: 1\nb: x: y\n", 2, "is not valid YAML"),
        ("a: 1\nb: 'open\n", 3, "is not valid YAML"),
        ("a: 1\na: 2\n", 2, "duplicate key"),
        ("a: *nowhere\n", 1, "undefined alias"),
        ("a: 1\non: 2026-02-30\n", 2, "holds a value that cannot be read"),
        ("- one\n- two\n", 1, "must hold named values"),
        ("just words\n", 1, "must hold named values"),
        ("", 1, "must hold named values"),
        ("a: \x07\n", None, "is not valid YAML"),
    ],
)
def test_broken_yaml_is_told_with_its_line(tmp_path: Path, text: str, line: int | None, problem: str):
    """The editor can go straight to it."""
    path = tmp_path / "answers.yml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ContentError) as raised:
        read_yaml(path)

    assert problem in str(raised.value)
    assert raised.value.line == line
    assert str(raised.value).startswith(f"{path}:{line}: " if line else f"{path}: ")


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path):
    """An old editor's encoding would turn "é" into nonsense before a patient's eyes."""
    path = tmp_path / "clinic.yml"
    path.write_bytes("name: Clínica\n".encode("latin-1"))

    with pytest.raises(ContentError, match="save it as UTF-8"):
        read_yaml(path)


@pytest.mark.parametrize("name", ["missing.yml", "."])
def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path, name: str):
    """A missing file and a folder alike."""
    with pytest.raises(ContentError, match="cannot be read"):
        read_yaml(tmp_path / name)


def test_parts_remember_their_lines(tmp_path: Path):
    """Keys, items of a list and what lies deeper."""
    path = tmp_path / "clinic.yml"
    path.write_text("name: A\nlist:\n- one\n- {two: 2}\n", encoding="utf-8")

    read = read_yaml(path)

    assert line_of(read, "list") == 2
    assert line_of(read["list"], 1) == 4
    assert line_of(read, "missing") == 1
    assert line_of("a plain text") is None


def test_what_was_read_becomes_plain_python(tmp_path: Path):
    """No type of the YAML library travels on."""
    path = tmp_path / "clinic.yml"
    path.write_text("1: [x, {y: 'z'}]\n", encoding="utf-8")

    value = plain(read_yaml(path))

    assert value == {"1": ["x", {"y": "z"}]}
    assert {type(value), type(value["1"]), type(value["1"][1]["y"])} == {dict, list, str}


def test_names_are_read_and_may_be_missing(tmp_path: Path):
    """A clinic of another field has none of its own."""
    path = tmp_path / "condition_names.yml"
    assert read_names(path) == {}

    path.write_text("names:\n  acl: the ACL\n", encoding="utf-8")

    assert read_names(path) == {"acl": "the ACL"}


@pytest.mark.parametrize(("text", "line"), [("names: [acl]\n", 1), ("names:\n  acl: the ACL\n  hiv: [HIV]\n", 3)])
def test_a_broken_file_of_names_is_told_with_its_line(tmp_path: Path, text: str, line: int):
    """A list in a sentence would be read by a patient."""
    path = tmp_path / "condition_names.yml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ContentError, match=rf"condition_names\.yml:{line}: "):
        read_names(path)
