"""Recall, false alarms and signs."""

from __future__ import annotations

from bot.evaluation.datasets import LabelledText
from bot.evaluation.red_flags import FIGURES, WAYS, levels_of_layers, levels_of_road, red_flag_shares, sign_figures
from bot.reply import Reply
from bot.settings import ROOT
from bot.triage import Triage
from bot.triage.content import read_rulebook
from bot.triage.danger_model import Reading
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
        ("danger heard", 3, 4),
        ("false alarms", 1, 2),
        ("needless checks", 0, 2),
    ]


def test_a_check_is_heard_but_no_card():
    """And asked in vain where there is no danger, which is no false alarm."""
    assert hits(["safety_check", "nothing", "safety_check", "urgent", "safety_check", "nothing"]) == [
        ("emergency recall", 0, 2),
        ("same-day recall", 1, 2),
        ("danger heard", 3, 4),
        ("false alarms", 0, 2),
        ("needless checks", 1, 2),
    ]


def test_every_figure_has_its_name():
    """By which the baseline asks for it."""
    assert tuple(share.name for share in red_flag_shares(ITEMS, ["nothing"] * len(ITEMS))) == FIGURES


class Doubting:
    """A model that is in doubt about two questions, and calm about everything else."""

    def read(self, text: str) -> Reading:
        """Give the doubt."""
        danger = 0.4 if text in {"how much is it", EMERGENCY} else 0.0
        return Reading(danger=danger, emergency=danger, crisis=0.0, sign="")


def test_each_way_gives_what_it_alone_makes_of_a_text():
    """By the clinic's phrases: what they hear makes a card of the model's doubt, and its doubt alone is a check."""
    triage = Triage(read_rulebook(ROOT / "data" / "knowledge" / "red_flags.yml"), Doubting())

    assert levels_of_layers(triage, [ITEMS[0], ITEMS[4], ITEMS[5]]) == {
        "floor": ["emergency", "nothing", "nothing"],
        "model": ["safety_check", "safety_check", "nothing"],
        "both": ["emergency", "safety_check", "nothing"],
    }


def test_the_projects_own_model_is_measured_in_every_way(triage: Triage):
    """A text has one outcome by each."""
    levels = levels_of_layers(triage, ITEMS)

    assert tuple(levels) == WAYS
    assert {len(found) for found in levels.values()} == {len(ITEMS)}
    assert levels["both"][0] == "emergency"


def test_road_gives_the_gravest_card_among_the_replies():
    """Or the check, where there is no card."""
    urgent, emergency, answer, check = (
        Reply(kind=kind, text="x")
        for kind in (ReplyKind.URGENT, ReplyKind.EMERGENCY, ReplyKind.ANSWER, ReplyKind.SAFETY_CHECK)
    )

    assert levels_of_road([[answer], [answer, urgent], [urgent, emergency], [], [answer, check], [check, urgent]]) == [
        "nothing",
        "urgent",
        "emergency",
        "nothing",
        "safety_check",
        "urgent",
    ]


def test_signs_are_counted_by_the_sets_names_the_least_heard_first():
    """By cards and checks; one that red_flags.yml does not know is marked."""
    shares = red_flag_shares(ITEMS, ["safety_check", "nothing", "urgent", "nothing", "nothing", "urgent"])

    breathing, infection = sign_figures(shares, frozenset({"breathing"}))

    assert (breathing.sign, breathing.known, breathing.heard.hits, breathing.heard.total) == ("breathing", True, 1, 2)
    assert (infection.sign, infection.known, infection.heard.value) == ("infection", False, 1.0)


def test_without_figures_there_are_no_signs():
    """Such as where a folder holds no red flags."""
    assert sign_figures([], frozenset({"breathing"})) == []
