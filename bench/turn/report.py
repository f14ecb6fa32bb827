"""The table of the turn benchmark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.measures import markdown_table, mean, percentile
from bench.turn.rounds import EARLY, LATE, SENDERS, SHORT_TURNS, Figures
from bench.turn.starts import Start


@dataclass(frozen=True, kw_only=True)
class Measured:
    """All that is shown of one server.

    Attributes:
        name: Its column.
        figures: Times of turns.
        memory: Resident memory of each process after the last round, in MB.
        shared_out: The memory of all of them with each page shared out among the processes that have it (PSS), in MB.
        ready_seconds: From start to ready.
        train_seconds: Training.
        held: How many conversations were held after that, to see what memory does.
        memory_after: Resident memory of each process after them.
        starts: `up`, the first time and the second; only Frontdesk has it.
    """

    name: str
    figures: Figures
    memory: Mapping[str, float]
    shared_out: float
    ready_seconds: float
    train_seconds: float
    held: int = 0
    memory_after: Mapping[str, float] = field(default_factory=dict)
    starts: tuple[Start, Start] | None = None

    @property
    def single(self) -> list[float]:
        """All turns with one sender."""
        return [ms for times in self.figures.single for ms in times]


def table(ours: Measured, stock: Measured) -> str:
    """Return a row for each measure, a column for each server."""
    columns = [_column(one) for one in (ours, stock)]
    rows = [(name, columns[0][name], columns[1].get(name, "")) for name in columns[0]]
    return markdown_table(("measure", ours.name, stock.name), rows)


def page(ours: Measured, stock: Measured, *, machine: str, loads: tuple[float, float], date: str) -> str:
    """Return the page for bench/results/turn.md.

    Args:
        ours: Frontdesk.
        stock: Rasa.
        machine: What it was measured on.
        loads: The machine's load before anything was started, and after the last round.
        date: When.
    """
    parts, parts_after = (
        ", ".join(f"{name} {mb:.0f}" for name, mb in memory.items()) for memory in (ours.memory, ours.memory_after)
    )
    rounds = len(ours.figures.single)
    return f"""# A whole turn, measured

Written by `python -m bench.turn` on {date}; [docs/benchmarks.md](../../docs/benchmarks.md) explains it.

{table(ours, stock)}

![Times, throughput, memory and start, Frontdesk beside stock Rasa](turn.png)

Both were trained and served in this run, up at the same time and loaded in turns, {rounds} rounds each: a load from
elsewhere falls on both. A turn of Frontdesk goes through the edge: stored, checked for red flags, understood by Rasa,
answered from the store by the actions, stored again. A turn of stock Rasa is a small-talk message to the project that
`rasa init` makes, with no store, no actions and no knowledge behind it. Turn 5 is the median of turns
{EARLY.start} to {EARLY.stop - 1}, turn 500 that of turns {LATE.start} to {LATE.stop - 1} of the same conversations.
The processor time is that of all processes of the server; what else the machine does hardly changes it.
Memory of Frontdesk by process, in MB, after the rounds: {parts};
after {ours.held} more conversations of {SHORT_TURNS} turns: {parts_after}. With it comes the process that watches over
them. The starts are those of `./frontdesk up` with environments and model in place, to the page and to a first answer.

Machine: {machine}; sender and servers share it. Load average before the start {loads[0]:.1f}, after the last round
{loads[1]:.1f} (the latter is mostly this benchmark).
"""


def _column(one: Measured) -> dict[str, str]:
    figures = one.figures
    medians = [percentile(times, 0.5) for times in figures.single]
    early, late = figures.turn(EARLY), figures.turn(LATE)
    column = {
        "one sender, p50, ms": _ms(percentile(one.single, 0.5)),
        "one sender, p95, ms": _ms(percentile(one.single, 0.95)),
        "one sender, p50 of each round, ms": " / ".join(_ms(median) for median in medians),
        "one sender, processor time of a turn, ms": _ms(mean(figures.cpu)),
        f"{SENDERS} senders, messages/s": _ms(mean(figures.per_second)),
        f"{SENDERS} senders, p50, ms": _ms(percentile(figures.crowd, 0.5)),
        f"{SENDERS} senders, p95, ms": _ms(percentile(figures.crowd, 0.95)),
        "turn 5, p50, ms": _ms(early),
        "turn 500, p50, ms": _ms(late),
        "turn 500 against turn 5": f"{late / early:.2f}" if early and late else "",
        "resident memory, all processes, MB": f"{sum(one.memory.values()):.0f}",
        "the same, shared pages counted once (PSS), MB": f"{one.shared_out:.0f}",
        "time to ready, s": _ms(one.ready_seconds),
        "training, s": _ms(one.train_seconds),
        "turns measured": str(len(one.single) + len(figures.crowd) + sum(map(len, figures.long))),
        "turns without an answer": str(figures.unanswered),
    }
    if one.memory_after:
        column[f"the same after {one.held} more conversations, MB"] = f"{sum(one.memory_after.values()):.0f}"
    for name, start in zip(("first", "second"), one.starts or (), strict=False):
        column[f"{name} start: chat page, s"] = _ms(start.serving)
        column[f"{name} start: first answer, s"] = _ms(start.answered)
        column[f"{name} start: memory of the watching process, MB"] = _ms(start.watcher_mb)
    return column


def _ms(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
