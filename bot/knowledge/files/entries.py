"""What the content folder may say: treatments, topics, sources, answers, and questions left to staff on purpose."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)

from bot.reply import SMS_LETTERS
from bot.vocabulary import ReviewStatus

SHORT_WORDS = 60
"""The most words that an answer says first (DESIGN's content model)."""

SourceKind = Literal[
    "regulator", "law", "guideline", "review", "trial", "cohort", "survey", "payer_policy", "hospital_page",
    "clinic_page", "general_article", "clinic_policy", "clinic_staff",
]  # fmt: skip
SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)
"""The best first."""
DrawingName = Literal["prp_made", "needle_in_joint", "needle_in_tendon", "marrow_draw", "recovery_line"]
DRAWING_NAMES: tuple[DrawingName, ...] = get_args(DrawingName)
"""The drawings that there are, each a symbol of bot/web/static/img/drawings.svg."""
MOST_SUPPORT_WORDS = 25
"""The most of a source's own words that are kept, for reviewers only."""


def _one_line(text: str) -> str:
    """A paragraph is one line: how it was wrapped in its file or in a browser's box says nothing."""
    return " ".join(text.split())


Line = Annotated[str, AfterValidator(_one_line)]


# The greatest lengths are those of the store's columns, which PostgreSQL holds to.
class Strict(BaseModel):
    """What a content file says: nothing that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TreatmentEntry(Strict):
    """A treatment as its file has it."""

    slug: str = Field(pattern=r"^[a-z_]+$", max_length=60)
    name: str = Field(max_length=120)
    short_name: str = Field(max_length=120)
    kind: Literal["offered", "general", "alternative"]


class TopicEntry(Strict):
    """A topic as its file has it."""

    slug: str = Field(pattern=r"^[a-z_]+$", max_length=60)
    title: str = Field(max_length=120)
    question: str = Field(max_length=200)
    unknown_treatment: Literal["main", "general", "ask"]
    logistics: bool = False


class SourceEntry(Strict):
    """A source as its file has it."""

    id: str = Field(pattern=r"^[a-z0-9-]+$", max_length=80)
    title: str = Field(max_length=300)
    publisher: str = Field(max_length=200)
    published_on: dt.date | None = None
    year: int | None = Field(default=None, ge=1900, le=2100)
    kind: SourceKind
    address: str = Field(max_length=500)


class FactEntry(Strict):
    """What one source says of one thing, with its own words that show it: for reviewers, never for patients.

    Attributes:
        conflicts: Ids of facts that say otherwise.
        seen: The day somebody read it there.
        support: The source's words; empty where a reader has to look them up.
    """

    id: str = Field(pattern=r"^[A-Z]\d{3}$")
    treatment: str = Field(max_length=60)
    topic: str = Field(max_length=60)
    source: str
    grade: str = Field(max_length=20)
    conflicts: str = Field(max_length=200)
    seen: dt.date
    fact: Line = Field(min_length=1)
    support: Line

    @model_validator(mode="after")
    def _support_is_short(self) -> FactEntry:
        words = len(self.support.split())
        if words > MOST_SUPPORT_WORDS:
            raise ValueError(f"the support has {words} words; quote at most {MOST_SUPPORT_WORDS}")
        return self


class NotAnsweredEntry(Strict):
    """A topic of a treatment that the clinic leaves to its staff, and why."""

    treatment: str
    topic: str
    because: Line = Field(min_length=10)


class _Cited(Strict):
    """Something said, with what is behind it.

    Attributes:
        cites: Ids of the sources.
        facts: Ids of the facts of these sources that show it.
    """

    cites: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


class ClaimEntry(_Cited):
    """A paragraph of an answer with the sources behind it; plain advice ("ask us ...") has none."""

    text: Line = Field(min_length=1)


class SmsEntry(ClaimEntry):
    """What a text message says in the place of an answer's first paragraphs; it is read alone."""

    cites: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits(self) -> SmsEntry:
        if len(self.text) > SMS_LETTERS:
            raise ValueError(f"the text message has {len(self.text)} letters; at most {SMS_LETTERS} are sent")
        return self


class FindingEntry(Strict):
    """What came of trying a treatment for a condition, as a table tells it.

    Attributes:
        tried: Whether studies have tested it, none has, or our sources do not say.
        result: Against a placebo or other care, in a few words.
        strength: How sure the result is.
    """

    tried: Literal["tested", "not_tested", "not_found"]
    result: Line = Field(min_length=1, max_length=90)
    strength: Literal["strong", "fair", "weak", "very_weak", "none"]


class DrawingEntry(Strict):
    """A drawing of ours beside a paragraph, and what it shows in words for whoever does not see it."""

    name: DrawingName
    alt: Line = Field(min_length=10, max_length=300)


