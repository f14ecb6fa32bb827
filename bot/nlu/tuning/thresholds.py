"""What each threshold of the fallback would cost, from the training examples: python -m bot.nlu.tuning.thresholds.

Every example is scored as if it had not been trained on. Costs: a wrong answer about a treatment 10, a question back 1,
passing the patient to a person 3, the right reply 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rasa.shared.nlu.training_data.loading import load_data

from bot.encoder.sentence_encoder import load_encoder
from bot.nlu.knowledge import TREATMENTS, alternatives
from bot.nlu.models.intent_model import IntentModel, Settings, telling
from bot.nlu.project import project_path
from bot.nlu.text.readings import questions_of

WRONG, QUESTION_BACK, PERSON = 10.0, 1.0, 3.0
# How much of what patients write is about no topic; the training data holds more of it.
NOT_A_TOPIC = 0.2

Scored = tuple[str, str, float]
"""The right intent, the likeliest one, and its confidence."""


def mean_cost(scored: Iterable[Scored], answer_from: float, ask_from: float) -> float:
    """Return what a message costs on average.

    Args:
        scored: Messages that the model had not seen.
        answer_from: The confidence from which the likeliest intent is taken.
        ask_from: The confidence from which a likely topic is asked back; below it a person is offered.
    """
    costs: dict[bool, list[float]] = {True: [], False: []}
    for right, first, confidence in scored:
        costs[_is_topic(right)].append(_cost(right, first, confidence, answer_from, ask_from))
    topics, others = (sum(found) / max(len(found), 1) for found in (costs[True], costs[False]))
    return (1 - NOT_A_TOPIC) * topics + NOT_A_TOPIC * others


def _cost(right: str, first: str, confidence: float, answer_from: float, ask_from: float) -> float:
    if confidence >= answer_from:
        return 0.0 if first == right else WRONG if _is_topic(first) else PERSON
    return QUESTION_BACK if confidence >= ask_from and _is_topic(first) else PERSON


def _is_topic(intent: str) -> bool:
    return intent.startswith("ask_") and intent != "ask_person"


def score_examples(folder: Path, encoder: Path) -> Sequence[Scored]:
    """Train on the examples of a folder and return how those new to the encoder would have done unseen."""
    examples = questions_of(load_data(str(folder)), alternatives(project_path(TREATMENTS)))
    loaded = load_encoder(encoder)
    vectors = loaded.encode_examples([example.asked for example in examples])
    kept = telling(vectors, [example.intent for example in examples])
    texts, intents = zip(*((examples[place].asked, examples[place].intent) for place in kept), strict=True)
    fresh = loaded.is_fresh(texts)
    unseen = IntentModel(Settings()).train(texts, vectors[kept], intents, fresh)
    right = [intents[place] for place in unseen.places]
    return list(zip(right, unseen.intents, unseen.confidences.tolist(), strict=True))


def main() -> None:
    """Print the cost of each pair of thresholds."""
    scored = score_examples(project_path("data/nlu"), project_path("models/encoder"))
    print("answer from  ask back from 0.05   0.10   0.15   0.20   0.25")
    for answer_from in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7):
        costs = [mean_cost(scored, answer_from, ask_from) for ask_from in (0.05, 0.1, 0.15, 0.2, 0.25)]
        print(f"{answer_from:11.2f}             ", "  ".join(f"{cost:.3f}" for cost in costs))


if __name__ == "__main__":
    main()
