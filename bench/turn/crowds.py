"""Turns with more and more senders at once: how long they take, how many a second, what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.growth.load import Load, send_by
from bench.measures import markdown_table, number_in
from bench.picture import Panel, draw
from bench.terminal import say
from bench.turn.servers import Server

NUMBERS = (1, 2, 4, 8, 16, 32, 64)
_NAMES = ("Frontdesk", "stock Rasa")
_HEAD = (
    "senders",
    "server",
    "messages",
    "messages/s",
    "p50, ms",
    "p95, ms",
    "p99, ms",
    "processor, ms a message",
    "memory by process, MB",
    "failed",
    "p50 beside stock",
    "messages/s beside stock",
)
_SHARES = (0.5, 0.95, 0.99)


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """What so many senders met with at one server.

    Attributes:
        senders: How many.
        load: What they sent.
        cpu: Processor time of a message in ms, all processes of the server; None without a message.
        memory: Resident memory of each process afterwards, in MB.
    """

    senders: int
    load: Load
    cpu: float | None
    memory: str


def measure(
    servers: Sequence[tuple[Server, Sequence[str]]], *, numbers: Sequence[int], seconds: float
) -> list[tuple[Crowd, ...]]:
    """Load the servers in turns with each number of senders.

    Args:
        servers: Each with what is said to it.
        numbers: How many senders at a time.
        seconds: How long each server is loaded with each number.
    """
    found = []
    for senders in numbers:
        say(f"{senders} senders at once, {seconds:.0f} s each")
        found.append(tuple(_crowd(server, messages, senders, seconds) for server, messages in servers))
    return found


def page(crowds: Sequence[tuple[Crowd, ...]], *, machine: str, date: str, seconds: float) -> str:
    """Return the page for bench/results/turn-senders.md."""
    return f"""# Turns with 1 to {crowds[-1][0].senders} senders

Written by `python -m bench.turn` on {date}; [docs/benchmarks.md](../../docs/benchmarks.md) explains it.

{markdown_table(_HEAD, _rows(crowds))}

![Wait and messages a second over the number of senders, Frontdesk beside stock Rasa](turn-senders.png)

Both servers were up in this run and loaded in turns, {seconds:.0f} s with each number of senders. A sender waits for
the reply before the next message. Memory is resident memory, where pages that processes share count for each.

Machine: {machine}; senders and servers share it.
"""


def picture(crowds: Sequence[tuple[Crowd, ...]], path: Path) -> None:
    """Draw the waits and the messages a second over the number of senders."""
    rows, across = _rows(crowds), [float(both[0].senders) for both in crowds]

    def column(name: str) -> dict[str, list[float | None]]:
        place = _HEAD.index(name)
        return {server: [number_in(row[place]) for row in rows if row[1] == server] for server in _NAMES}

    def panel(name: str, title: str) -> Panel:
        return Panel(title=title, across=across, label="senders at once", series=column(name), log=True)

    draw(
        [
            panel("p50, ms", "wait, median (ms), less is better"),
            panel("p95, ms", "wait, 95 % (ms), less is better"),
            panel("messages/s", "messages/s, more is better"),
        ],
        path,
    )


def _crowd(server: Server, messages: Sequence[str], senders: int, seconds: float) -> Crowd:
    before = server.cpu_seconds()
    load = send_by([server.opener], messages, senders=senders, seconds=seconds)
    worked = server.cpu_seconds() - before
    return Crowd(
        senders=senders,
        load=load,
        cpu=worked * 1000 / len(load.waits) if load.waits else None,
        memory=", ".join(f"{name} {megabytes:.0f}" for name, megabytes in server.resident_mb().items()),
    )


def _rows(crowds: Sequence[tuple[Crowd, ...]]) -> list[tuple[str, ...]]:
    return [
        (
            str(crowd.senders),
            name,
            str(len(crowd.load.waits)),
            f"{crowd.load.per_second:.1f}",
            *(_milliseconds(crowd.load, share) for share in _SHARES),
            "" if crowd.cpu is None else f"{crowd.cpu:.1f}",
            crowd.memory,
            str(crowd.load.failed),
            *(_beside(crowd.load, both[-1].load) if crowd is not both[-1] else ("", "")),
        )
        for both in crowds
        for name, crowd in zip(_NAMES, both, strict=True)
    ]


def _milliseconds(load: Load, share: float) -> str:
    return f"{load.milliseconds(share):.1f}" if load.waits else ""


def _beside(ours: Load, stock: Load) -> tuple[str, str]:
    if not (ours.waits and stock.waits):
        return "", ""
    return (
        f"{ours.milliseconds(0.5) / stock.milliseconds(0.5):.2f}",
        f"{ours.per_second / stock.per_second:.2f}",
    )
