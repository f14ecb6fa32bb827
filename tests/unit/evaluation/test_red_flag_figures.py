"""Recall, false alarms and signs."""

from __future__ import annotations

from bot.evaluation.datasets import LabelledText
from bot.evaluation.red_flags import levels_of_layer, levels_of_road, red_flag_shares, sign_figures
from bot.reply import Reply
from bot.settings import ROOT
from bot.triage import Triage
from bot.vocabulary import ReplyKind
from tests.factories import EMERGENCY

ITEMS = [
    LabelledText(id="r1", text=EMERGENCY, label="emergency", sign="breathing"),
    LabelledText(id="r2", text="x", label="emergency", sign="breathing"),
    LabelledText(id="r3", text="x", label="same_day", sign="infection"),
    LabelledText(id="r4", text="x", label="same_day", sign=None),
    LabelledText(id="n1", text="how much is it", label=None),
    LabelledText(id="n2", text="x", label=None),
]


def hits(levels: list[str]) -> list[tuple[str, int, int]]:
    """Name, hits and total of each figure."""
    return [(share.name, share.hits, share.total) for share in red_flag_shares(ITEMS, levels)]


def test_graver_card_counts_as_found_and_a_milder_one_does_not():
    """Urgent is too little for an emergency; an emergency is enough for the same day; any card is a false alarm."""
    assert hits(["emergency", "urgent", "emergency", "nothing", "nothing", "urgent"]) == [
        ("emergency recall", 1, 2),
        ("same-day recall", 1, 2),
        ("false alarms", 1, 2),
    ]


def test_layer_alone_gives_the_level_of_its_card():
    """By the real file, without Rasa."""
    triage = Triage.from_file(ROOT / "data" / "knowledge" / "red_flags.yml")

    assert levels_of_layer(triage, [ITEMS[0], ITEMS[4]]) == ["emergency", "nothing"]


def test_road_gives_the_gravest_card_among_the_replies():
    """Whichever layer showed it."""
    urgent, emergency, answer = (
        Reply(kind=kind, text="x") for kind in (ReplyKind.URGENT, ReplyKind.EMERGENCY, ReplyKind.ANSWER)
    )

    assert levels_of_road([[answer], [answer, urgent], [urgent, emergency], []]) == [
        "nothing",
        "urgent",
        "emergency",
        "nothing",
    ]


def test_signs_are_counted_by_the_sets_names_the_least_found_first():
    """One that red_flags.yml does not know is marked; the second layer has a column of its own."""
    first = red_flag_shares(ITEMS, ["emergency", "urgent", "urgent", "nothing", "nothing", "nothing"])
    both = red_flag_shares(ITEMS, ["emergency", "emergency", "urgent", "nothing", "nothing", "nothing"])

    breathing, infection = sign_figures(first, both, frozenset({"breathing"}))

    assert (breathing.sign, breathing.known, breathing.first.value) == ("breathing", True, 0.5)
    assert breathing.both is not None
    assert breathing.both.value == 1.0
    assert (infection.sign, infection.known, infection.first.value) == ("infection", False, 1.0)


def test_without_rasa_the_second_column_is_empty():
    """Not measured is not nought."""
    first = red_flag_shares(ITEMS, ["nothing"] * 6)

    assert [figure.both for figure in sign_figures(first, None, frozenset())] == [None, None]
