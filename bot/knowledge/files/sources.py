"""What a patient meets of a source: a link that opens, and names that say whose words it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.knowledge.files.entries import SourceEntry

_IS_LINK = re.compile(r"[a-z]+://|www\.", re.IGNORECASE)
# Copies that a site keeps for its own tests go away, or ask for a password.
_COPY_FOR_TESTS = re.compile(r"(?:^|[.-])(?:stage|staging|test|qa\d*|dev)\.", re.IGNORECASE)
_CATALOG_NUMBER = re.compile(
    r"\bPMC\d{4,}|\bPMID\b|\bdoi\b|\b10\.\d{4,}/|\bS\d{4}-\d{4}\(|\bNCT\d{8}|\bCD\d{6}\b|\bACTRN\d", re.IGNORECASE
)


def source_problems(source: SourceEntry) -> Iterator[str]:
    """Give what is wrong with a source's link and names."""
    link = _link_problem(source.address) if _IS_LINK.match(source.address) else None
    if link is not None:
        yield f"{source.id}: its address {link}"
    for name, words in (("title", source.title), ("publisher", source.publisher)):
        number = _CATALOG_NUMBER.search(words)
        if number is not None:
            yield f"{source.id}: its {name} holds “{number.group()}”, which says nothing to a patient: leave it out"


def _link_problem(address: str) -> str | None:
    if not address.startswith("https://"):
        return "is no https link: begin it with https://"
    if re.search(r"\s", address):
        return "holds more than the link: leave out what stands after it"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "is no link that can be opened"
    if port is not None or "." not in host or host.endswith("."):
        return f"leads to “{parts.netloc}”, which is no public site"
    if _COPY_FOR_TESTS.search(host):
        return f"leads to “{host}”, a site's copy for its own tests: link the site itself"
    return None
