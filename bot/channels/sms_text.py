"""A message as the text of an SMS: answers with their sources, numbered options, cards with the action first."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence

from bot.conversations.store import StoredMessage
from bot.reply import CardContent, Citation, Option, Reply
from bot.vocabulary import Author, ReplyKind

MOST_UNITS = 1500
"""The provider takes at most 1,600 UTF-16 units in one message; the rest is room for the mark of a part."""
JOINER = "\u200d"
_BREAKS = ("\n\n", "\n", ". ", " ")
_SAMPLE = "Draft, not reviewed by a clinician."
_DIFFER = "Sources differ on this. The answer says how."
_MORE = "There is more to it: ask us, or ask in the chat on our website."
_CHOOSE = "Reply with a number, or in your own words."
_YES_OR_NO = "Reply YES or NO."
_IF_SAFE = "If you are safe and this is not about you, reply SAFE."


def parts_of(message: StoredMessage) -> list[str]:
    """Give the texts that a stored outbound message is sent as: one, or several if it is long."""
    return split(text_of(message))


def text_of(message: StoredMessage) -> str:
    """Give a stored outbound message as plain text; a staff member's name stands before their words."""
    if message.author is Author.STAFF:
        name = f"{message.author_name}, clinic staff" if message.author_name else "Clinic staff"
        return f"{name}: {message.text}"
    return message.text if message.reply is None else reply_text(message.reply)


def reply_text(reply: Reply) -> str:
    """Give all that a reply says as plain text."""
    if reply.card is not None:
        # One that could not be stored is about no message that could be answered.
        has_way_back = reply.card.level == "crisis" and reply.about is not None
        return f"{_card(reply.card)}\n{_IF_SAFE}" if has_way_back else _card(reply.card)
    if reply.kind is ReplyKind.SAFETY_CHECK:
        return f"{reply.text} {_YES_OR_NO}"
    paragraphs = [reply.read_first_by_sms()]
    if reply.sms is not None or reply.first_details is not None:
        paragraphs.append(_MORE)
    if reply.kind is ReplyKind.ANSWER:
        paragraphs.append("\n".join(_remarks(reply)))
    paragraphs.append(_choices(reply.options))
    return "\n\n".join(filter(None, paragraphs))


def split(text: str, most: int = MOST_UNITS) -> list[str]:
    """Cut a long text where a paragraph, line, sentence or word ends, each part marked "(1/2)".

    Args:
        text: What is to be sent.
        most: UTF-16 units of one part.
    """
    rest, parts = text.strip(), []
    while _units(rest) > most:
        end = _fitting(rest, most)
        end = next(
            (place for mark in _BREAKS if (place := rest.rfind(mark, end // 2, end) + len(mark.rstrip())) > end // 2),
            end,
        )
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    parts.append(rest)
    return parts if len(parts) == 1 else [f"({place}/{len(parts)}) {part}" for place, part in enumerate(parts, start=1)]


def _card(card: CardContent) -> str:
    action = card.heading if card.phone in card.heading else f"{card.heading}: {card.phone}"
    why = f"Why: {'; '.join(card.why)}." if card.why else None
    return "\n".join(filter(None, (f"{action}.", card.text_label and f"{card.text_label}.", *card.then, why)))


def _remarks(reply: Reply) -> list[str]:
    remarks = [_SAMPLE] if reply.sample else []
    if reply.reviewed_by and not reply.sample:
        on = f" on {long_date(reply.reviewed_on)}" if reply.reviewed_on else ""
        remarks.append(f"Reviewed by {reply.reviewed_by}{on}.")
    if reply.sources_differ:
        remarks.append(_DIFFER)
    if reply.citations:
        remarks.append(f"Sources: {'; '.join(dict.fromkeys(map(_source, _cited_first(reply))))}.")
    return remarks


def _cited_first(reply: Reply) -> list[Citation]:
    """Give the sources of what is said first; of all where nothing waits behind that."""
    if reply.sms is not None:
        return [citation for citation in reply.citations if citation.number in reply.sms.citations]
    if reply.first_details is None:
        return list(reply.citations)
    read = {*reply.short_citations, *(n for claim in reply.details[: reply.first_details] for n in claim.citations)}
    return [citation for citation in reply.citations if citation.number in read]


def _source(citation: Citation) -> str:
    date = long_date(citation.published_on) if citation.published_on else "no date given"
    return f"{citation.publisher.rstrip('. ')}, {date}"


def long_date(date: str) -> str:
    """Write a calendar date such as "2026-11-21" out as the web chat does: November 21, 2026."""
    try:
        day = dt.date.fromisoformat(date[:10])
    except ValueError:
        return date
    return f"{day:%B} {day.day}, {day.year}"


def _choices(options: Sequence[Option]) -> str:
    lines = [f"{number}. {option.title}" for number, option in enumerate(options, start=1)]
    return "\n".join([*lines, _CHOOSE]) if lines else ""


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _fitting(text: str, most: int) -> int:
    """Give how many characters from the start fit, without cutting an accent or a part of an emoji from its letter."""
    end = min(len(text), most)
    while _units(text[:end]) > most:
        end -= max(1, (_units(text[:end]) - most) // 2)
    whole = end
    while whole > end // 2 and (unicodedata.category(text[whole])[0] == "M" or JOINER in text[whole - 1 : whole + 1]):
        whole -= 1
    return whole if whole > end // 2 else end
