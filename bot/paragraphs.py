"""What a paragraph of an answer is called between the understanding, which finds it, and the store, which has it."""

from __future__ import annotations

import hashlib

_KEY_BYTES = 6


def answer_id(home: str, topic: str) -> str:
    """Give the id of an answer that its file gives none.

    Args:
        home: The treatment that the file is about.
        topic: The answer's topic.
    """
    return f"{home}.{topic}"


def paragraph_key(text: str) -> str:
    """Give what names a paragraph by its words, however its lines are broken: a paragraph that changed has another.

    Args:
        text: The paragraph as it is written, the clinic's own values not filled in.
    """
    return hashlib.blake2b(" ".join(text.split()).encode(), digest_size=_KEY_BYTES).hexdigest()
