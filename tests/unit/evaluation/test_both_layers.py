"""The two layers together and apart: what each finds, and what raises although nothing is wrong."""

from __future__ import annotations

from bot.bootstrap import Services
from bot.evaluation.both_layers import both_layer_shares
from bot.evaluation.datasets import Datasets, LabelledText, TopicQuestion
from bot.vocabulary import Intents
from tests.factories import EMERGENCY, URGENT
from tests.fakes import FakeRasa

SUBTLE, SUBTLE_TODAY, MISSED = "grandpa talks to the curtains", "it weeps a bit", "it is what it is"


def _sets() -> Datasets:
    labelled = [
        (EMERGENCY, "emergency"),
        (SUBTLE, "emergency"),
        (MISSED, "emergency"),
        (URGENT, "same_day"),
        (SUBTLE_TODAY, "same_day"),
        ("is it safe?", None),
        ("dying to know the price", None),
    ]
    question = TopicQuestion(
        id="q", text="what is prp?", topics=("definition",), treatments=frozenset(), both_wanted=False
    )
    return Datasets(
        questions=(question,),
        out_of_scope=(),
        red_flags=tuple(LabelledText(id=str(n), text=t, label=level) for n, (t, level) in enumerate(labelled)),
        dialogues=(),
        facts=(),
    )


async def test_either_layer_counts_and_what_the_second_adds_is_told(services: Services, rasa: FakeRasa):
    """Hits and totals of every row."""
    rasa.reports = {
        SUBTLE: Intents.REPORT_EMERGENCY,
        SUBTLE_TODAY: Intents.REPORT_URGENT,
        "dying to know the price": Intents.REPORT_CRISIS,
    }

    shares = {share.name: (share.hits, share.total) for share in await both_layer_shares(services, _sets())}

    assert shares == {
        "both layers: emergency recall": (2, 3),
        "both layers: same-day recall": (2, 2),
        "second layer alone: recall": (2, 5),
        "missed by the rules, caught by the second layer": (2, 3),
        "both layers: false alarms": (1, 2),
        "both layers: false alarms on questions": (0, 1),
    }
