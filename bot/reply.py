"""A reply to a patient: the one form it has on its way from Rasa or triage to store and screen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from bot.vocabulary import Counted, ReplyKind

RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
"""Languages written from right to left, as ISO 639-1 codes."""


_COUNTED = {
    ReplyKind.ANSWER: Counted.ANSWERED,
    ReplyKind.EMERGENCY: Counted.CARD,
    ReplyKind.URGENT: Counted.CARD,
    ReplyKind.SAFETY_CHECK: Counted.CHECK,
}

SMS_LETTERS = 300
"""The most letters that a text message says of an answer: two messages on most phones."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_enum_values=False)


class Citation(_Part):
    """A source behind an answer, numbered as its claims refer to it."""

    number: int
    id: str
    title: str
    publisher: str
    published_on: str | None = None
    kind: str
    address: str

    @model_validator(mode="before")
    @classmethod
    def _without_words_for_its_kind(cls, raw: Any) -> Any:
        """Read what was stored when the kind stood there in English too, before each page said it itself."""
        return {name: value for name, value in raw.items() if name != "kind_label"} if isinstance(raw, dict) else raw


class Option(_Part):
    """A choice put to the patient; a title sent back stands for its topic or intent."""

    title: str
    topic: str | None = None
    treatments: tuple[str, ...] = ()
    intent: str | None = None


class Drawing(_Part):
    """A drawing of ours by its name, and what it shows in words."""

    name: str
    alt: str


class Claim(_Part):
    """One paragraph of an answer, with the numbers of its citations.

    `about` names the conditions, body parts and medicines to which alone it speaks.
    Paragraphs in a row under the same `heading` are a list; one with `when` is a row of a timeline.
    """

    text: str
    citations: tuple[int, ...] = ()
    about: tuple[str, ...] = ()
    heading: str | None = None
    when: str | None = None
    drawing: Drawing | None = None


def in_plain_text(claims: Sequence[Claim]) -> list[str]:
    """Give paragraphs as plain text: those under one heading as lines below it, drawings left out."""
    blocks: list[str] = []
    for heading, group in groupby(claims, key=lambda claim: claim.heading):
        lines = [f"{claim.when}: {claim.text}" if claim.when else claim.text for claim in group]
        blocks += lines if heading is None else ["\n".join([f"{heading}:", *(f"- {line}" for line in lines)])]
    return blocks


class TableRow(_Part):
    """One row of a table, with the numbers of its citations."""

    cells: tuple[str, ...]
    citations: tuple[int, ...] = ()


class Table(_Part):
    """A small table; the first cell of a row is its heading."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


class Passage(_Part):
    """A stretch of a reply in one language; without one it is in the page's own."""

    text: str
    lang: str | None = None
    dir: Literal["ltr", "rtl"] | None = None

    @classmethod
    def in_language(cls, text: str, code: str) -> Passage:
        """Make a passage in the language of an ISO 639-1 code, so that it is read out and set as that is."""
        return cls(text=text, lang=code, dir="rtl" if code in RIGHT_TO_LEFT else "ltr")


class CardContent(_Part):
    """What a red-flag card shows."""

    level: str
    heading: str
    phone: str
    call_label: str
    text_label: str | None = None
    why: tuple[str, ...] = ()
    then: tuple[str, ...] = ()


class Reply(_Part):
    """Everything said to a patient in one bubble.

    `text` is all that the patient reads; `lead` is a sentence before an answer, such as which treatment it is about.
    `about` is, of a check or a card, the patient's message in which the danger was seen.
    `takes_back` is, of the line that a card is not about the patient now, their message that the card is about.
    `planned` is the number of the planned message that it is; one with `check_in` asks how it goes.
    A reply that `opts_out` confirms to a phone that it gets no more texts: storing it makes it so.
    `passages` is the same text in parts, where not all of it is in the page's language.
    `first_details` says how many of the details are read at once, where the rest waits behind "More".
    A text message says `sms`, in the place of what is read before "More"; without one it says all that is read first.
    A `table` stands between `short` and the details; `text` tells it in lines.
    `short` is the answer's own, or the first paragraph about what the patient named; then its own is among the details.
    """

    kind: ReplyKind
    text: str
    topic: str | None = None
    treatments: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    options: tuple[Option, ...] = ()
    ticket: int | None = None
    confidence: float | None = None
    lead: str | None = None
    passages: tuple[Passage, ...] = ()
    short: str | None = None
    short_citations: tuple[int, ...] = ()
    short_drawing: Drawing | None = None
    details: tuple[Claim, ...] = ()
    table: Table | None = None
    sms: Claim | None = None
    first_details: int | None = None
    answer_id: str | None = None
    answer_version: int | None = None
    evidence: str | None = None
    sources_differ: bool = False
    regulatory_status: str | None = None
    sample: bool = False
    reviewed_by: str | None = None
    reviewed_on: str | None = None
    related: tuple[Option, ...] = ()
    card: CardContent | None = None
    signs: tuple[str, ...] = ()
    about: int | None = None
    takes_back: int | None = None
    rate_ticket: int | None = None
    opts_out: bool = False
    planned: int | None = None
    check_in: bool = False

    def read_first(self) -> str:
        """Give what is read before "More": all of it, where nothing waits behind that."""
        if self.first_details is None or self.short is None:
            return self.text
        details = in_plain_text(self.details[: self.first_details])
        return "\n\n".join(part for part in (self.lead, self.short, *details, self.regulatory_status) if part)

    def led_by(self, sentence: str) -> Reply:
        """Give it with a sentence before all that it says."""
        said = {"lead": " ".join(part for part in (sentence, self.lead) if part)} if self.short is not None else {}
        text = self.text.removeprefix(self.lead).lstrip() if self.short is not None and self.lead else self.text
        joint = "\n\n" if self.short is not None else " "
        return self.model_copy(update={**said, "text": f"{said.get('lead', sentence)}{joint}{text}"})

    def with_short_alone(self) -> Reply:
        """Give it with all but its short answer behind "More"."""
        return self.model_copy(update={"first_details": 0}) if self.details else self

    def read_first_by_sms(self) -> str:
        """Give what a text message says first: its own words for that, else what is read before "More"."""
        if self.sms is None:
            return self.read_first()
        return "\n\n".join(part for part in (self.lead, self.sms.text, self.regulatory_status) if part)

    @property
    def counted_as(self) -> Counted:
        """What it counts as in the figures, when it replies to a message; decided here alone.

        A question back that can only be answered by asking for a person says that nothing was understood. A reply
        without an answer that has no topic is to something that is not for the assistant.
        """
        if self.kind is ReplyKind.CLARIFY:
            is_guess = self.topic is not None or any(option.topic for option in self.options) or not self.options
            return Counted.ASKED_BACK if is_guess else Counted.NOT_UNDERSTOOD
        if self.kind is ReplyKind.NO_ANSWER:
            return Counted.DECLINED if self.topic is None else Counted.NO_ANSWER
        if self.kind is ReplyKind.ESCALATED and self.ticket is not None:
            return Counted.PASSED_ON
        return Counted.OPTED_OUT if self.opts_out else _COUNTED.get(self.kind, Counted.OTHER)

    def without_treatments(self, left_out: Collection[str]) -> Reply:
        """Give it without the choices that are about treatments that the patient wants left out."""
        if not left_out:
            return self
        kept = {
            name: tuple(option for option in options if not set(option.treatments) & set(left_out))
            for name, options in (("options", self.options), ("related", self.related))
        }
        return self.model_copy(update=kept)
