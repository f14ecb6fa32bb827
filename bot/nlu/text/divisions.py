"""Which stretches of a message are its questions: the likeliest of all ways to divide it, by learned weights.

A message is cut wherever it may be (`clauses.py`). A division takes some runs of clauses as questions, and what is left
as told around them; its score is a sum over its stretches of what speaks for each, as in a conditional random field
over segments (Sarawagi and Cohen, "Semi-Markov Conditional Random Fields", 2004). `bot/nlu/tuning/divisions.py` learns
the weights from messages of which somebody said what they ask.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot import confidence
from bot.nlu.text.clauses import Cut, Join
from bot.nlu.text.questions import FOLLOW_UPS, NOT_OURS, SMALL_TALK, Candidate, is_topic, shares
from bot.vocabulary import FollowUp, Intents

Features = dict[str, float]
Weights = Mapping[str, float]
"""What each feature counts; one that is missing counts nothing."""

MAX_QUESTIONS = 4
LONGEST_RUN = 3
"""A question that is not the whole message has no more clauses: with longer ones no more messages were understood, and
most of what a long message takes was reading them."""
_SURE, _UNSURE = 0.995, 0.001
_LONG = 14
_SHORT = 2
_NEAR = 8
"""So many of a message's likeliest intents are looked at for that of a stretch."""


@dataclass(frozen=True)
class Stretch:
    """A run of clauses, as a question or as told.

    Attributes:
        first: The number of its first clause.
        last: The number of the clause after its last.
        asks: Whether it is taken for a question.
    """

    first: int
    last: int
    asks: bool


Division = tuple[Stretch, ...]
Read = Callable[[int, int], "Candidate | None"]
"""Classifies the clauses from one number up to another (exclusive); None where there is nothing to read."""


def read_weights(path: Path) -> Weights:
    """Read what `bot/nlu/tuning/divisions.py` has written.

    Args:
        path: The file.

    Raises:
        OSError: The file cannot be read.
        ValueError: It holds no weights.
    """
    return {str(name): float(value) for name, value in json.loads(path.read_text(encoding="utf-8")).items()}


def divide(found: Sequence[Cut], read: Read, weights: Weights) -> Division:
    """Choose the likeliest division of a message.

    Args:
        found: Where it may be cut.
        read: Classifies its stretches.
        weights: What each feature counts.

    Returns:
        The stretches in order; empty if no stretch can be a question.
    """
    parts, intents = _parts(found, read)
    scores = {stretch: _score(features, weights) for stretch, features in parts.items()}
    scored = (
        (sum(scores[one] for one in division) + _score(_of_all(division, intents), weights), division)
        for division in _ways(0, len(found) + 1, parts)
    )
    return max(scored, key=lambda each: each[0], default=(0.0, ()))[1]


def divisions(found: Sequence[Cut], read: Read) -> Iterator[tuple[Division, Features]]:
    """Give all divisions of a message with at least one question and at most `MAX_QUESTIONS`, with their features.

    Args:
        found: Where it may be cut.
        read: Classifies its stretches.
    """
    parts, intents = _parts(found, read)
    for division in _ways(0, len(found) + 1, parts):
        features = _of_all(division, intents)
        for stretch in division:
            _add(features, parts[stretch])
        yield division, features


def _parts(found: Sequence[Cut], read: Read) -> tuple[dict[Stretch, Features], dict[tuple[int, int], str]]:
    """Give the features of every stretch that a division may have, and the intents of those that can be read."""
    joins = [Join.START, *(cut.join for cut in found)]
    count = len(joins)
    whole = read(0, count)
    parts: dict[Stretch, Features] = {}
    intents: dict[tuple[int, int], str] = {}
    for first in range(count):
        for last in range(first + 1, count + 1):
            candidate = read(first, last)
            if candidate is not None and whole is not None:
                intents[first, last] = candidate.intent
                asked = _of_question(candidate, whole, is_whole=last - first == count)
                parts[Stretch(first, last, asks=True)] = _with_joins(asked, joins, first, last, "question")
            if last - first == 1:
                parts[Stretch(first, last, asks=False)] = _with_joins(_of_told(candidate), joins, first, last, "told")
    return parts, intents


