"""Whether a paragraph can be read alone: one that is about a condition comes first, without what stands before it."""

from __future__ import annotations

import re

# Words that point back to a neighbour when a paragraph begins with them.
_LEANING = re.compile(
    r"(?:it|its|it's|they|their|he|she|this|that|these|those|such|both|so|also|but|and|or|then|yet|still|even so|too"
    r"|instead|however|another|the others?|the same|(?:one|some|many|most) of (?:them|these|those)|for them|with them"
    r"|in them)\b",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?:(?:said|named|listed|shown|told|described|mentioned) (?:above|before|earlier)"
    r"|see (?:above|below)|(?:as|the) above)\b",
    re.IGNORECASE,
)
_SOURCE_BEFORE = re.compile(
    r"\b(?:that|the same) (?:article|clinic|course|group|guide|hospital|leaflet|page|review|site|study|survey|trial"
    r"|website)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


def leaning(text: str) -> str | None:
    """Give the words by which a paragraph leans on its neighbour; None if it stands alone."""
    # In a later sentence "that trial" may be one that the paragraph has named itself.
    first = _SENTENCE_END.split(text.strip(), maxsplit=1)[0]
    found = _LEANING.match(first) or _SOURCE_BEFORE.search(first) or _POINTING.search(text)
    return None if found is None else found.group()
