"""A content file that cannot be read is told with its file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.errors import BrokenContentError, ContentError
from bot.yaml_file import as_written, line_of, plain, read_names, read_plain, read_yaml


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", 3, "is not valid YAML"),
        ("a: 1\n\tb: 2\n", 2, "write spaces instead of the tab"),
        ("a:\tb\n", 1, "write spaces instead of the tab"),
        ("a: 1\nb: x: y\n", 2, "put a text with a colon in it into quotes"),
        ("a: 1\nb: @home\n", 2, "put a value that begins with this character into quotes"),
        ("a: 1\nb: *see below*\n", 2, "put a value that begins with * into quotes"),
        ('a: 1\nb: "x" and y\n', 2, "put the whole text into quotes"),
        ("a: 1\nb: - c\n", 2, "put a value that begins with a dash into quotes"),
        ("a: 1\nb:\u00a0c\n", 2, "has a space of another kind here"),
        ("a:\n\u00a0\u00a0b: c\n", 2, "has a space of another kind here"),
        ("a: 1\nb\uff1a c\n", 2, "has a colon of another kind here"),
        (
            "a: 1\nb: call #12\n",
            2,
            'is read as "call" only, since # begins a comment; put the text into quotes: "call #12"',
        ),
        ("a: 1\nb: Lane # 4, Grove\n", 2, '"Lane # 4, Grove"'),
        ("a: 1\nb:\n- one\n- two #3\n", 4, '"two #3"'),
        ("a: [one, two #3\n  ]\n", 1, '"two #3"'),
        ("a: 1\nb: #fff\n", 2, "is read as nothing"),
        ("a: 1\nb:\n- #fff\n", 3, "is read as nothing"),
        ("a: 1\nb: \u201cc d\u201d\n", 2, 'write straight ones: "c d"'),
        ("a: 1\nb: [\u00abc\u00bb]\n", 2, 'write straight ones: "c"'),
        ("a: 1\nb: 'open\nc: 2\n", 2, "the quote that begins here is never closed"),
        ("a: 1\na: 2\n", 2, "duplicate key: 'a' stands here twice; keep one"),
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
    for read in (read_plain, read_names):
        with pytest.raises(ContentError, match=re.escape(str(raised.value))):
            read(path)


@pytest.mark.parametrize(
    "text",
    [
        'a: "call #12"\n',
        "a: 'Suite #4'  # the back door\n",
        "a: true   # remove this line\n",
        "a: b # c\n",
        "a: b#4\n",
        "a: |\n  call #12\n  b: #12\n  \u201cc\u201d\n",
        "a: >-\n  no # 4\n",
        "#a\na: b\n##\n",
        "a: \u201cyes\u201d or \u201cno\u201d\n",
        'a: "\u201cquoted on purpose\u201d"\n',
        "a: b\n\n  c\n",
        "\ufeffa: b\n",
        "a: b\r\nc: d\r\n",
        "a: caf\u00e9\u00a0au lait\n",
    ],
)
def test_what_is_read_as_it_stands_is_left_alone(tmp_path: Path, text: str):
    """Comments, quotes, blocks, and what editors put into a file."""
    path = tmp_path / "answers.yml"
    path.write_bytes(text.encode())

    assert set(read_yaml(path)) == set(read_plain(path))


def test_every_misreading_is_told_at_once(tmp_path: Path):
    """With its line."""
    path = tmp_path / "answers.yml"
    path.write_text("a: one #1\nb: two #2\n", encoding="utf-8")

    with pytest.raises(BrokenContentError) as raised:
        read_yaml(path)

    assert [problem.line for problem in raised.value.problems] == [1, 2]


def test_values_are_found_as_they_are_written(tmp_path: Path):
    """Leading zeros and all; what is in quotes or no value is empty."""
    path = tmp_path / "clinic.yml"
    path.write_text("a: 007\nb: {c: [x, 010]}\nd: '5'\n", encoding="utf-8")

    assert as_written(path, ("a",)) == "007"
    assert as_written(path, ("b", "c", 1)) == "010"
    assert [as_written(path, place) for place in (("d",), ("b",), ("x", 1))] == ["", "", ""]


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
