"""Measures growth: `python -m bench.growth soak`, `live`, `stored` or `edges`, each with a table in bench/results."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

from bench import machine
from bench.faults.processes import Running, running
from bench.growth.load import Idle, Load, send
from bench.growth.stored import fill
from bench.terminal import say, show
from bot.cli.steps import Steps
from bot.errors import FrontdeskError
from bot.settings import ROOT, load_settings

_RESULTS = ROOT / "bench" / "results"
_PARTS = 10
"""Of a soak, each of which is a row."""
_WARM_SECONDS = 8.0
_LATENCIES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
Row = list[str]


def main(arguments: list[str] | None = None) -> int:
    """Measure one thing, show the table, write it."""
    options = _options(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="bench-growth-", dir=options.scratch) as scratch:
            text = _MEASURES[options.what](options, Path(scratch))
    except FrontdeskError as error:
        sys.stderr.write(f"bench.growth: {error}\n")
        return 1
    date = datetime.now(tz=timezone.utc).date().isoformat()
    page = f"{text}\n\n{machine.description()}, {date}, {options.seconds:.0f} s a row.\n"
    show(page)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / f"growth-{options.what}.md").write_text(page, encoding="utf-8")
    return 0


def _soak(options: argparse.Namespace, scratch: Path) -> str:
    """One Frontdesk for a long time, at the same pace all along."""
    head = ["minutes", *_head(), "memory in MB: all", "edge", "rasa", "actions"]
    rows = []
    part = options.seconds = options.minutes * 60 / _PARTS
    with running(load_settings(), options.database, scratch, Steps()) as frontdesk:
        _warm_up(frontdesk)
        for number in range(1, _PARTS + 1):
            load = send(frontdesk.addresses, senders=options.senders, seconds=part, pace=options.pace)
            rows.append([f"{number * part / 60:.1f}", *_shown(load), *_memory(frontdesk)])
            _tell(head, rows)
    return _table(f"Soak of {options.minutes:g} minutes", head, rows)


def _live(options: argparse.Namespace, scratch: Path) -> str:
    """More and more browsers that have the chat open, with the same few who write."""
    head = ["idle live connections", *_head(), "memory in MB: all", "edge", "rasa", "actions"]
    rows = []
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
    return _table("Idle live connections", head, rows)


def _stored(options: argparse.Namespace, scratch: Path) -> str:
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
    return _table("Conversations stored, one sender", head, rows) + f"\n\np50 of the last beside the first: {ratio:.2f}"


def _edges(options: argparse.Namespace, scratch: Path) -> str:
    """One of each process on SQLite beside two edges and two Rasas on PostgreSQL, measured in turns in one run."""
    if options.database is None:
        raise FrontdeskError("Give an empty PostgreSQL that may be filled and thrown away: --database ADDRESS.")
    rows = []
    with ExitStack() as both:
        started = []
        for name, url in (("sqlite", None), ("postgresql", options.database)):
            (scratch / name).mkdir()
            started.append(both.enter_context(running(load_settings(), url, scratch / name, Steps())))
        for senders in (1, options.senders):
            names = ("one edge, one Rasa, SQLite", "two edges, two Rasas, PostgreSQL")
            for name, load in zip(names, _in_turns(options, started, senders=senders), strict=True):
                rows.append([name, str(senders), *_shown(load)])
    return _table("Two of each on PostgreSQL beside one on SQLite", ["what", "senders", *_head()], rows)


_MEASURES: dict[str, Callable[[argparse.Namespace, Path], str]] = {
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


def _table(title: str, head: Row, rows: list[Row]) -> str:
    def lines() -> Iterator[Row]:
        yield head
        yield ["---"] * len(head)
        yield from rows

    return f"# {title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines())


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