def _of_all(division: Division, intents: Mapping[tuple[int, int], str]) -> Features:
    """Say what speaks for the questions of a division together: how many there are, and how many ask the same."""
    asked = [intents[one.first, one.last] for one in division if one.asks]
    features = {"further": float(len(asked) - 1), "same": float(len(asked) - len(set(asked)))}
    return {name: value for name, value in features.items() if value}


def _ways(first: int, count: int, parts: Mapping[Stretch, Features], asked: int = 0) -> Iterator[Division]:
    if first == count:
        if asked:
            yield ()
        return
    for last in range(first + 1, count + 1):
        for asks in (True, False):
            stretch = Stretch(first, last, asks=asks)
            if stretch in parts and asked + asks <= MAX_QUESTIONS:
                for rest in _ways(last, count, parts, asked + asks):
                    yield (stretch, *rest)


def _of_question(candidate: Candidate, whole: Candidate, *, is_whole: bool) -> Features:
    """Say what speaks for a stretch as a question of its own."""
    odds = _odds(candidate.confidence)
    second = candidate.ranking[1].confidence if len(candidate.ranking) > 1 else 0.0
    leans = candidate.intent in FOLLOW_UPS and candidate.follow_up is not FollowUp.MEDICINE
    topic, not_ours = is_topic(candidate.intent), candidate.intent in NOT_OURS
    small = candidate.intent in SMALL_TALK
    other = not (topic or not_ours or small or candidate.intent in FOLLOW_UPS)
    return {
        "question": 1.0,
        "topic": topic,
        "topic_odds": topic * odds,
        "topic_odds_opens": topic * odds * candidate.opens,
        "topic_lead": topic * (candidate.confidence - second),
        "topic_unsure": topic * (candidate.confidence < confidence.ANSWER_FROM),
        "shared": topic * shares(whole, candidate.intent),
        "near": topic * (candidate.intent in {ranked.name for ranked in whole.ranking[:_NEAR]}),
        "not_ours": not_ours,
        "not_ours_odds": not_ours * odds,
        "not_ours_asks": not_ours * candidate.asks,
        "not_ours_opens": not_ours * candidate.opens,
        "small_talk": small,
        "other": other,
        "other_odds": other * odds,
        "leans": leans,
        "medicine": candidate.follow_up is FollowUp.MEDICINE,
        "opens": candidate.opens,
        "asks": candidate.asks,
        "marked": candidate.marked,
        "short": candidate.length <= _SHORT,
        "long": candidate.length >= _LONG,
        "length": math.log1p(candidate.length),
        "whole": is_whole,
    }


def _of_told(candidate: Candidate | None) -> Features:
    """Say what speaks for a clause as told: nobody wants an answer to it."""
    if candidate is None:
        return {"told": 1.0, "told_names": 1.0}
    odds, topic = _odds(candidate.confidence), is_topic(candidate.intent)
    return {
        "told": 1.0,
        "told_topic": topic,
        "told_topic_odds": topic * odds,
        "told_topic_odds_asks": topic * odds * candidate.asks,
        "told_opens": candidate.opens,
        "told_asks": candidate.asks,
        "told_marked": candidate.marked,
        "told_small_talk": candidate.intent in SMALL_TALK,
        "told_not_ours": candidate.intent in NOT_OURS,
        "told_symptom": candidate.intent == Intents.REPORT_SYMPTOM,
        "told_leans": candidate.intent in FOLLOW_UPS,
        "told_short": candidate.length <= _SHORT,
        "told_length": math.log1p(candidate.length),
    }


def _with_joins(features: Features, joins: Sequence[Join], first: int, last: int, kind: str) -> Features:
    if first:
        _add(features, {f"{kind}_after_{joins[first].value}": 1.0})
    for join in joins[first + 1 : last]:
        _add(features, {f"over_{join.value}": 1.0})
    return features


def _add(features: Features, more: Mapping[str, float]) -> None:
    for name, value in more.items():
        if value:
            features[name] = features.get(name, 0.0) + value


def _score(features: Features, weights: Weights) -> float:
    return sum(value * weights.get(name, 0.0) for name, value in features.items())


def _odds(sure: float) -> float:
    bounded = min(max(sure, _UNSURE), _SURE)
    return math.log(bounded / (1 - bounded))
