"""Measures growth: `python -m bench.growth soak`, `live`, `stored` or `edges`, each with a table in bench/results."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

from bench import machine, picture
from bench.faults.processes import Running, running
from bench.growth.load import Idle, Load, send
from bench.growth.stored import fill
from bench.measures import markdown_table, number_in
from bench.terminal import say, show
from bot.cli.steps import Steps
from bot.errors import FrontdeskError
from bot.settings import ROOT, load_settings

_RESULTS = ROOT / "bench" / "results"
_PARTS = 10
"""Of a soak, each of which is a row."""
_WARM_SECONDS = 8.0
_LATENCIES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
_BOTH = ("one edge, one Rasa, SQLite", "two edges, two Rasas, PostgreSQL")
_MEMORY = ("memory in MB: all", "edge", "rasa", "actions")
_WAITS, _MEMORY_TITLE = "wait (ms)", "memory (MB)"
Row = list[str]


@dataclass(frozen=True, kw_only=True)
class Table:
    """What was measured, and how it is drawn."""

    title: str
    head: Row
    rows: list[Row]
    panels: Sequence[picture.Panel]
    note: str = ""


def main(arguments: list[str] | None = None) -> int:
    """Measure one thing, show the table, write it."""
    options = _options(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="bench-growth-", dir=options.scratch) as scratch:
            table = _MEASURES[options.what](options, Path(scratch))
    except FrontdeskError as error:
        sys.stderr.write(f"bench.growth: {error}\n")
        return 1
    text, name = _page(table, options), f"growth-{options.what}"
    show(text)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / f"{name}.md").write_text(text, encoding="utf-8")
    picture.draw(table.panels, options.out / f"{name}.png")
    say(f"written to {options.out}: {name}.md, {name}.png")
    return 0


def _soak(options: argparse.Namespace, scratch: Path) -> Table:
    """One Frontdesk for a long time, at the same pace all along."""
    head = ["minutes", *_head(), *_MEMORY]
    rows: list[Row] = []
    part = options.seconds = options.minutes * 60 / _PARTS
    with running(load_settings(), options.database, scratch, Steps()) as frontdesk:
        _warm_up(frontdesk)
        for number in range(1, _PARTS + 1):
            load = send(frontdesk.addresses, senders=options.senders, seconds=part, pace=options.pace)
            rows.append([f"{number * part / 60:.1f}", *_shown(load), *_memory(frontdesk)])
            _tell(head, rows)
    return _table(f"Soak of {options.minutes:g} minutes", head, rows, {_WAITS: _waits(), _MEMORY_TITLE: _MEMORY})


def _live(options: argparse.Namespace, scratch: Path) -> Table:
    """More and more browsers that have the chat open, with the same few who write."""
    head = ["idle live connections", *_head(), *_MEMORY]
    rows: list[Row] = []
    with running(load_settings(), options.database, scratch, Steps()) as frontdesk:
        _warm_up(frontdesk)
        idle = Idle(frontdesk.addresses[0])
        for number in options.live:
            idle.grow_to(number)
            say(f"{idle.alive()} of {number} connections are open")
            load = send(frontdesk.addresses, senders=options.senders, seconds=options.seconds, pace=options.pace)
            rows.append([str(idle.alive()), *_shown(load), *_memory(frontdesk)])
            _tell(head, rows)
        idle.close()
    return _table("Idle live connections", head, rows, {_WAITS: _waits(), _MEMORY_TITLE: _MEMORY})


def _stored(options: argparse.Namespace, scratch: Path) -> Table:
    """Stores of several sizes, each with a Frontdesk of its own, measured in turns in one run."""
    head = ["conversations stored", *_head()]
    with ExitStack() as all_of_them:
        started = []
        for number in options.stored:
            folder = scratch / str(number)
            folder.mkdir()
            filled = partial(fill, conversations=number)
            started.append(all_of_them.enter_context(running(load_settings(), None, folder, Steps(), fill=filled)))
        loads = _in_turns(options, started, senders=1)
    rows = [[f"{number:,}", *_shown(load)] for number, load in zip(options.stored, loads, strict=True)]
    ratio = loads[-1].milliseconds(0.5) / loads[0].milliseconds(0.5)
    note = f"p50 of the last beside the first: {ratio:.2f}"
    return _table("Conversations stored, one sender", head, rows, {_WAITS: _waits()}, note=note, log=True)


def _edges(options: argparse.Namespace, scratch: Path) -> Table:
    """One of each process on SQLite beside two edges and two Rasas on PostgreSQL, measured in turns in one run."""
    if options.database is None:
        raise FrontdeskError("Give an empty PostgreSQL that may be filled and thrown away: --database ADDRESS.")
    head, rows = ["what", "senders", *_head()], []
    numbers = (1, options.senders)
    with ExitStack() as both:
        started = []
        for name, url in (("sqlite", None), ("postgresql", options.database)):
            (scratch / name).mkdir()
            started.append(both.enter_context(running(load_settings(), url, scratch / name, Steps())))
        for senders in numbers:
            for name, load in zip(_BOTH, _in_turns(options, started, senders=senders), strict=True):
                rows.append([name, str(senders), *_shown(load)])
    panels = [
        picture.Panel(
            title=title,
            across=[str(number) for number in numbers],
            label="senders at once",
            series={name: [number_in(row[head.index(column)]) for row in rows if row[0] == name] for name in _BOTH},
        )
        for title, column in (("wait, median (ms)", "p50 in ms"), ("messages/s", "messages/s"))
    ]
    title = "Two of each on PostgreSQL beside one on SQLite"
    return Table(title=title, head=head, rows=rows, panels=panels, note=_beside(head, rows))


def _beside(head: Row, rows: list[Row]) -> str:
    """Say what two of each come to beside one, for each number of senders: rows stand in pairs."""
    lines = []
    for one, two in zip(rows[::2], rows[1::2], strict=True):
        p50, rate = (
            (number_in(two[head.index(name)]) or 0.0) / (number_in(one[head.index(name)]) or 1.0)
            for name in ("p50 in ms", "messages/s")
        )
        lines.append(f"{one[1]} senders: {p50:.2f} times the median, {rate:.2f} times the messages.")
    return "Two of each on PostgreSQL beside one on SQLite, with " + " ".join(lines)


_MEASURES: dict[str, Callable[[argparse.Namespace, Path], Table]] = {
    "soak": _soak,
    "live": _live,
    "stored": _stored,
    "edges": _edges,
}


def _in_turns(options: argparse.Namespace, started: list[Running], *, senders: int) -> list[Load]:
    """Load one after the other, several times round, so that what else the machine does meets them alike."""
    found: list[list[Load]] = [[] for _ in started]
    for frontdesk in started:
        _warm_up(frontdesk)
    for turn in range(options.rounds):
        for place, frontdesk in enumerate(started):
            load = send(frontdesk.addresses, senders=senders, seconds=options.seconds / options.rounds)
            found[place].append(load)
            say(f"round {turn + 1}: {load.milliseconds(0.5):.1f} ms, {load.per_second:.1f} messages/s")
    return [
        Load(
            waits=[wait for load in loads for wait in load.waits],
            failed=sum(load.failed for load in loads),
            seconds=sum(load.seconds for load in loads),
        )
        for loads in found
    ]


def _warm_up(frontdesk: Running) -> None:
    send(frontdesk.addresses, senders=len(frontdesk.addresses), seconds=_WARM_SECONDS)


def _head() -> Row:
    return ["messages", "messages/s", *(f"{name} in ms" for name in _LATENCIES), "failed", "load average"]


def _shown(load: Load) -> Row:
    latencies = (f"{load.milliseconds(share):.0f}" for share in _LATENCIES.values())
    return [str(len(load.waits)), f"{load.per_second:.1f}", *latencies, str(load.failed), f"{machine.load():.1f}"]


def _memory(frontdesk: Running) -> Row:
    found = dict.fromkeys(("edge", "rasa", "actions"), 0.0)
    for child in frontdesk.supervisor.children:
        if child.process is not None:
            found[child.program.name.partition("-")[0]] += machine.proportional_mb(child.process.pid)
    return [f"{sum(found.values()):.0f}", *(f"{megabytes:.0f}" for megabytes in found.values())]


def _tell(head: Row, rows: list[Row]) -> None:
    say(", ".join(f"{name}: {value}" for name, value in zip(head, rows[-1], strict=True)))


def _waits() -> list[str]:
    return [f"{name} in ms" for name in _LATENCIES]


def _table(
    title: str,
    head: Row,
    rows: list[Row],
    panels: Mapping[str, Sequence[str]],
    *,
    note: str = "",
    log: bool = False,
) -> Table:
    drawn = picture.of_table(head, rows, panels, log=log)
    return Table(title=title, head=head, rows=rows, panels=drawn, note=note)


def _page(table: Table, options: argparse.Namespace) -> str:
    date = datetime.now(tz=timezone.utc).date().isoformat()
    note = f"\n{table.note}\n" if table.note else ""
    return f"""# {table.title}

{markdown_table(table.head, table.rows)}
{note}
![The same, drawn](growth-{options.what}.png)

{machine.description()}, {date}, {options.seconds:.0f} s a row. By `python -m bench.growth {options.what}`.
"""


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("what", choices=sorted(_MEASURES))
    parser.add_argument(
        "--database", help="an empty PostgreSQL, for two edges and two Rasas; else SQLite and one of each"
    )
    parser.add_argument("--minutes", type=float, default=15.0, help="how long the soak lasts")
    parser.add_argument("--seconds", type=float, default=40.0, help="how long each other row is measured")
    parser.add_argument("--rounds", type=int, default=4, help="in how many turns what is compared is loaded")
    parser.add_argument("--senders", type=int, default=8)
    parser.add_argument("--pace", type=float, default=20.0, help="messages a second, all senders together")
    parser.add_argument("--live", type=int, nargs="+", default=[0, 500, 1000, 2000])
    parser.add_argument("--stored", type=int, nargs="+", default=[100, 100_000, 1_000_000])
    parser.add_argument("--out", type=Path, default=_RESULTS)
    parser.add_argument("--scratch", type=Path, help="where the databases are put for a while; by default the system's")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
