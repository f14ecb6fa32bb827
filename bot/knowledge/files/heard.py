"""What a message's words tell beside its topic: what of the topic is asked, and how the patient feels (heard.yml)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bot.errors import ContentError
from bot.reading.phrases import Phrases, plain_words
from bot.vocabulary import Intents
from bot.yaml_file import line_at, read_as

FILE = "heard.yml"
_OTHER_INTENTS = frozenset(value for name, value in vars(Intents).items() if name.isupper())


def _readable(phrases: tuple[str, ...]) -> tuple[str, ...]:
    Phrases(phrases)
    return phrases


class Facet(BaseModel):
    """One thing that a topic is asked for, such as the parking.

    Attributes:
        name: Its name: that in `about` of the paragraphs that tell it.
        of: The topics, or other intents, that it belongs to.
        words: Phrases that ask for it.
        unless: Phrases that mean something else.
        says: The fixed wording that is said first, if there is one.
        alone: Whether nothing of the topic's answer is said besides.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    of: tuple[str, ...] = Field(min_length=1)
    words: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
    says: str | None = None
    alone: bool = False

    _phrases = field_validator("words", "unless")(_readable)


class Feeling(BaseModel):
    """One way a patient may feel.

    Attributes:
        name: Its name.
        says: The fixed wording that meets it.
        instead: The fixed wording that stands in the place of a refusal or a question back.
        topics: What may help to read, where nothing was asked.
        words: Phrases that tell of it; one that is denied ("I'm not scared") does not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    says: str
    instead: str
    topics: tuple[str, ...] = ()
    words: tuple[str, ...] = Field(min_length=1)

    _phrases = field_validator("words")(_readable)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    facets: tuple[Facet, ...] = ()
    feelings: tuple[Feeling, ...] = ()
    left_to_staff: tuple[str, ...] = ()

    _phrases = field_validator("left_to_staff")(_readable)


@dataclass(frozen=True)
class _Listened:
    words: Phrases
    unless: Phrases


class Heard:
    """Tells by a message's words what of a topic it asks for, and how the patient feels."""

    def __init__(
        self, facets: Sequence[Facet] = (), feelings: Sequence[Feeling] = (), left_to_staff: Sequence[str] = ()
    ) -> None:
        """Take what `from_file` reads; `left_to_staff` is what answers say where they leave something to staff."""
        self.left_to_staff = Phrases(left_to_staff)
        self._facets = [(facet, _Listened(Phrases(facet.words), Phrases(facet.unless))) for facet in facets]
        self._feelings = [(feeling, Phrases(feeling.words)) for feeling in feelings]

    @classmethod
    def from_file(cls, path: Path, topics: Collection[str] | None = None) -> Heard:
        """Read the file; a clinic may go without one.

        Args:
            path: heard.yml.
            topics: The topics there are; None when they are not known, so that none is missed.

        Raises:
            ContentError: Something in it is wrong; names the line.
        """
        if not path.is_file():
            return cls()
        said, raw = read_as(path, _File)
        if topics is not None:
            _check_topics(path, raw, said, topics)
        return cls(said.facets, said.feelings, said.left_to_staff)

    @property
    def names(self) -> frozenset[str]:
        """The names of all facets and feelings, which paragraphs of answers may be about."""
        return frozenset(
            [facet.name for facet, _listened in self._facets] + [feeling.name for feeling, _words in self._feelings]
        )

    @property
    def wordings(self) -> frozenset[str]:
        """The names of all fixed wordings that are said."""
        facets = {facet.says for facet, _listened in self._facets if facet.says}
        return frozenset(facets.union(*({feeling.says, feeling.instead} for feeling, _words in self._feelings)))

    def facets(self, text: str, of: Collection[str]) -> list[Facet]:
        """Give what of these topics a text asks for, in the file's order.

        Args:
            text: The patient's words.
            of: Topics, or other intents.
        """
        said = plain_words(text)
        return [
            facet
            for facet, listened in self._facets
            if set(facet.of) & set(of) and listened.words.are_in(said) and not listened.unless.are_in(said)
        ]

    def topics_of(self, facet: str) -> frozenset[str]:
        """Give the topics that a facet belongs to."""
        return frozenset(topic for one, _listened in self._facets if one.name == facet for topic in one.of)

    def feeling(self, text: str) -> Feeling | None:
        """Give the feeling that a text tells of; the first in the file's order, None if none."""
        said = plain_words(text)
        return next((feeling for feeling, words in self._feelings if words.are_in(said, denied_counts=False)), None)


def _check_topics(path: Path, raw: Any, said: _File, topics: Collection[str]) -> None:
    named = [(("facets", place), facet.name, facet.of) for place, facet in enumerate(said.facets)]
    named += [(("feelings", place), feeling.name, feeling.topics) for place, feeling in enumerate(said.feelings)]
    for where, name, of in named:
        unknown = next((topic for topic in of if topic not in topics and topic not in _OTHER_INTENTS), None)
        if unknown is not None:
            raise ContentError(path, f"{name}: there is no topic '{unknown}' in topics.yml.", line_at(raw, where))
