"""STOP, START and HELP count only where a text is nothing else."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.channels.keywords import Keyword, keyword_of


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("STOP", Keyword.STOP),
        (" stop. ", Keyword.STOP),
        ("Stop!!!", Keyword.STOP),
        ('"STOP"', Keyword.STOP),
        ("Stop \U0001f6d1", Keyword.STOP),
        ("\uff33\uff34\uff2f\uff30", Keyword.STOP),
        ("\u200bstop\u200b", Keyword.STOP),
        ("\U0001d412\U0001d413\U0001d40e\U0001d40f", Keyword.STOP),
        ("ST\u041eP", Keyword.STOP),
        ("STOPALL", Keyword.STOP),
        ("unsubscribe", Keyword.STOP),
        ("Cancel", Keyword.STOP),
        ("end", Keyword.STOP),
        ("QUIT", Keyword.STOP),
        ("Alto", Keyword.STOP),
        ("START", Keyword.START),
        ("unstop", Keyword.START),
        ("Yes.", Keyword.YES),
        ("help?", Keyword.HELP),
    ],
)
def test_a_keyword_alone_counts(text: str, keyword: Keyword):
    """Whatever its case, punctuation and what phones put around it."""
    assert keyword_of(text) is keyword


@pytest.mark.parametrize(
    "text",
    [
        "it won't stop bleeding",
        "stop, I can't breathe",
        "please make the pain stop",
        "Stop?! It hurts",
        "st.op",
        "s t o p",
        "stop stop",
        "cancel my visit",
        "when does it end",
        "help me",
        "yes please",
        "stopped",
        "",
        "\U0001f6d1",
    ],
)
def test_a_keyword_among_other_words_does_not(text: str):
    """A patient who writes more wants to say something."""
    assert keyword_of(text) is None


@pytest.mark.parametrize("text", ["it won't stop bleeding", "stop, I can't breathe", "stop it I can't breathe"])
def test_danger_with_stop_in_it_gets_its_card(services: Services, text: str):
    """Before anything else is made of it."""
    assert services.receive.card_for(text) is not None
