"""Trains one pipeline on one set and asks it the test set; a process of its own, so that none helps or hinders another.

`python -m bench.nlu.worker` is started by `python -m bench.nlu`: ours in Rasa's environment, stock Rasa in the one with
TensorFlow.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import resource
import sys
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.measures import auroc, percentile
from bench.nlu.datasets import Example, read_set
from bench.nlu.pipelines import STOCK, write_project
from bench.terminal import note

if TYPE_CHECKING:
    from rasa.core.agent import Agent

_TIMED_WORDS = 12
_TIMED = 200
_SHOWN_EVERY = 10.0


def main(arguments: list[str] | None = None) -> int:
    """Train, ask, and write the figures; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.nlu.worker", description=__doc__)
    for name in ("--set", "--pipeline"):
        parser.add_argument(name, required=True)
    for name in ("--data", "--scratch", "--out"):
        parser.add_argument(name, type=Path, required=True)
    options = parser.parse_args(arguments)
    _prepare(options.scratch, with_tensorflow=options.pipeline == STOCK)
    chosen = read_set(options.set, options.data)
    config, data = write_project(options.pipeline, chosen.train, options.scratch)
    started, cpu_started = time.monotonic(), time.process_time()
    model = _train(config, data, options.scratch)
    seconds, cpu_seconds = time.monotonic() - started, time.process_time() - cpu_started
    note(f"trained in {seconds:.1f} s; asking {len(chosen.test)} sentences")
    figures = asyncio.run(_ask(model, chosen.train, chosen.test))
    figures.update(train_seconds=seconds, train_cpu_seconds=cpu_seconds)
    figures.update(examples=len(chosen.train), intents=len({e.intent for e in chosen.train}))
    figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    options.out.write_text(json.dumps(figures), encoding="utf-8")
    return 0


def _prepare(scratch: Path, *, with_tensorflow: bool) -> None:
    # An empty cache: Rasa would otherwise skip what an earlier run has trained.
    os.environ["RASA_CACHE_DIRECTORY"] = str(scratch / "cache")
    from bot.nlu.server.quiet import configure_logging, prepare_environment

    prepare_environment(with_tensorflow=with_tensorflow)
    configure_logging()


def _train(config: Path, data: Path, scratch: Path) -> Path:
    from rasa.model_training import train_nlu

    # What Rasa prints goes to the log with its other lines.
    with contextlib.redirect_stdout(sys.stderr):
        model = train_nlu(str(config), str(data), output=str(scratch), fixed_model_name="model")
    if model is None:
        sys.exit("Rasa did not train; the lines above say why.")
    return Path(model)


async def _ask(model: Path, trained: Sequence[Example], test: Sequence[Example]) -> dict[str, Any]:
    from rasa.core.agent import Agent

    agent = Agent.load(str(model))
    known = frozenset(example.intent for example in trained if example.intent is not None)
    answers = []
    shown = time.monotonic()
    for number, example in enumerate(test):
        answers.append(of_the_set(await _ranking(agent, example.text), known))
        if time.monotonic() - shown > _SHOWN_EVERY:
            shown = time.monotonic()
            note(f"{number + 1} of {len(test)} sentences")
    figures = score(test, answers)
    timed = [text for text in map(_first_words, (example.text for example in test)) if text][:_TIMED]
    _use_one_core()
    times = [await _milliseconds(agent, text) for text in timed]
    figures["parse_ms"] = percentile([wall for wall, _ in times], 0.5)
    figures["parse_cpu_ms"] = percentile([cpu for _, cpu in times], 0.5)
    return figures


def score(test: Sequence[Example], answers: Sequence[Sequence[tuple[str, float]]]) -> dict[str, Any]:
    """Return top 1, top 3 and AUROC.

    Args:
        test: The sentences.
        answers: For each, the intents and their confidences, likeliest first.
    """
    inside = [
        (example.intent, ranking) for example, ranking in zip(test, answers, strict=True) if example.intent is not None
    ]
    outside = [ranking for example, ranking in zip(test, answers, strict=True) if example.intent is None]
    top = {
        length: sum(intent in [name for name, _ in ranking[:length]] for intent, ranking in inside) / len(inside)
        for length in (1, 3)
    }
    separation = auroc([_first(ranking) for _, ranking in inside], [_first(ranking) for ranking in outside])
    return {"top1": top[1], "top3": top[3], "auroc": separation, "asked": len(inside), "outside": len(outside)}


def _first(ranking: Sequence[tuple[str, float]]) -> float:
    return ranking[0][1] if ranking else 0.0


def of_the_set(ranking: Sequence[tuple[str, float]], known: Collection[str]) -> list[tuple[str, float]]:
    """Return the part of a ranking that is about the set's own intents.

    What FallbackClassifier puts first only says that none of them is sure, and `out_of_scope`, which we give to another
    language, that none of them is meant: neither is an intent of the set.

    Args:
        ranking: What the pipeline says, likeliest first.
        known: The intents that were trained.
    """
    return [(name, confidence) for name, confidence in ranking if name in known]


async def _ranking(agent: Agent, text: str) -> list[tuple[str, float]]:
    parsed = await agent.parse_message(text)
    return [(intent["name"], intent["confidence"]) for intent in parsed["intent_ranking"]]


async def _milliseconds(agent: Agent, text: str) -> tuple[float, float]:
    """Return how long one parse takes by the clock, and how long the processor works on it."""
    started, cpu_started = time.perf_counter(), time.process_time()
    await agent.parse_message(text)
    return (time.perf_counter() - started) * 1000, (time.process_time() - cpu_started) * 1000


def _first_words(text: str) -> str | None:
    words = text.split()
    return " ".join(words[:_TIMED_WORDS]) if len(words) >= _TIMED_WORDS else None


def _use_one_core() -> None:
    if not hasattr(os, "sched_setaffinity"):
        return
    core = {max(os.sched_getaffinity(0))}
    # Each thread has its own: those of the libraries would go on using all cores.
    for thread in Path("/proc/self/task").iterdir():
        os.sched_setaffinity(int(thread.name), core)


if __name__ == "__main__":
    sys.exit(main())
