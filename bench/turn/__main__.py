"""Measures whole turns beside a stock Rasa project: `python -m bench.turn`, in the app's environment."""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from bench import machine
from bench.terminal import say, show
from bench.turn import crowds, picture, servers, starts
from bench.turn.chats import QUESTIONS, SMALL_TALK, TurnFailedError
from bench.turn.report import Measured, page, table
from bench.turn.rounds import Load
from bot.cli.setting_up import setup
from bot.cli.steps import Steps
from bot.errors import FrontdeskError
from bot.settings import ROOT, load_settings

_RESULTS = ROOT / "bench" / "results"


def main(arguments: list[str] | None = None) -> int:
    """Train, start, load in turns, and write the results; return the exit status."""
    options = _options(arguments)
    before = machine.load()
    try:
        ours, stock, of_crowds = _measure(options)
    except (FrontdeskError, TurnFailedError) as error:
        sys.stderr.write(f"bench.turn: {error}\n")
        return 1
    show(table(ours, stock))
    for failure in [*ours.figures.failures, *stock.figures.failures]:
        say(f"without an answer: {failure}")
    date = datetime.now(tz=timezone.utc).date().isoformat()
    text = page(ours, stock, machine=machine.description(), loads=(before, machine.load()), date=date)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "turn.md").write_text(text, encoding="utf-8")
    picture.draw(ours, stock, options.out / "turn.png")
    text = crowds.page(of_crowds, machine=machine.description(), date=date, seconds=options.seconds)
    show(text)
    (options.out / "turn-senders.md").write_text(text, encoding="utf-8")
    crowds.picture(of_crowds, options.out / "turn-senders.png")
    say(f"written to {options.out}: turn.md, turn.png, turn-senders.md, turn-senders.png")
    return 0


def _measure(options: argparse.Namespace) -> tuple[Measured, Measured, list[tuple[crowds.Crowd, ...]]]:
    settings, steps = load_settings(), Steps()
    rounds, conversations = options.rounds, options.conversations
    with ExitStack() as stack:
        folders = [
            Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"bench-turn-{name}-")))
            for name in ("frontdesk", "stock", "starts")
        ]
        setup.train_model(settings.root, steps)
        say("starting ./frontdesk up twice")
        both_starts = starts.measure(settings.root, folders[2])
        running = [
            stack.enter_context(servers.frontdesk(settings, folders[0], steps)),
            stack.enter_context(servers.stock_rasa(settings.root, folders[1], steps)),
        ]
        loads = [
            Load(server.opener, messages, server.cpu_seconds)
            for server, messages in zip(running, (QUESTIONS, SMALL_TALK), strict=True)
        ]
        for load in loads:
            load.warm_up()
        for number in range(rounds):
            for name, load in zip(("Frontdesk", "stock Rasa"), loads, strict=True):
                say(f"round {number + 1} of {rounds}: {name} (load average {machine.load():.1f})")
                load.round()
        ours, stock = (
            Measured(
                name=name,
                figures=load.figures,
                memory=server.resident_mb(),
                shared_out=server.proportional_mb(),
                ready_seconds=server.ready_seconds,
                train_seconds=server.train_seconds,
            )
            for name, server, load in zip(("Frontdesk", "stock Rasa"), running, loads, strict=True)
        )
        of_crowds = crowds.measure(
            list(zip(running, (QUESTIONS, SMALL_TALK), strict=True)), numbers=options.senders, seconds=options.seconds
        )
        say(f"{conversations} more conversations with Frontdesk")
        loads[0].hold_many(conversations)
        after = running[0].resident_mb()
    return replace(ours, held=conversations, memory_after=after, starts=both_starts), stock, of_crowds


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.turn", description=__doc__)
    parser.add_argument("--rounds", type=int, choices=range(1, 11), default=3, help="rounds for each (default: 3)")
    parser.add_argument(
        "--conversations", type=int, default=500, help="held after the rounds, for memory (default: 500)"
    )
    parser.add_argument("--senders", type=int, nargs="+", default=crowds.NUMBERS, help="how many write at once")
    parser.add_argument("--seconds", type=float, default=15.0, help="for each number of senders (default: 15)")
    parser.add_argument("--out", type=Path, default=_RESULTS, help="where the results go (default: bench/results)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
