"""The lines of the file of short replies, as patterns over words; the head of the file says how they are written."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.errors import ContentError
from bot.short_replies.words import words_of
from bot.yaml_file import line_of, read_yaml

_PART = re.compile(r"\([^)]*\)|[^\s()]+")


class Lines:
    """Lines of one meaning, to be read where a text stands."""

    def __init__(self, lines: Sequence[tuple[frozenset[str], re.Pattern[str]]]) -> None:
        """Take patterns over words that each end with a space, each with the words it may begin with."""
        by_first: dict[str, list[re.Pattern[str]]] = defaultdict(list)
        for firsts, pattern in lines:
            for first in firsts:
                by_first[first].append(pattern)
        # Of some hundred lines a word begins a few: only those are tried.
        self._beginning_with: Mapping[str, list[re.Pattern[str]]] = dict(by_first)

    def ends(self, said: str, at: int) -> set[int]:
        """Give where the lines end that a text goes on with from a place."""
        first = said[at : said.index(" ", at)]
        return {match.end() for line in self._beginning_with.get(first, ()) if (match := line.match(said, at))}

    def end(self, said: str, at: int) -> int:
        """Give where the longest of them ends; the place itself if there is none."""
        return max(self.ends(said, at), default=at)


class LinesFile:
    """The file, read once."""

    def __init__(self, path: Path) -> None:
        """Read it.

        Raises:
            ContentError: It is broken; names file and line. So do all methods.
        """
        self._path = path
        self._raw = read_yaml(path)
        self._lists = {
            str(name): [self._word(str(word), str(name), None) for word in words]
            for name, words in (self._raw.get("lists") or {}).items()
        }

    def of_all_languages(self, name: str) -> Lines:
        """Give the lines that stand under a name, by language."""
        group = self._raw.get(name)
        if not isinstance(group, dict) or not group:
            raise ContentError(self._path, f"'{name}' must hold a list of lines for each language.", self._at(name))
        return Lines([line for lines in group.values() for line in self._read(lines, name)])

    def lines(self, name: str) -> Lines:
        """Give the lines that stand under a name."""
        return Lines(self._read(self._raw.get(name), name))

    def lines_by_key(self, name: str) -> dict[str, Lines]:
        """Give the lines that stand under each key of a name."""
        group = self._raw.get(name)
        if not isinstance(group, dict) or not group:
            raise ContentError(self._path, f"'{name}' must hold lists of lines by name.", self._at(name))
        return {str(key): Lines(self._read(lines, name)) for key, lines in group.items()}

    def words(self, name: str) -> frozenset[str]:
        """Give the single words that stand under a name."""
        return frozenset(word for text in self._raw.get(name) or () for word in words_of(str(text)))

    def refuse(self, name: str, problem: str) -> ContentError:
        """Give the error to raise for what stands under a name."""
        return ContentError(self._path, f"{name}: {problem}", self._at(name))

    def _read(self, lines: Any, name: str) -> list[tuple[frozenset[str], re.Pattern[str]]]:
        if not isinstance(lines, list) or not lines:
            raise ContentError(self._path, f"'{name}' must hold a list of lines.", self._at(name))
        return [self._line(str(line), line_of(lines, at)) for at, line in enumerate(lines)]

    def _line(self, line: str, number: int | None) -> tuple[frozenset[str], re.Pattern[str]]:
        pattern, is_open = "", True
        firsts: set[str] = set()
        for part in _PART.findall(line):
            choices = [choice for word in part.strip("()").split("|") for choice in self._choices(word, line, number)]
            if is_open:
                firsts.update(choice[0] for choice in choices)
            is_optional = part.startswith("(")
            is_open = is_open and is_optional
            # The longest first, so that "text alerts" is not read as far as "text" only.
            longest_first = sorted(choices, key=len, reverse=True)
            written = "|".join("".join(f"{re.escape(word)} " for word in choice) for choice in longest_first)
            pattern += f"(?:{written}){'?' if is_optional else ''}"
        if is_open:
            raise ContentError(self._path, f"'{line}' must hold a word that may not be missing.", number)
        return frozenset(firsts), re.compile(pattern)

    def _choices(self, word: str, line: str, number: int | None) -> list[list[str]]:
        if not word.startswith("{"):
            return [self._word(word, line, number)]
        if word.strip("{}") not in self._lists:
            raise ContentError(self._path, f"'{line}': there is no list '{word.strip('{}')}' in this file.", number)
        return self._lists[word.strip("{}")]

    def _word(self, word: str, line: str, number: int | None) -> list[str]:
        words = words_of(word.replace("_", " "))
        if not words:
            raise ContentError(self._path, f"'{line}': '{word}' holds no word.", number)
        return words

    def _at(self, name: str) -> int | None:
        return line_of(self._raw, name) if name in self._raw else 1
