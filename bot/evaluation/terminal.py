"""The figures as tables on the terminal, a bar for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.evaluation.baseline import Baseline, below_baseline
from bot.evaluation.figures import CALIBRATION_ERROR, Evaluation
from bot.evaluation.metrics import Share
from bot.evaluation.red_flags import BOTH, SignFigures

# Narrow enough that no figure is cut off on a terminal of 80 columns, which is what a log has.
_WIDTH = 5
_COLUMNS = ("value", "95 % interval", "count", "baseline")


def evaluation_table(evaluation: Evaluation, baseline: Baseline) -> Table:
    """Give the table of all figures; the baseline is empty where none holds."""
    table = _table("Frontdesk, measured through the whole road")
    for share in evaluation.shares:
        _add(table, share.name, share, baseline)
    error = evaluation.values[CALIBRATION_ERROR]
    if error is not None:
        failed = bool(below_baseline({CALIBRATION_ERROR: error}, _only(CALIBRATION_ERROR, baseline)))
        count = str(len(evaluation.measured.served))
        bar = _bar_text(CALIBRATION_ERROR, baseline)
        table.add_row(CALIBRATION_ERROR, _bar(error, failed=failed), f"{error:.3f}", "", count, bar)
    return table


def safety_table(ways: Mapping[str, Sequence[Share]], baseline: Baseline) -> Table:
    """Give the table of the figures of danger, by the floor, the model and both; the baseline holds for both."""
    table = _table("Danger, without Rasa")
    for way, shares in ways.items():
        for share in shares:
            _add(table, f"{share.name}, {way}", share, baseline if way == BOTH else {})
    return table


def signs_table(figures: Sequence[SignFigures]) -> Table:
    """Give the table of how well each sign is heard, the least heard first."""
    table = _table("Each sign, as the set names it (* is no sign of red_flags.yml)", *_COLUMNS[:3])
    for figure in figures:
        _add(table, figure.sign if figure.known else f"{figure.sign} *", figure.heard, None)
    return table


def shares_table(title: str, shares: Sequence[Share]) -> Table:
    """Give a table of figures that no baseline holds."""
    table = _table(title, *_COLUMNS[:3])
    for share in shares:
        _add(table, share.name, share, None)
    return table


def print_misses(console: Console, shares: Sequence[Share], most: int) -> None:
    """Print up to `most` misses of each figure, the surest first."""
    for share in shares:
        for outcome in share.misses[:most]:
            console.print(f"[{share.name}] {outcome.line}", markup=False)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("figure", no_wrap=True)
    table.add_column("", width=_WIDTH)
    for column in columns or _COLUMNS:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _add(table: Table, name: str, share: Share, baseline: Baseline | None) -> None:
    low, high = share.interval
    bounds = _only(share.name, baseline or {})
    failed = bool(below_baseline({share.name: share.value}, bounds))
    cells = [f"{share.value or 0:.3f}", f"{low:.3f} - {high:.3f}", f"{share.hits}/{share.total}"]
    if baseline is not None:
        cells.append(_bar_text(share.name, baseline))
    table.add_row(name, _bar(share.value or 0.0, failed=failed), *cells)


def _only(name: str, baseline: Baseline) -> Baseline:
    return {name: baseline[name]} if name in baseline else {}


def _bar(value: float, *, failed: bool) -> Text:
    full = round(value * _WIDTH)
    return Text("█" * full, "red" if failed else "green").append("░" * (_WIDTH - full), "dim")


def _bar_text(name: str, baseline: Baseline) -> str:
    bounds = baseline.get(name, {})
    return " ".join(f"{'≥' if kind == 'least' else '≤'} {bound:.3f}" for kind, bound in bounds.items())
