"""What patients ask for that the clinic does not do at all: what data/knowledge/not_offered.yml says."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import BrokenContentError, ContentError
from bot.reading.folding import fold
from bot.reading.mistakes import in_words
from bot.yaml_file import line_of, read_yaml

_KEY = "not_offered"
_WORD = re.compile(r"[^\W_]+")


class _Entry(BaseModel):
    """One thing that is not done; `use` where treatments of ours are asked for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    words: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
    use: bool = False
    places: tuple[str, ...] = ()

    def is_named(self, said: str) -> bool:
        """Tell whether a text, as `_plain` gives it, names it."""
        for phrase in self.unless:
            said = said.replace(_plain(phrase), " ")
        return any(_plain(phrase) in said for phrase in self.words)


class NotOffered:
    """Tells by a message's words what in it the clinic does not do."""

    def __init__(self, entries: Sequence[_Entry]) -> None:
        """Take what `from_file` reads."""
        self._entries = tuple(entries)

    @classmethod
    def from_file(cls, path: Path) -> NotOffered:
        """Read the file; a clinic may go without one.

        Raises:
            ContentError: Something in it is wrong; names the line.
        """
        if not path.is_file():
            return cls(())
        items = read_yaml(path).get(_KEY)
        if not isinstance(items, list):
            raise ContentError(path, f"must hold a list under '{_KEY}:'.", 1)
        entries = []
        for place, item in enumerate(items):
            try:
                entries.append(_Entry.model_validate(item))
            except ValidationError as error:
                raise BrokenContentError(
                    [
                        ContentError(path, f"{'.'.join(map(str, found['loc']))}: {in_words(found)}.", line)
                        for found in error.errors()
                        for line in [line_of(items, place)]
                    ]
                ) from error
        return cls(entries)

    def named(self, text: str, *, names_ours: bool = False, places: Collection[str] = ()) -> str | None:
        """Give what a message asks for that is not done, in words; None if nothing.

        Args:
            text: The message.
            names_ours: Whether it names a treatment that there are answers on: then only what these are
                asked for counts.
            places: The body parts and conditions it names.
        """
        said = _plain(text)
        for entry in self._entries:
            counts = set(places) <= set(entry.places) if entry.use else not names_ours
            if counts and entry.is_named(said):
                return entry.name
        return None


def _plain(text: str) -> str:
    """Give a text's words in small letters, each between spaces."""
    return f" {' '.join(_WORD.findall(fold(text).casefold()))} "
