"""The summary card of a ticket: facts that stand in the conversation, each with the words it was taken from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.conversations.store import TELLS_LITTLE, StoredMessage
from bot.vocabulary import Author, ReplyKind

_WHAT = r"(?:(?:first|second|third|last|next|knee|back|shoulder|hip|prp|stem|cell|exosome|prolo|prolotherapy) )*"
_DONE = r"(?:shots?|injections?|procedures?|treatments?|sessions?|prp|prolotherapy|exosomes?|stem cells?)"
_AFTER = re.compile(
    rf"\b(?:(?:since|after|following) (?:my|the|getting|having)(?: a| the| my)? {_WHAT}{_DONE}"
    rf"|(?:had|got|received) (?:my|a|an|the|some) {_WHAT}{_DONE}"
    r"|(?:\w+ )?(?:hours?|days?|weeks?|months?) (?:after|since|post)"
    rf"|post[- ]?(?:op|procedure|injection))\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"\b(?:(?:before|prior to|ahead of) (?:my|the|getting|having)(?: a| the| my)? {_WHAT}{_DONE}"
    r"|my (?:appointment|procedure|injection|treatment) is|(?:booked|scheduled) for"
    r"|thinking (?:of|about)|considering|(?:can|should|could) i (?:get|have|try))\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|this (?:morning|afternoon|evening|week)"
    r"|last (?:night|week|month|\w+day)|next (?:week|month|\w+day)|on (?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,3}|few|couple of) (?:hour|day|week|month)s? ago"
    r"|in (?:a|an|one|two|three|four|five|six|\d{1,3}) (?:hour|day|week|month)s?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Whether the patient writes before or after the procedure, as far as they said.

    Attributes:
        stage: `before` or `after`.
        words: The patient's words that say so.
        when: The patient's words for the time; empty if they named none.
    """

    stage: str
    words: str
    when: str


@dataclass(frozen=True, kw_only=True)
class GivenAnswer:
    """An answer that the patient has read."""

    answer_id: str
    version: int | None
    title: str


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What staff need to know before they read the conversation.

    Attributes:
        asked: The patient's own questions, shortened, the first ones first.
        topics: What the bot took them to be about, with the treatment.
        timing: Before or after the procedure; None if the patient has not said.
        answers: The answers given.
        clarified: How often the bot asked back.
        unanswered: How often it had no answer.
    """

    asked: tuple[str, ...]
    topics: tuple[str, ...]
    timing: Timing | None
    answers: tuple[GivenAnswer, ...]
    clarified: int
    unanswered: int


def summarize(
    messages: Sequence[StoredMessage], *, topics: Mapping[str, str], treatments: Mapping[str, str]
) -> Summary:
    """Gather the facts of a conversation.

    Args:
        messages: Its transcript.
        topics: Titles of topics, by slug.
        treatments: Names of treatments, by slug.
    """
    patient = [message for message in messages if message.author is Author.PATIENT]
    replies = [message.reply for message in messages if message.author is Author.BOT and message.reply is not None]
    about = []
    answers: dict[tuple[str, int | None], str] = {}
    for reply in replies:
        title = topics.get(reply.topic or "")
        if title is not None:
            names = ", ".join(treatments[slug] for slug in reply.treatments if slug in treatments)
            about.append(f"{title}{f' ({names})' if names else ''}")
        if reply.answer_id is not None:
            answers[reply.answer_id, reply.answer_version] = title or reply.answer_id
    kinds = [reply.kind for reply in replies]
    return Summary(
        asked=tuple(_shortened(message.text) for message in patient if len(message.text.split()) > TELLS_LITTLE)[:3],
        topics=tuple(dict.fromkeys(about)),
        timing=_timing([message.text for message in patient]),
        answers=tuple(
            GivenAnswer(answer_id=answer_id, version=version, title=title)
            for (answer_id, version), title in answers.items()
        ),
        clarified=kinds.count(ReplyKind.CLARIFY),
        unanswered=kinds.count(ReplyKind.NO_ANSWER),
    )


def _timing(texts: Sequence[str]) -> Timing | None:
    """Take the newest message that says it; what is over counts before what is planned."""
    for text in reversed(texts):
        for stage, pattern in (("after", _AFTER), ("before", _BEFORE)):
            found = pattern.search(text)
            if found is not None:
                when = _WHEN.search(text)
                return Timing(stage=stage, words=found.group(0), when="" if when is None else when.group(0))
    return None


def _shortened(text: str, most: int = 160) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
