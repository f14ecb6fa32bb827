"""Learns what counts for a paragraph: `python -m bot.nlu.tuning.paragraph_weights`, for `bot/nlu/models/paragraphs.py`.

Each written question looks for its paragraph without the questions of its own voice, as a patient's does, who is none
of the voices; some messages that are none of the clinic's business look for one too, and have none. The weights are
those that make the right paragraph likeliest among all and "none" (multinomial logit). Prints them, and how often the
right paragraph comes first for a voice that was held out of the fit as well.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from rasa.shared.nlu.training_data.loading import load_data
from scipy.optimize import minimize

from bot.encoder.sentence_encoder import SentenceEncoder, load_encoder
from bot.nlu.knowledge import ANSWERS, ASKED, TOPICS, TREATMENTS, alternatives, paragraphs
from bot.nlu.models.asked import Asked
from bot.nlu.models.paragraphs import ASKED_MEANING, ASKED_WORDS, MEANING, WEIGHTS, WORDS, Paragraphs, Read
from bot.nlu.project import project_path
from bot.nlu.server.quiet import prepare_environment
from bot.nlu.text.entity_matcher import EntityMatcher
from bot.nlu.text.lookups import lookups_of
from bot.nlu.text.paragraph_readings import read_paragraphs, telling_stems, treatments_named
from bot.nlu.text.readings import classifier_reading
from bot.nlu.text.words import split_words
from bot.paragraphs import paragraph_key
from bot.written_questions import written_questions

T = TypeVar("T")

QUESTIONS_OF_A_VOICE = 600
"""More make the weights no surer."""
NOT_OURS = 600
_OUT_OF_SCOPE = "out_of_scope"
_SEED = 3
_PENALTY = 1e-3


@dataclass(frozen=True)
class Looked:
    """What was found for one text.

    Attributes:
        compared: How it compares with each paragraph, in the columns of `bot.nlu.models.paragraphs`.
        right: Which paragraphs are right; none for what is not ours.
        voice: Who wrote it; empty for what is not ours.
    """

    compared: NDArray[np.float32]
    right: NDArray[np.bool_]
    voice: str


def main() -> int:
    """Learn the weights and print them; return the exit status."""
    prepare_environment()
    looked, usual = look()
    for voice in sorted({one.voice for one in looked} - {""}):
        weights = learn([one for one in looked if one.voice != voice])
        print(f"{voice}: right first {first_share([one for one in looked if one.voice == voice], weights):.3f}")
    weights = learn(looked)
    print("WEIGHTS", np.round(weights[:-1], 2).tolist(), "NONE_OF_THEM", round(float(weights[-1]), 2))
    print("USUAL", np.round(usual, 2).tolist())
    return 0


def look() -> tuple[list[Looked], NDArray[np.float64]]:
    """Let written questions look for their paragraph, and messages that are not ours for one they have not.

    Returns:
        What each found, and what a paragraph's nearness and words usually say of its questions (`USUAL`).
    """
    data = load_data(str(project_path("data/nlu")))
    matcher = EntityMatcher({lookup.kind: lookup.values for lookup in lookups_of(data)})
    others = alternatives(project_path(TREATMENTS))
    written = paragraphs(*(project_path(path) for path in (ANSWERS, TOPICS, TREATMENTS)))
    asked = written_questions(project_path(ASKED))
    keys = np.array([paragraph_key(one.text) for one in written])
    encoder = load_encoder(project_path("models/encoder"))
    chance = np.random.default_rng(_SEED)
    not_ours = [str(one.get("text")) for one in data.intent_examples if one.get("intent") == _OUT_OF_SCOPE]
    texts = [(text, "", "") for text in _some(not_ours, NOT_OURS, chance)]
    found, seen = [], []
    for voice in ("", *sorted({one.voice for one in asked})):
        read = read_paragraphs(written, [one for one in asked if one.voice != voice], matcher, others)
        model = _model(encoder, read.paragraphs, read.readings, read.owners, read.questions)
        own = [(one.question, one.paragraph, voice) for one in asked if one.voice == voice]
        for text, paragraph, _ in texts if not voice else _some(own, QUESTIONS_OF_A_VOICE, chance):
            words = split_words(text)
            entities = matcher.find(words)
            vector = encoder.encode_examples([classifier_reading(words, entities, others)])[0]
            compared = model.compared(telling_stems(words), vector, treatments_named(entities))
            right = keys == paragraph if voice else np.zeros(len(keys), bool)
            found.append(Looked(compared, right, voice))
            seen.append(compared[chance.integers(len(keys), size=20)])
        print(f"paragraph_weights: {voice or 'not ours'} looked", file=sys.stderr, flush=True)
    rows = np.concatenate([*seen, *(one.compared[one.right] for one in found)]).astype(np.float64)
    inputs = np.column_stack([np.ones(len(rows)), rows[:, [MEANING, WORDS]]])
    usual, *_ = np.linalg.lstsq(inputs, rows[:, [ASKED_MEANING, ASKED_WORDS]], rcond=None)
    return found, usual.T


def learn(looked: Sequence[Looked]) -> NDArray[np.float64]:
    """Give the weights that make what is right likeliest; the score of "none" comes last."""
    width = len(WEIGHTS)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = 0.0, np.zeros(width + 1)
        for one in looked:
            scores = np.append(one.compared @ weights[:width], weights[width])
            odds = np.exp(scores - scores.max())
            odds /= odds.sum()
            right = odds * np.append(one.right, not one.right.any())
            total -= float(np.log(right.sum()))
            missed = right / right.sum() - odds
            slope[:width] -= one.compared.T @ missed[:-1]
            slope[width] -= missed[-1]
        smooth = _PENALTY * np.append(weights[:width], 0.0)
        return total / len(looked) + float(smooth @ weights) / 2, slope / len(looked) + smooth

    start = np.append(WEIGHTS.astype(np.float64), 8.0)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)


def first_share(looked: Sequence[Looked], weights: NDArray[np.float64]) -> float:
    """Give for which share the right paragraph is the likeliest."""
    scores = [one.compared @ weights[:-1] for one in looked]
    return float(np.mean([one.right[score.argmax()] for one, score in zip(looked, scores, strict=True)]))


def _model(
    encoder: SentenceEncoder, read: list[Read], readings: list[str], owners: list[int], questions: list[str]
) -> Paragraphs:
    return Paragraphs(read, encoder.encode_examples(readings), Asked.of(owners, encoder.encode_examples(questions)))


def _some(items: list[T], most: int, chance: np.random.Generator) -> list[T]:
    picked = chance.choice(len(items), min(most, len(items)), replace=False)
    return [items[place] for place in sorted(picked.tolist())]


if __name__ == "__main__":
    sys.exit(main())
