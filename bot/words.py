"""What pages, the widget and text messages say around an answer: one catalogue for each language, read by Fluent.

Fluent and Babel are loaded when the first words are said: the action server imports this and says none.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

FOLDER = Path(__file__).with_name("catalogues")
ENGLISH = "en"
"""All other catalogues are held against this one."""
SCRIPT, WIDGET, ERROR = "chat-", "widget-", "error-"
"""How the messages begin that the page's script, and the widget's, say themselves, and those of errors."""
KIND = "chat-kind-"
"""How those begin that name the kind of a source: its own name follows, as content files write it."""

_VARIABLE = re.compile(r"\{\s*\$(\w+)\s*\}")
_PLACE = re.compile(r"(\{\w+\})")


class Words:
    """The messages of one language."""

    def __init__(self, language: str, source: str) -> None:
        """Read a catalogue.

        Raises:
            ValueError: There is a line in it that is no message.
        """
        from fluent.runtime import FluentBundle, FluentResource
        from fluent.syntax import FluentParser, ast

        broken = [entry for entry in FluentParser().parse(source).body if isinstance(entry, ast.Junk)]
        if broken:
            raise ValueError(f"{language}.ftl: this is no message: {broken[0].content}")
        self.language = language
        self._bundle = FluentBundle([language], use_isolating=False)
        resource = FluentResource(source)
        self._bundle.add_resource(resource)
        self.names = frozenset(entry.id.name for entry in resource.body if isinstance(entry, ast.Message))
        # What stands in a place is put in afterwards, so that a link can stand in the middle of a sentence.
        self._places = {name: f"{{{name}}}" for name in _VARIABLE.findall(source)}

    @property
    def direction(self) -> str:
        """Which way it is written: `ltr` or `rtl`."""
        from babel import Locale

        return Locale.parse(self.language, sep="-").text_direction

    def pattern(self, name: str) -> str:
        """Give a message with its places as `{name}`.

        Raises:
            KeyError: There is no such message in this language.
            ValueError: It refers to what is not there.
        """
        value = self._bundle.get_message(name).value if name in self.names else None
        if value is None:
            raise KeyError(name)
        text, problems = self._bundle.format_pattern(value, self._places)
        if problems:
            raise ValueError(f"{self.language}.ftl: {name}: {problems[0]}")
        return str(text)

    def patterns(self, prefix: str) -> dict[str, str]:
        """Give the messages whose names begin so, by the rest of their names, for a script to fill in."""
        return {name.removeprefix(prefix): self.pattern(name) for name in sorted(self.names) if name.startswith(prefix)}

    def say(self, name: str, /, **values: str) -> Markup:
        """Give a message as HTML; what is filled in is text unless it is marked as HTML.

        Raises:
            KeyError: There is no such message, or a place in it for which no value is given.
        """
        return Markup("").join(self._filled(name, values))

    def plain(self, name: str, /, **values: str) -> str:
        """Give a message as plain text.

        Raises:
            KeyError: There is no such message, or a place in it for which no value is given.
        """
        return "".join(self._filled(name, values))

    def date(self, date: str) -> str:
        """Write a calendar date such as "2026-11-21" out, as in November 21, 2026; what is none stays as it is."""
        from babel import Locale
        from babel.dates import format_date

        try:
            day = dt.date.fromisoformat(date[:10])
        except ValueError:
            return date
        return format_date(day, "long", locale=Locale.parse(self.language, sep="-"))

    def _filled(self, name: str, values: Mapping[str, str]) -> Iterator[str]:
        for part in _PLACE.split(self.pattern(name)):
            yield values[part[1:-1]] if _PLACE.fullmatch(part) else part


@cache
def catalogues() -> Mapping[str, Words]:
    """Give what there is, by language."""
    return {path.stem: Words(path.stem, path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.ftl"))}


def words_for(languages: Sequence[str]) -> Words:
    """Give the words of the first of these languages in which a whole page can be shown; English else."""
    known = catalogues()
    whole = known[ENGLISH].names
    return next((known[code] for code in languages if code in known and known[code].names >= whole), known[ENGLISH])


def source_kind(kind: str) -> str:
    """Say to staff, in English, of what kind a source is; a patient's page says it in its own language."""
    return catalogues()[ENGLISH].pattern(f"{KIND}{kind}")


def phone_link(number: str) -> Markup:
    """Give a link that dials a number however it is punctuated."""
    dialled = re.sub(r"[^\d+*#]", "", number)
    return Markup('<a href="tel:{}">{}</a>').format(dialled, number)


def link(address: str, words: str, **attributes: str) -> Markup:
    """Give a link as HTML."""
    more = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return Markup('<a href="{}"{}>{}</a>').format(address, Markup(more), words)  # noqa: S704 (escaped above)
