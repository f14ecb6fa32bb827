"""Small evaluations for the tests of figures, tables and the report."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.evaluation.baseline import Baseline
from bot.evaluation.calibration import Judged
from bot.evaluation.figures import Evaluation
from bot.evaluation.measure import Measured
from bot.evaluation.metrics import Outcome, Share
from bot.evaluation.red_flags import FIGURES
from bot.evaluation.report import Setup
from bot.evaluation.understanding import Reading

NASTY = """<script src="https://evil.example/x.js"></script> & "me" 'too'"""
TOPICS = ("cost", "safety")


def an_outcome(
    *, right: bool, text: str = "how much", confidence: float | None = None, group: str = "", number: str = "1"
) -> Outcome:
    """One item that went right or wrong."""
    return Outcome(id=number, text=text, wanted="a", got="b", right=right, confidence=confidence, group=group)


def a_share(name: str, *rights: bool, of_errors: bool = False, group: str = "", text: str = "how much") -> Share:
    """A figure over items that went right or wrong."""
    outcomes = [an_outcome(right=right, group=group, text=text, confidence=0.9) for right in rights]
    return Share(name=name, outcomes=outcomes, of_errors=of_errors)


def an_evaluation(*, text: str = "how much", cross_validated: Share | None = None) -> Evaluation:
    """Every figure measured, each with something right and something wrong."""
    flags = tuple(
        a_share(name, True, False, of_errors=name in {"false alarms", "needless checks"}, group="breathing", text=text)
        for name in FIGURES
    )
    shares = (
        a_share("topic right", True, True, False, text=text),
        a_share("answered with a wrong topic", True, True, False, of_errors=True, text=text),
        a_share("treatment right", True, False, text=text),
        a_share("both questions found", True, False, text=text),
        a_share("out of scope answered", True, False, of_errors=True, group="spam", text=text),
        a_share("facts answered and cited", True, False, text=text),
        a_share("single facts told", True, text=text),
        a_share("single facts told first of all", True, text=text),
        a_share("dialogue turns right", True, False, text=text),
    )
    measured = Measured(
        red_flags=flags,
        shares=shares,
        readings=(
            Reading(wanted="cost", got="cost"),
            Reading(wanted="cost", got="safety"),
            Reading(wanted="safety", got="clarify"),
        ),
        served=(Judged(confidence=0.9, right=True), Judged(confidence=0.6, right=False)),
    )
    return Evaluation(measured=measured, cross_validated=cross_validated)


def a_setup(*, baseline: Baseline | None = None, failures: tuple[str, ...] = ()) -> Setup:
    """What a report is read against."""
    return Setup(
        topics=TOPICS,
        signs=frozenset({"breathing"}),
        bands=(("asked back from", 0.15), ("answered from", 0.4)),
        baseline=baseline or {},
        failures=failures,
        made_at=datetime(2024, 3, 1, 12, 0, tzinfo=UTC),
        sets="two sets",
    )
