"""Learns how messages are divided into questions: `python -m bot.nlu.tuning.divisions --model M`.

Reads data/divisions/messages.tsv, whose writers saw no other example and said with ` || ` where one question ends and
the next begins; the model must not have been trained on them. They wrote questions about topics alone, so some of their
messages are joined with what data/nlu has of other intents, and some of that stands by itself. The weights make the
divisions that agree with the writer likeliest among all (a conditional log-linear model over hidden divisions). Writes
data/divisions/weights.json, and prints for each writer how many messages are understood without that writer in the fit.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.loading import load_data
from scipy.optimize import minimize

from bot.nlu.project import project_path
from bot.nlu.server.quiet import configure_logging, prepare_environment
from bot.nlu.text.clauses import Cut
from bot.nlu.text.divisions import Division, Features, Read, Weights, divisions
from bot.nlu.text.questions import FOLLOW_UPS, SMALL_TALK, is_topic
from bot.nlu.text.readings import is_question
from bot.nlu.text.words import split_words
from bot.vocabulary import INTENT_PREFIX, REPORTS, FollowUp

MESSAGES = "data/divisions/messages.tsv"
WEIGHTS = "data/divisions/weights.json"
_BETWEEN = " || "
_LINE_BREAK = "\\n"
_OF_MEDICINES = frozenset({"medications_before", "medications_after", "contraindications"})
# So many letters may lie between where the writer parts two questions and a place where the message may be cut.
_NEAR = 2
_PENALTY = 3.0
_JOINED = 300
"""So many messages are joined with something else..."""
_ALONE = 300
"""...and so much of something else stands by itself."""
_JOINERS = (". ", "? ", "! ", "\n", ", ", " and ", ". And ", ". Also, ")
_ELSE = ""
"""The voice of what nobody wrote as it stands."""
_SEED = 5
_FIRST = 0.5
"""How often the message stands first."""
T = TypeVar("T")
_DIGITS = 3


@dataclass(frozen=True)
class Written:
    """A message and what its writer says it asks.

    Attributes:
        voice: Who wrote it.
        text: What was written.
        starts: Where each question begins.
        topics: The topics that each may be about.
    """

    voice: str
    text: str
    starts: tuple[int, ...]
    topics: tuple[frozenset[str], ...]


@dataclass(frozen=True)
class Divided:
    """All ways to divide a message.

    Attributes:
        voice: Who wrote it.
        features: Those of each division.
        right: Whether each agrees with the writer.
    """

    voice: str
    features: tuple[Features, ...]
    right: tuple[bool, ...]


def main(arguments: list[str] | None = None) -> int:
    """Learn the weights and write them; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.tuning.divisions", description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="a trained Rasa model")
    options = parser.parse_args(arguments)
    prepare_environment()
    configure_logging()
    messages = read_messages(project_path(MESSAGES))
    found = asyncio.run(_divide(options.model, [*messages, *beside(messages, others(project_path("data/nlu")))]))
    voices = sorted({one.voice for one in found} - {_ELSE})
    for voice in voices:
        weights = learn([one for one in found if one.voice != voice])
        own = [one for one in found if one.voice == voice]
        print(f"{voice}: understood {share_right(own, weights):.3f}, at best {share_right(own, None):.3f}")
    weights = learn(found)
    rounded = {name: round(value, _DIGITS) for name, value in sorted(weights.items())}
    project_path(WEIGHTS).write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")
    return 0


