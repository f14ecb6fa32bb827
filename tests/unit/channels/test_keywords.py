"""STOP, START and HELP count only where a text is nothing else."""

from __future__ import annotations

import pytest

from bot.bootstrap import Services
from bot.channels.keywords import Keyword, keyword_of
from tests.unit.triage.triage_set import rows


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


@pytest.mark.parametrize(
    "text",
    ["remove my number", "Please delete my phone number.", "take this number off your records", "Borre mi número"],
)
def test_whoever_texts_that_their_number_is_to_go_gets_no_more_texts(services: Services, text: str) -> None:
    """Any reasonable way of saying so counts there; in the web chat it is a request on what is stored."""
    asked = services.opt_outs.asked_for(text)

    assert asked is not None
    assert asked.keyword is Keyword.STOP
    assert not asked.says_more


@pytest.mark.parametrize(
    "text", ["remove my bandage", "don't delete my number", "can you delete my number?", "my number"]
)
def test_other_words_on_numbers_stop_nothing(services: Services, text: str) -> None:
    """Nor does a question."""
    assert services.opt_outs.asked_for(text) is None


@pytest.mark.parametrize(
    ("text", "of_messages"),
    [
        ("these texts are stressful and I'd like them to end", True),
        ("ya no quiero sus mensajes", True),
        ("take me off this", False),
        ("I can't do this any more. No more messages please.", False),
        ("stop texting me, my chest feels strange", False),
    ],
)
def test_only_what_names_messages_and_nothing_else_may_be_misheard_as_danger(
    services: Services, text: str, of_messages: bool
) -> None:
    """A wish to end texts is no wish to end a life; whatever stands beside it may be one."""
    asked = services.opt_outs.asked_for(text)

    assert asked is not None
    assert asked.of_messages is of_messages


def test_no_report_of_danger_is_taken_for_a_wish_about_messages(services: Services) -> None:
    """Of all those that the look for danger is measured by: each keeps its card."""
    asked = {row.id: services.opt_outs.asked_for(row.text) for row in rows("red_flags.tsv")}

    assert len(asked) > 300
    assert [name for name, opt_out in asked.items() if opt_out is not None and opt_out.of_messages] == []
