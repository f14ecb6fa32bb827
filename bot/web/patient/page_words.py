"""What templates of patients' pages say things with: the words of the page's language, and links to put among them."""

from __future__ import annotations

from typing import Any

from bot.words import Words, link, phone_link


def page_words(words: Words) -> dict[str, Any]:
    """Give it for a template's context, with the page's language and direction."""
    return {
        "lang": words.language,
        "direction": words.direction,
        "say": words.say,
        "phone_link": phone_link,
        "link": link,
    }
