"""A message as the text of an SMS: answers with their sources, numbered options, cards with the action first."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from bot.conversations.store import StoredMessage
from bot.reply import CardContent, Citation, Option, Reply
from bot.vocabulary import Author, ReplyKind
from bot.words import ENGLISH, Words, catalogues

MOST_UNITS = 1500
"""The provider takes at most 1,600 UTF-16 units in one message; the rest is room for the mark of a part."""
JOINER = "\u200d"
_BREAKS = ("\n\n", "\n", ". ", " ")


def parts_of(message: StoredMessage) -> list[str]:
    """Give the texts that a stored outbound message is sent as: one, or several if it is long."""
    return split(text_of(message))


def text_of(message: StoredMessage) -> str:
    """Give a stored outbound message as plain text; a staff member's name stands before their words."""
    if message.author is Author.STAFF:
        words = _words()
        name = message.author_name
        who = words.plain("chat-staff-named", name=name) if name else words.plain("chat-staff")
        return words.plain("chat-says", who=who, text=message.text)
    return message.text if message.reply is None else reply_text(message.reply)


def reply_text(reply: Reply) -> str:
    """Give all that a reply says as plain text."""
    words = _words()
    if reply.card is not None:
        # One that could not be stored is about no message that could be answered.
        has_way_back = reply.card.level == "crisis" and reply.about is not None
        card = _card(reply.card, words)
        return f"{card}\n{words.plain('sms-if-safe')}" if has_way_back else card
    if reply.kind is ReplyKind.SAFETY_CHECK:
        return f"{reply.text} {words.plain('sms-yes-or-no')}"
    paragraphs = [reply.read_first_by_sms()]
    if reply.sms is not None or reply.first_details is not None:
        paragraphs.append(words.plain("sms-more"))
    if reply.kind is ReplyKind.ANSWER:
        paragraphs.append("\n".join(_remarks(reply, words)))
    paragraphs.append(_choices(reply.options, words))
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


def _words() -> Words:
    """Give the words of the language that answers are written in."""
    return catalogues()[ENGLISH]


def _card(card: CardContent, words: Words) -> str:
    action = card.heading if card.phone in card.heading else f"{card.heading}: {card.phone}"
    why = words.plain("sms-why", signs="; ".join(card.why)) if card.why else None
    return "\n".join(filter(None, (f"{action}.", card.text_label and f"{card.text_label}.", *card.then, why)))


def _remarks(reply: Reply, words: Words) -> list[str]:
    remarks = [words.plain("sms-draft")] if reply.sample else []
    name, on = reply.reviewed_by, reply.reviewed_on
    if name and not reply.sample:
        said = {"name": name} if on is None else {"name": name, "date": words.date(on)}
        remarks.append(words.plain("chat-reviewed" if on is None else "chat-reviewed-on", **said))
    if reply.sources_differ:
        remarks.append(words.plain("chat-differ"))
    if reply.citations:
        sources = dict.fromkeys(_source(citation, words) for citation in _cited_first(reply))
        remarks.append(words.plain("sms-sources", sources="; ".join(sources)))
    return remarks


def _cited_first(reply: Reply) -> list[Citation]:
    """Give the sources of what is said first; of all where nothing waits behind that."""
    if reply.sms is not None:
        return [citation for citation in reply.citations if citation.number in reply.sms.citations]
    if reply.first_details is None:
        return list(reply.citations)
    read = {*reply.short_citations, *(n for claim in reply.details[: reply.first_details] for n in claim.citations)}
    return [citation for citation in reply.citations if citation.number in read]


def _source(citation: Citation, words: Words) -> str:
    date = words.date(citation.published_on) if citation.published_on else words.plain("chat-no-date")
    return words.plain("sms-source", publisher=citation.publisher.rstrip(". "), date=date)


def _choices(options: Sequence[Option], words: Words) -> str:
    lines = [f"{number}. {option.title}" for number, option in enumerate(options, start=1)]
    return "\n".join([*lines, words.plain("sms-choose")]) if lines else ""


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
