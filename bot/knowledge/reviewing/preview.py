"""A draft as a patient would read it, in the chat and as text messages, with remarks on each of its paragraphs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.claims.rules import check_claims, more_than_advice
from bot.clinic import Clinic
from bot.knowledge import history_store, store
from bot.knowledge.answering.render import answer_reply
from bot.knowledge.exchange.versions import Names, as_served
from bot.knowledge.files.entries import (
    SHORT_WORDS,
    SOURCE_KINDS,
    AnswerEntry,
    ClaimEntry,
    ParagraphEntry,
)
from bot.knowledge.files.quality import leaning_drawing, leaning_problem, text_message_problems
from bot.knowledge.files.readability import HIGHEST_GRADE, grade
from bot.knowledge.models import Citation, Fact, Source
from bot.reply import SMS_LETTERS, Reply
from bot.words import source_kind

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The 7-bit alphabet of text messages (3GPP TS 23.038); another letter makes every message hold 70 instead of 160."""
_RANKS: dict[str, int] = {kind: rank for rank, kind in enumerate(SOURCE_KINDS)}


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Something to know about a paragraph; `bars` when it stands in the way of an approval."""

    text: str
    bars: bool = False


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What comes of a draft.

    Attributes:
        reply: What the patient would get.
        text_messages: How many text messages it takes.
        grade: Its reading grade as a whole.
        words: How many words it has.
        remarks: For each paragraph, the short answer first.
        shown_by: The paragraphs that rest on facts, each with these, which hold the sources' own words.
        overall: On the answer as a whole.
    """

    reply: Reply
    text_messages: int
    grade: float
    words: int
    remarks: tuple[tuple[Remark, ...], ...]
    shown_by: tuple[tuple[str, tuple[Fact, ...]], ...]
    overall: tuple[Remark, ...]

    @property
    def is_ready(self) -> bool:
        """Whether nothing stands in the way of an approval."""
        return not any(remark.bars for part in (*self.remarks, self.overall) for remark in part)


def preview(session: Session, entry: AnswerEntry, clinic: Clinic, unset: Callable[[str], str]) -> Preview:
    """Show a draft as it would be served."""
    sources = {source.id: source for source in history_store.sources(session)}
    names = Names(topics=store.topics(session), treatments=store.treatments(session))
    with session.no_autoflush:
        served = as_served(entry, names)
        served.version.citations = [
            Citation(position=position, source_id=source, source=sources[source])
            for position, source in enumerate(entry.cited(), 1)
        ]
        reply = answer_reply(
            served,
            asked_about=() if served.is_general else entry.treatments,
            clinic=clinic,
            unset=unset,
            lead=None,
            confidence=None,
            topics=names.topics,
            treatments=names.treatments,
        )
    facts = history_store.facts(session, {name for claim in entry.paragraphs() for name in claim.facts})
    # In the order of the form: the patient reads first what speaks to everybody. What the clinic has not said is left
    # out of the reply, but is there to be reviewed.
    parts = [clinic.fill(claim.text, unset) for claim in entry.paragraphs()]
    return Preview(
        reply=reply,
        text_messages=text_messages(reply.read_first_by_sms()),
        grade=grade(reply.text),
        words=len(reply.text.split()),
        remarks=tuple(
            tuple(_remarks(text, claim, place))
            for place, (text, claim) in enumerate(zip(parts, entry.paragraphs(), strict=True))
        ),
        shown_by=tuple(
            (text, tuple(facts[name] for name in claim.facts if name in facts))
            for text, claim in zip(parts, entry.paragraphs(), strict=True)
            if claim.facts
        ),
        overall=tuple(_overall(entry, reply, sources)),
    )


def text_messages(text: str) -> int:
    """Count the text messages that a text takes."""
    if all(letter in _GSM for letter in text):
        return 1 if len(text) <= 160 else -(-len(text) // 153)
    length = len(text.encode("utf-16-le")) // 2
    return 1 if length <= 70 else -(-length // 67)


def _remarks(text: str, claim: ClaimEntry, place: int) -> list[Remark]:
    remarks = [
        Remark(text=f"“{' '.join(warning.found.split())}”: {warning.reason}", bars=True)
        for warning in check_claims(text)
    ]
    if not claim.cites and (more := more_than_advice(claim.text)) is not None:
        remarks.append(Remark(text=f"“{more}” needs a source: it is more than plain advice.", bars=True))
    leans = [leaning_problem(claim), leaning_drawing(claim)] if isinstance(claim, ParagraphEntry) else []
    remarks += [Remark(text=f"It {problem}.", bars=True) for problem in leans if problem is not None]
    words = len(text.split())
    counted = f"{words} of at most {SHORT_WORDS} words" if place == 0 else f"{words} words"
    cited = len(claim.cites)
    facts = f"{counted}, grade {grade(text):g}, {cited} source{'s' if cited != 1 else ''}"
    return [*remarks, Remark(text=facts)]


def _overall(entry: AnswerEntry, reply: Reply, sources: dict[str, Source]) -> list[Remark]:
    remarks = []
    measured = grade(reply.text)
    if measured > HIGHEST_GRADE:
        text = f"Reads at grade {measured:g}; at most {HIGHEST_GRADE:g} is allowed. Use shorter words and sentences."
        remarks.append(Remark(text=text, bars=True))
    remarks += [
        Remark(text=f"Regulatory status: “{warning.found}”: {warning.reason}", bars=True)
        for warning in check_claims(entry.regulatory_status or "")
    ]
    remarks += _of_text_message(entry)
    best = min((sources[source].kind for source in entry.short.cites), key=_RANKS.__getitem__, default=None)
    if best is not None and entry.evidence != best:
        said, there = source_kind(entry.evidence), source_kind(best)
        remarks.append(Remark(text=f"The evidence says {said}, but the best source of the short answer is {there}."))
    return remarks


def _of_text_message(entry: AnswerEntry) -> list[Remark]:
    """Give what is to be said of what a text message says: its own words, or the short answer."""
    remarks = [Remark(text=f"It {problem}.", bars=True) for problem in text_message_problems(entry)]
    if entry.sms is None:
        return remarks
    remarks += [
        Remark(text=f"Text message: “{claim.found}”: {claim.reason}", bars=True)
        for claim in check_claims(entry.sms.text)
    ]
    return [*remarks, Remark(text=f"Text message: {len(entry.sms.text)} of at most {SMS_LETTERS} letters")]