class ParagraphEntry(ClaimEntry):
    """A paragraph below the short answer.

    Attributes:
        heading: What it stands under; paragraphs in a row that share one are a list.
        when: The days or weeks that it tells of, which makes it a row of a timeline.
        drawing: What is drawn beside it.
        about: Conditions, body parts and medicines, by their names in data/nlu, to which alone it speaks: whoever asks
            about one of these reads it first and by itself. Empty where it is for everybody.
        finding: What it says of the first of these, as a table tells it.
    """

    heading: Line | None = Field(default=None, min_length=1, max_length=40)
    when: Line | None = Field(default=None, min_length=1, max_length=30)
    drawing: DrawingEntry | None = None
    about: tuple[str, ...] = ()
    finding: FindingEntry | None = None

    @model_serializer(mode="wrap")
    def _without_unset_form(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # A paragraph without any form is kept, and hashed, as before there was any.
        unset = {name for name in ("heading", "when", "drawing") if getattr(self, name) is None}
        return {name: value for name, value in handler(self).items() if name not in unset}

    def around(self) -> list[str]:
        """Give what is read of it besides its text: heading, days, and the words for its drawing."""
        return [text for text in (self.heading, self.when, self.drawing and self.drawing.alt) if text]

    @model_validator(mode="after")
    def _finding_is_about_something(self) -> ParagraphEntry:
        if self.finding is not None and not self.about:
            raise ValueError("a finding needs the condition that it is about")
        return self


class ListedEntry(_Cited):
    """Conditions and body parts, by their names in data/nlu, that sources say a treatment is used for."""

    cites: tuple[str, ...] = Field(min_length=1)
    conditions: tuple[str, ...] = Field(min_length=1)


class ReviewEntry(Strict):
    """The review of an answer; who, when and until when are known once it was approved.

    A draft with `sample` is served all the same, with a badge and never in production, until the day it is due.
    """

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
        if self.sample and self.due is None:
            raise ValueError("a sample needs due")
        if self.on is not None and self.due is not None and self.due <= self.on:
            raise ValueError("the review's due date must be after its date")
        return self


class AnswerEntry(Strict):
    """An answer as its file has it, with the file's defaults filled in."""

    id: str = Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$", max_length=120)
    topic: str
    treatments: tuple[str, ...] = Field(min_length=1)
    compared_with: tuple[str, ...] = ()
    sources_differ: bool = False
    evidence: SourceKind
    regulatory_status: Line | None = None
    short: ClaimEntry
    sms: SmsEntry | None = None
    details: tuple[ParagraphEntry, ...] = ()
    listed: tuple[ListedEntry, ...] | None = None
    related: tuple[str, ...] = ()
    owner: str = Field(min_length=1, max_length=120)
    review: ReviewEntry

    @field_validator("short")
    @classmethod
    def _short_is_cited(cls, short: ClaimEntry) -> ClaimEntry:
        if not short.cites and not short.facts:
            raise ValueError("the short answer cites nothing")
        return short

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
        """Whether these words wait for their approval and nobody reads them meanwhile."""
        return self.review.status in {ReviewStatus.DRAFT, ReviewStatus.IN_REVIEW} and not self.review.sample

    def paragraphs(self) -> tuple[ClaimEntry, ...]:
        """Give the short answer and the details: what is read."""
        return (self.short, *self.details)

    def texts(self) -> list[str]:
        """Give every text that a patient reads."""
        results = [f"{claim.finding.result}." for claim in self.details if claim.finding is not None]
        return [
            *(claim.text for claim in self.paragraphs()),
            *dict.fromkeys(text for claim in self.details for text in claim.around()),
            *results,
            *([self.sms.text] if self.sms else []),
            *([self.regulatory_status] if self.regulatory_status else []),
        ]

    def cited_parts(self) -> Iterator[tuple[tuple[int | str, ...], ClaimEntry | ListedEntry]]:
        """Give what cites something, each with its place in the entry."""
        yield ("short",), self.short
        for index, claim in enumerate(self.details):
            yield ("details", index), claim
        for index, part in enumerate(self.listed or ()):
            yield ("listed", index), part
        if self.sms is not None:
            yield ("sms",), self.sms

    def cited(self) -> list[str]:
        """Give the sources in the order in which they are first cited, each once."""
        return list(dict.fromkeys(source for _place, part in self.cited_parts() for source in part.cites))


def hash_of(entries: Sequence[AnswerEntry]) -> str:
    """Give a hash that changes when anything of an answer's entries changes."""
    dumped = [entry.model_dump(mode="json") for entry in entries]
    return hashlib.sha256(json.dumps(dumped, sort_keys=True).encode()).hexdigest()
