"""What the content folder may say: treatments, topics, sources, answers, and questions left to staff on purpose."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.vocabulary import ReviewStatus

SHORT_WORDS = 60
"""The most words that an answer says first (DESIGN's content model)."""

SourceKind = Literal[
    "regulator", "review", "trial", "survey", "guideline", "clinic_page", "general_article", "clinic_policy"
]


def _one_line(text: str) -> str:
    """A paragraph is one line: how it was wrapped in its file or in a browser's box says nothing."""
    return " ".join(text.split())


Line = Annotated[str, AfterValidator(_one_line)]


# The greatest lengths are those of the store's columns, which PostgreSQL holds to.
class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TreatmentEntry(_Strict):
    """A treatment as its file has it."""

    slug: str = Field(pattern=r"^[a-z_]+$", max_length=60)
    name: str = Field(max_length=120)
    short_name: str = Field(max_length=120)
    kind: Literal["offered", "general", "alternative"]


class TopicEntry(_Strict):
    """A topic as its file has it."""

    slug: str = Field(pattern=r"^[a-z_]+$", max_length=60)
    title: str = Field(max_length=120)
    question: str = Field(max_length=200)
    unknown_treatment: Literal["main", "general", "ask"]


class SourceEntry(_Strict):
    """A source as its file has it."""

    id: str = Field(pattern=r"^[a-z0-9-]+$", max_length=80)
    title: str = Field(max_length=300)
    publisher: str = Field(max_length=200)
    published_on: dt.date | None = None
    kind: SourceKind
    address: str = Field(max_length=500)


class NotAnsweredEntry(_Strict):
    """A topic of a treatment that the clinic leaves to its staff, and why."""

    treatment: str
    topic: str
    because: Line = Field(min_length=10)


class _Cited(_Strict):
    cites: tuple[str, ...] = Field(min_length=1)


class ClaimEntry(_Cited):
    """A paragraph of an answer with the sources behind it."""

    text: Line = Field(min_length=1)


class ListedEntry(_Cited):
    """Conditions and body parts, by their names in data/nlu, that sources say a treatment is used for."""

    conditions: tuple[str, ...] = Field(min_length=1)


class ReviewEntry(_Strict):
    """The review of an answer; who, when and until when are known once it was approved."""

    status: ReviewStatus
    by: str | None = Field(default=None, min_length=1, max_length=120)
    on: dt.date | None = None
    due: dt.date | None = None
    sample: bool = False

    @model_validator(mode="after")
    def _approved_by_somebody(self) -> ReviewEntry:
        missing = [name for name in ("by", "on", "due") if getattr(self, name) is None]
        if self.status is ReviewStatus.APPROVED and missing:
            raise ValueError(f"an approved answer needs {' and '.join(missing)}")
        if self.on is not None and self.due is not None and self.due <= self.on:
            raise ValueError("the review's due date must be after its date")
        return self


class AnswerEntry(_Strict):
    """An answer as its file has it, with the file's defaults filled in."""

    id: str = Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$", max_length=120)
    topic: str
    treatments: tuple[str, ...] = Field(min_length=1)
    compared_with: tuple[str, ...] = ()
    sources_differ: bool = False
    evidence: SourceKind
    regulatory_status: Line | None = None
    short: ClaimEntry
    details: tuple[ClaimEntry, ...] = ()
    listed: tuple[ListedEntry, ...] | None = None
    related: tuple[str, ...] = ()
    owner: str = Field(min_length=1, max_length=120)
    review: ReviewEntry

    @model_validator(mode="after")
    def _short_is_short(self) -> AnswerEntry:
        words = len(self.short.text.split())
        if words > SHORT_WORDS:
            raise ValueError(f"the short answer has {words} words; at most {SHORT_WORDS} are read first")
        return self

    @property
    def home(self) -> str:
        """The treatment whose answer it is; of a comparison, what is compared."""
        return self.id.partition(".")[0]

    @property
    def is_draft(self) -> bool:
        """Whether these words wait for their approval."""
        return self.review.status in {ReviewStatus.DRAFT, ReviewStatus.IN_REVIEW}

    def paragraphs(self) -> tuple[ClaimEntry, ...]:
        """Give the short answer and the details: what is read."""
        return (self.short, *self.details)

    def texts(self) -> list[str]:
        """Give every text that a patient reads."""
        return [claim.text for claim in self.paragraphs()] + (
            [self.regulatory_status] if self.regulatory_status else []
        )

    def cited(self) -> list[str]:
        """Give the sources in the order in which they are first cited, each once."""
        return list(
            dict.fromkeys(source for part in (*self.paragraphs(), *(self.listed or ())) for source in part.cites)
        )


def hash_of(entries: Sequence[AnswerEntry]) -> str:
    """Give a hash that changes when anything of an answer's entries changes."""
    dumped = [entry.model_dump(mode="json") for entry in entries]
    return hashlib.sha256(json.dumps(dumped, sort_keys=True).encode()).hexdigest()
