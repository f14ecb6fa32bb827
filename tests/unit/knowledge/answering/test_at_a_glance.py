"""What of an answer is read at once, and what waits behind "More"."""

from __future__ import annotations

from bot.knowledge.answering.render import MOST_WORDS_FIRST
from bot.reply import Reply


def test_an_answer_is_read_at_a_glance(served: dict[str, Reply]):
    """No real answer says more than that at once, and what fits is not hidden."""
    assert any(reply.first_details is not None for reply in served.values())
    for answer_id, reply in served.items():
        first = len(reply.details) if reply.first_details is None else reply.first_details
        words = [len(text.split()) for text in (reply.short or "", *(claim.text for claim in reply.details))]
        assert sum(words[: first + 1]) <= MOST_WORDS_FIRST, answer_id
        if first < len(reply.details):
            assert sum(words[: first + 2]) > MOST_WORDS_FIRST, answer_id


def test_nothing_is_left_out_of_the_whole_text(served: dict[str, Reply]):
    """Search, staff and the interface have it all; a text message begins it."""
    for reply in served.values():
        assert all(claim.text in reply.text for claim in reply.details)
        assert reply.read_first().split("\n\n")[0] in reply.text


def test_a_source_without_a_day_has_its_year(served: dict[str, Reply]):
    """As many public ones."""
    dates = {citation.published_on for reply in served.values() for citation in reply.citations}

    assert any(date is not None and len(date) == len("2021") for date in dates)
    assert None in dates
