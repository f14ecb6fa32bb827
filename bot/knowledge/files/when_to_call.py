"""When to call: the words in which every answer says it, from one place (when_to_call.yml)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.knowledge.files.entries import AnswerEntry, Line
from bot.knowledge.files.filler import sentences
from bot.yaml_file import read_as

FILE = "when_to_call.yml"
HEARD = "when_to_call"
"""What heard.yml calls it: a paragraph that is about this alone is for everybody."""


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
        return read_as(path, cls)[0]

    def said_otherwise(self, entry: AnswerEntry) -> Iterator[str]:
        """Give the sentences of an answer that say when to call in other words."""
        for text in entry.texts():
            for sentence in sentences(text):
                if sentence.startswith(self.begins) and sentence not in self.words:
                    yield sentence

    def unsaid_by_text(self, entry: AnswerEntry) -> bool:
        """Say whether an answer tells everybody when to call, but its text message does not."""
        told = any(self._tells(claim.text) for claim in entry.details if set(claim.about) <= {HEARD})
        return told and (entry.sms is None or not self._tells(entry.sms.text))

    def _tells(self, text: str) -> bool:
        return any(sentence in self.words for sentence in sentences(text))
