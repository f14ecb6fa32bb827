"""The summary card of a ticket: facts that stand in the conversation, each with the words it was taken from."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bot.conversations.store import StoredMessage
from bot.conversations.subject import tells_little
from bot.vocabulary import Author, ReplyKind

_WHEN = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|this (?:morning|afternoon|evening|week)"
    r"|last (?:night|week|month|\w+day)|next (?:week|month|\w+day)|on (?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,3}|few|couple of) (?:hour|day|week|month)s? ago"
    r"|in (?:a|an|one|two|three|four|five|six|\d{1,3}) (?:hour|day|week|month)s?)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")


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
    messages: Sequence[StoredMessage],
    *,
    topics: Mapping[str, str],
    treatments: Mapping[str, str],
    offered: Collection[str],
) -> Summary:
    """Gather the facts of a conversation.

    Args:
        messages: Its transcript.
        topics: Titles of topics, by slug.
        treatments: Names of treatments, by slug.
        offered: Slugs of those that the clinic does: having had one of them is having had the procedure.
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
        asked=tuple(_shortened(message.text) for message in patient if _asks(message))[:3],
        topics=tuple(dict.fromkeys(about)),
        timing=_timing([message.text for message in patient], _stages(_words_for(treatments, offered))),
        answers=tuple(
            GivenAnswer(answer_id=answer_id, version=version, title=title)
            for (answer_id, version), title in answers.items()
        ),
        clarified=kinds.count(ReplyKind.CLARIFY),
        unanswered=kinds.count(ReplyKind.NO_ANSWER),
    )


def _asks(message: StoredMessage) -> bool:
    """Say whether a patient's message may ask something: neither the title of a button nor a few words do."""
    return message.in_reply_to is None and not tells_little(message.text)


def _words_for(treatments: Mapping[str, str], offered: Collection[str]) -> tuple[str, ...]:
    """Give how patients name what is done: slug, last word of the name, and what stands in parentheses."""
    words: set[str] = set()
    for slug in offered:
        name, _, short = treatments.get(slug, "").partition("(")
        words.update((slug.replace("_", " "), *_WORD.findall(name)[-1:], *_WORD.findall(short)))
    return tuple(sorted(word.lower().removesuffix("s") for word in words))


@cache
def _stages(words: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Give what tells that the procedure is over, and what tells that it is to come."""
    done = "|".join(("procedure", "treatment", "session", "shot", *map(re.escape, words)))
    which = rf"(?:(?:first|second|third|last|next|knee|back|shoulder|hip|{done}) )*(?:{done})s?"
    after = (
        rf"(?:since|after|following) (?:my|the|getting|having)(?: a| the| my)? {which}"
        rf"|(?:had|got|received) (?:my|a|an|the|some) {which}"
        r"|(?:\w+ )?(?:hours?|days?|weeks?|months?) (?:after|since|post)"
        rf"|post[- ]?(?:op|{done})"
    )
    before = (
        rf"(?:before|prior to|ahead of) (?:my|the|getting|having)(?: a| the| my)? {which}"
        rf"|my (?:appointment|{done}) is|(?:booked|scheduled) for"
        r"|thinking (?:of|about)|considering|(?:can|should|could) i (?:get|have|try)"
    )
    return tuple(
        (stage, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE))
        for stage, pattern in (("after", after), ("before", before))
    )


def _timing(texts: Sequence[str], stages: Sequence[tuple[str, re.Pattern[str]]]) -> Timing | None:
    """Take the newest message that says it; what is over counts before what is planned."""
    for text in reversed(texts):
        for stage, pattern in stages:
            found = pattern.search(text)
            if found is not None:
                when = _WHEN.search(text)
                return Timing(stage=stage, words=found.group(0), when="" if when is None else when.group(0))
    return None


def _shortened(text: str, most: int = 160) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
