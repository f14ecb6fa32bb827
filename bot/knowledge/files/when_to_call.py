"""When to call: the words in which every answer says it, from one place (when_to_call.yml)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.errors import BrokenContentError, ContentError
from bot.knowledge.files.entries import AnswerEntry, Line
from bot.knowledge.files.filler import sentences
from bot.reading.mistakes import in_words
from bot.yaml_file import line_at, plain, read_yaml

FILE = "when_to_call.yml"


def _one_sentence(text: str) -> str:
    if len(sentences(text)) != 1:
        raise ValueError("each must be one sentence")
    return text


class WhenToCall(BaseModel):
    """The sentences that say when to call.

    Attributes:
        begins: How a sentence begins that must be one of them.
        words: The sentences.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    begins: tuple[Line, ...] = ()
    words: tuple[Annotated[Line, AfterValidator(_one_sentence)], ...] = Field(default=())

    @classmethod
    def from_file(cls, path: Path) -> WhenToCall:
        """Read the file; a clinic may go without one, and say it in each answer as it likes.

        Raises:
            ContentError: Something in it is wrong; names the line.
        """
        if not path.is_file():
            return cls()
        raw = read_yaml(path)
        try:
            return cls.model_validate(plain(raw))
        except ValidationError as error:
            raise BrokenContentError(
                [
                    ContentError(
                        path, f"{'.'.join(map(str, found['loc']))}: {in_words(found)}.", line_at(raw, found["loc"])
                    )
                    for found in error.errors()
                ]
            ) from error

    def said_otherwise(self, entry: AnswerEntry) -> Iterator[str]:
        """Give the sentences of an answer that say when to call in other words."""
        for text in entry.texts():
            for sentence in sentences(text):
                if sentence.startswith(self.begins) and sentence not in self.words:
                    yield sentence
