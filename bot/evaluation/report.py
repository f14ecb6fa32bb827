"""The report of an evaluation: one HTML file that needs nothing from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.evaluation import pictures
from bot.evaluation.answers import FACTS_CITED, OUT_OF_SCOPE_ANSWERED, SINGLE_FACTS_TOLD, TURNS_RIGHT
from bot.evaluation.baseline import Baseline
from bot.evaluation.calibration import Bin, Judged, by_threshold, calibration_error, reliability
from bot.evaluation.cross_validation import judged_of, recall_of
from bot.evaluation.figures import CALIBRATION_ERROR, Evaluation
from bot.evaluation.metrics import Outcome, Share
from bot.evaluation.red_flags import sign_figures
from bot.evaluation.understanding import BOTH_FOUND, TOPIC_RIGHT, TREATMENT_RIGHT, WRONG_TOPIC, topic_figures

TEMPLATES = Path(__file__).with_name("templates")
WORST = 40
"""How many of the most confident wrong replies are listed."""
_THRESHOLDS = [step / 100 for step in range(101)]
_LISTED = (TOPIC_RIGHT, OUT_OF_SCOPE_ANSWERED, BOTH_FOUND, TREATMENT_RIGHT, TURNS_RIGHT, FACTS_CITED, SINGLE_FACTS_TOLD)


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What the figures are read against.

    Attributes:
        topics: The slugs of all topics, in their order.
        signs: The slugs of the signs of red_flags.yml.
        bands: The thresholds that were chosen: what each is called, and from which confidence on it holds.
        baseline: The bars; empty where none hold.
        failures: What fell below them, a sentence each.
        made_at: When this was measured.
        sets: Where the sets come from, in words.
    """

    topics: tuple[str, ...]
    signs: frozenset[str]
    bands: tuple[tuple[str, float], ...]
    baseline: Baseline
    failures: tuple[str, ...]
    made_at: datetime
    sets: str


@dataclass(frozen=True, kw_only=True)
class CalibrationView:
    """How far one source of confidences can be taken at its word."""

    title: str
    error: float
    bins: Sequence[Bin]
    reliability: Markup
    threshold: Markup


def write_report(path: Path, evaluation: Evaluation, setup: Setup) -> None:
    """Write the report.

    Args:
        path: The file; its folder is made where it is missing.
        evaluation: The figures.
        setup: What they are read against.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(evaluation, setup), encoding="utf-8")


def render(evaluation: Evaluation, setup: Setup) -> str:
    """Give the report as HTML; every text of a set is escaped."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["share"] = _share
    return environment.get_template("report.html").render(**_context(evaluation, setup))


def _context(evaluation: Evaluation, setup: Setup) -> dict[str, Any]:
    measured = evaluation.measured
    strays = evaluation.share(OUT_OF_SCOPE_ANSWERED)
    return {
        "setup": setup,
        "shares": evaluation.shares,
        "calibration_error": evaluation.values[CALIBRATION_ERROR],
        "calibration_name": CALIBRATION_ERROR,
        "served": len(measured.served),
        "red_flags": measured.red_flags,
        "signs": sign_figures(measured.red_flags, setup.signs),
        "confusion": _markup(pictures.confusion_picture(measured.readings, setup.topics))
        if measured.readings
        else None,
        "topics": topic_figures(measured.readings, setup.topics) if measured.readings else [],
        "cross_recall": recall_of(evaluation.cross_validated, setup.topics),
        "calibrations": _calibrations(evaluation, setup),
        "worst": _worst(evaluation),
        "most": WORST,
        "strays": _by_group(strays),
        "lists": [share for name in _LISTED if (share := evaluation.share(name)) is not None],
    }


def _calibrations(evaluation: Evaluation, setup: Setup) -> list[CalibrationView]:
    views = []
    served, asked = evaluation.measured.served, len(evaluation.measured.served)
    if served:
        views.append(_calibration("Replies that were served", "served", served, asked, setup))
    if evaluation.cross_validated is not None:
        judged = judged_of(evaluation.cross_validated)
        views.append(_calibration("Training examples, cross-validated", "crossed", judged, len(judged), setup))
    return views


def _calibration(title: str, name: str, judged: Sequence[Judged], asked: int, setup: Setup) -> CalibrationView:
    bins = reliability(judged)
    points = by_threshold(judged, asked, _THRESHOLDS)
    return CalibrationView(
        title=title,
        error=calibration_error(judged) or 0.0,
        bins=bins,
        reliability=_markup(pictures.reliability_picture(bins, f"{name}-reliability")),
        threshold=_markup(pictures.threshold_picture(points, setup.bands, f"{name}-threshold")),
    )


def _worst(evaluation: Evaluation) -> list[Outcome]:
    """Give the wrong answers, those the bot was surest of first."""
    shares = [evaluation.share(name) for name in (WRONG_TOPIC, OUT_OF_SCOPE_ANSWERED)]
    wrong = [outcome for share in shares if share is not None for outcome in share.misses]
    return sorted(wrong, key=lambda outcome: -(outcome.confidence or 0.0))[:WORST]


def _by_group(share: Share | None) -> list[Share]:
    if share is None:
        return []
    groups = dict.fromkeys(outcome.group for outcome in share.outcomes)
    return [
        Share(name=group, outcomes=[o for o in share.outcomes if o.group == group], of_errors=share.of_errors)
        for group in groups
    ]


def _share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"


def _markup(svg: str) -> Markup:
    # Drawn by ourselves from counts, topics' slugs and thresholds; no patient's word is in it.
    return Markup(svg)  # noqa: S704