def read_messages(path: Path) -> list[Written]:
    """Read the messages with what they ask.

    Args:
        path: A file with the columns voice, topics and text.

    Raises:
        ValueError: A message has not as many parts as topics.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = []
    for row in rows:
        parts = row["text"].replace(f" {_LINE_BREAK} ", "\n").replace("\n||", "\n ||").split(_BETWEEN)
        topics = tuple(frozenset(each.split("/")) for each in row["topics"].split("+"))
        if len(parts) != len(topics):
            raise ValueError(f"{path.name}: {len(parts)} parts and {len(topics)} topics: {row['text']}")
        starts = tuple(len(" ".join(parts[:number])) + bool(number) for number in range(len(parts)))
        found.append(Written(row["voice"], " ".join(parts), starts, topics))
    return found


def others(nlu: Path) -> list[Written]:
    """Give the examples of all intents that are no topic of an answer and no report.

    Args:
        nlu: data/nlu.
    """
    examples = load_data(str(nlu)).intent_examples
    named = ((str(one.get(TEXT)), str(one.get(INTENT))) for one in examples if is_question(one))
    return [
        Written(_ELSE, text, (0,), (frozenset({intent.removeprefix(INTENT_PREFIX)}),))
        for text, intent in named
        if not is_topic(intent) and intent not in REPORTS
    ]


def beside(messages: Sequence[Written], said: Sequence[Written]) -> list[Written]:
    """Join messages with something else that is said, before or after; give some of that by itself as well.

    Args:
        messages: What is written about topics.
        said: Everything else, of which each intent comes as often as any other.
    """
    chance = np.random.default_rng(_SEED)
    by_intent: dict[str, list[Written]] = {}
    for one in said:
        by_intent.setdefault(min(one.topics[0]), []).append(one)
    intents = sorted(by_intent)
    replied_to = [intent for intent in intents if intent not in SMALL_TALK | FOLLOW_UPS]
    found = []
    for _ in range(_JOINED):
        pair = [_one_of(messages, chance), _one_of(by_intent[_one_of(replied_to, chance)], chance)]
        first, second = pair if chance.random() < _FIRST else reversed(pair)
        found.append(_joined(first, second, _one_of(_JOINERS, chance)))
    several = {intent: [one for one in by_intent[intent] if len(one.text.split()) > 1] for intent in intents}
    choices = [intent for intent in intents if several[intent]]
    return found + [_one_of(several[_one_of(choices, chance)], chance) for _ in range(_ALONE)]


def _one_of(things: Sequence[T], chance: np.random.Generator) -> T:
    return things[int(chance.integers(len(things)))]


def _joined(first: Written, second: Written, joiner: str) -> Written:
    before = first.text.rstrip(" .?!,")
    # A word that links belongs to what follows.
    begin = len(before) + len(joiner) - len(joiner.lstrip(" .?!,\n"))
    shifted = (begin, *(len(before) + len(joiner) + start for start in second.starts[1:]))
    return Written(_ELSE, before + joiner + second.text, (*first.starts, *shifted), (*first.topics, *second.topics))


async def _divide(model: Path, messages: Sequence[Written]) -> list[Divided]:
    # Imported only now: Rasa takes seconds to import and reads the environment while it does.
    from rasa.core.agent import Agent

    from bot.nlu.changes.table import install_changes
    from bot.nlu.components import question_classifier

    install_changes()
    agent = Agent.load(str(model))
    caught: list[tuple[Sequence[Cut], Read]] = []
    names = vars(question_classifier)
    choose = names["divide"]

    def catch(found: Sequence[Cut], read: Read, weights: Weights) -> Division:
        caught.append((found, read))
        division: Division = choose(found, read, weights)
        return division

    # Rasa runs the classifier in a graph of its own, so what is divided is caught where it is handed on.
    names["divide"] = catch
    divided = []
    for message in messages:
        caught.clear()
        await agent.parse_message(message.text)
        divided += [_judged(message, found, read) for found, read in caught]
    return divided


def _judged(message: Written, found: Sequence[Cut], read: Read) -> Divided:
    words = split_words(message.text)
    begins = [words[0].start, *(words[cut.place].start for cut in found)]
    ways = list(divisions(found, read))
    right = tuple(_agrees(message, begins, division, read) for division, _ in ways)
    return Divided(message.voice, tuple(features for _, features in ways), right)


def _agrees(message: Written, begins: Sequence[int], division: Division, read: Read) -> bool:
    """Say whether a division has one question in each part of the message, about its topic."""
    parts = [min(range(len(begins)), key=lambda number: abs(begins[number] - start)) for start in message.starts]
    if any(abs(begins[part] - start) > _NEAR for part, start in zip(parts[1:], message.starts[1:], strict=True)):
        return False
    asked = [stretch for stretch in division if stretch.asks]
    if len(asked) != len(parts):
        return False
    for stretch, first, last, topics in zip(asked, parts, [*parts[1:], len(begins)], message.topics, strict=True):
        candidate = read(stretch.first, stretch.last)
        if stretch.first < first or stretch.last > last or candidate is None:
            return False
        of_medicine = candidate.follow_up is FollowUp.MEDICINE and not topics.isdisjoint(_OF_MEDICINES)
        if candidate.intent.removeprefix(INTENT_PREFIX) not in topics and not of_medicine:
            return False
    return True


def learn(divided: Sequence[Divided]) -> dict[str, float]:
    """Give the weights that make what is right likeliest; messages of which nothing is right teach nothing."""
    known = [one for one in divided if any(one.right)]
    names = sorted({name for one in known for features in one.features for name in features})
    rows = [(_matrix(one.features, names), np.array(one.right)) for one in known]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = 0.5 * _PENALTY * float(weights @ weights), _PENALTY * weights
        for features, right in rows:
            scores = features @ weights
            odds = np.exp(scores - scores.max())
            odds /= odds.sum()
            share = float(odds[right].sum())
            total -= float(np.log(share))
            slope = slope - (np.where(right, odds / share, 0.0) - odds) @ features
        return total, slope

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x
    return {name: float(value) for name, value in zip(names, found, strict=True)}


def share_right(divided: Sequence[Divided], weights: dict[str, float] | None) -> float:
    """Give the share of messages whose likeliest division is right.

    Args:
        divided: The messages.
        weights: What each feature counts; None for the share of which any division is right.
    """
    if weights is None:
        return float(np.mean([any(one.right) for one in divided]))
    names = sorted(weights)
    values = np.array([weights[name] for name in names])
    likeliest = [int((_matrix(one.features, names) @ values).argmax()) if one.features else None for one in divided]
    hits = [place is not None and one.right[place] for one, place in zip(divided, likeliest, strict=True)]
    return float(np.mean(hits))


def _matrix(rows: Sequence[Features], names: Sequence[str]) -> NDArray[np.float64]:
    return np.array([[features.get(name, 0.0) for name in names] for features in rows], np.float64)


if __name__ == "__main__":
    sys.exit(main())
