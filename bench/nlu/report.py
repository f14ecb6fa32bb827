"""The table of the understanding benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.measures import markdown_table, mean
from bench.nlu.pipelines import PIPELINES

_HEADER = (
    *("set", "pipeline", "top 1", "top 3", "OOS AUROC"),
    *("parse p50, ms", "of it CPU", "training, s", "CPU s", "peak MB", "load"),
)


@dataclass(frozen=True, kw_only=True)
class Result:
    """One pipeline on one set.

    Attributes:
        key: The set's name on the command line.
        title: Its name in the table.
        pipeline: `ours` or `stock`.
        top1: Share of in-scope sentences whose first intent is right.
        top3: Share of those with the right one among the first three.
        auroc: How well the first intent's confidence tells in scope from out of scope.
        parse_ms: Median for 12 words on one core.
        parse_cpu_ms: What of it the processor worked, whatever else the machine did.
        train_seconds: Training, from reading the files to the written model.
        train_cpu_seconds: Time of the processor for it, all threads together.
        peak_mb: The most memory it held, training included.
        load: The machine's load when it began.
        examples: Training examples.
        intents: Their intents.
        asked: In-scope sentences of the test.
        outside: Those out of scope.
    """

    key: str
    title: str
    pipeline: str
    top1: float
    top3: float
    auroc: float
    parse_ms: float
    parse_cpu_ms: float
    train_seconds: float
    train_cpu_seconds: float
    peak_mb: float
    load: float
    examples: int
    intents: int
    asked: int
    outside: int


def table(results: Sequence[Result]) -> str:
    """Return a row for each result, and the mean of the HINT3 sets that both pipelines were trained on."""
    rows = [_row(result) for result in results]
    hint3 = {name: [r for r in results if r.pipeline == name and r.key != "clinc150"] for name in PIPELINES}
    if len(hint3["ours"]) > 1 and len(hint3["ours"]) == len(hint3["stock"]):
        means = {name: [mean(column) for column in zip(*map(_figures, hint3[name]), strict=True)] for name in PIPELINES}
        title = f"mean of the {len(hint3['ours'])} HINT3 sets"
        rows += [(title, PIPELINES[name], *_cells(means[name]), "", "") for name in PIPELINES]
        gains = [f"{ours - stock:+.1f}" for ours, stock in zip(means["ours"][:3], means["stock"][:3], strict=True)]
        rows.append(("difference, points", "", *gains, *[""] * 6))
    return markdown_table(_HEADER, rows)


def sizes(results: Sequence[Result]) -> str:
    """Return how large each set is."""
    header = ("set", "training examples", "intents", "asked in scope", "asked out of scope")
    seen = {result.key: result for result in results}
    rows = [(r.title, str(r.examples), str(r.intents), str(r.asked), str(r.outside)) for r in seen.values()]
    return markdown_table(header, rows)


def page(results: Sequence[Result], *, machine: str, date: str) -> str:
    """Return the page for bench/results/nlu.md.

    Args:
        results: All that was measured.
        machine: What it was measured on.
        date: When.
    """
    return f"""# Understanding, measured on public sets

Written by `python -m bench.nlu` on {date}; [docs/benchmarks.md](../../docs/benchmarks.md) explains it.

{table(results)}

Top 1 and top 3: percent of in-scope sentences with the right intent first, or among the first three, whatever the
confidence. OOS AUROC: how well the confidence of the first intent tells in-scope sentences from out-of-scope ones, in
percent (50 is chance). Parse: one call of Rasa's `parse_message` with 12 words, on one core. Training: Rasa's
`train_nlu` with an empty cache, on all cores. Both pipelines of a set were run one right after the other; "load" is
the machine's load average when each began. Times by the clock are inflated by whatever of it was not ours; the columns
of CPU time hardly are. Nothing out of scope was trained on.

{sizes(results)}

Machine: {machine}.
"""


def _row(result: Result) -> tuple[str, ...]:
    return (
        result.title,
        PIPELINES[result.pipeline],
        *_cells(_figures(result)),
        f"{result.peak_mb:.0f}",
        f"{result.load:.1f}",
    )


def _figures(result: Result) -> list[float]:
    shares = [100 * share for share in (result.top1, result.top3, result.auroc)]
    return [*shares, result.parse_ms, result.parse_cpu_ms, result.train_seconds, result.train_cpu_seconds]


def _cells(figures: Sequence[float]) -> list[str]:
    return [f"{figure:.1f}" for figure in figures]
