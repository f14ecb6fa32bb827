"""The graph component that makes a report of danger, anywhere in a message, the intent of the whole message."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.confidence import REPORT_FROM
from bot.nlu.components.component_settings import Setting, folder, number
from bot.nlu.components.trained_component import TrainedComponent, encoder_of
from bot.nlu.knowledge import TREATMENTS, alternatives
from bot.nlu.models.danger_model import KINDS, VAGUE, Danger, DangerModel, worth_knowing
from bot.nlu.project import project_path
from bot.nlu.text.clauses import split_clauses
from bot.nlu.text.messages import DANGER, QUESTIONS, UNSURE_QUESTIONS, text_of, words_of
from bot.nlu.text.readings import examples_of
from bot.nlu.text.words import reading


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DangerDetector(TrainedComponent[DangerModel], IntentClassifier):
    """Looks at the message and at each of its clauses; stands last in the pipeline and overrules what stands before."""

    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        "encoder": folder("models/encoder"),
        # The share of ordinary messages of the training data that may count as reports of danger.
        "false_alarms": number(0.004, 0.0001, 0.5),
    }

    def __init__(
        self,
        config: Mapping[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: DangerModel | None = None,
    ) -> None:
        super().__init__(config, model_storage, resource, model)
        self._encoder = encoder_of(self._config)

    @staticmethod
    def required_packages() -> list[str]:
        """The packages it needs."""
        return ["scipy", "onnxruntime", "tokenizers"]

    @classmethod
    def read_model(cls, folder: Path, config: Mapping[str, Any]) -> DangerModel:  # noqa: ARG003 - Others need it.
        """Read what tells reports from all else."""
        return DangerModel.load(folder)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn what is a report and what is not."""
        examples = examples_of(training_data, alternatives(project_path(TREATMENTS)))
        intents = [example.intent for example in examples]
        fresh = self._encoder.is_fresh([example.named for example in examples])
        # The vectors of questions are there already, as they are asked; names do not move one far.
        chosen = worth_knowing(
            self._encoder.encode_examples([one.asked if one.is_question else one.named for one in examples]), intents
        )
        texts = [examples[place].named for place in chosen]
        self._model = DangerModel(self._config["false_alarms"])
        self._model.train(texts, self._encoder.encode_examples(texts), intents, fresh, chosen)
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Make a report the intent of its message, and the only thing that the message asks."""
        for message in messages:
            danger = self._danger(message)
            if danger is None:
                _soften(message)
            else:
                intent = {"name": danger.kind, "confidence": min(max(danger.score, 0.0), 1.0)}
                ranking = [entry for entry in message.get(INTENT_RANKING_KEY) or [] if entry["name"] != danger.kind]
                message.set(INTENT, intent, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [dict(intent), *ranking], add_to_output=True)
                message.set(QUESTIONS, [], add_to_output=True)
                message.set(UNSURE_QUESTIONS, [], add_to_output=True)
        return messages

    def _danger(self, message: Message) -> Danger | None:
        """Give the report that a message holds, by this component or by a very sure classifier before it."""
        text, words = text_of(message), words_of(message)
        clauses = [clause.words for clause in split_clauses(text, words)]
        stretches = [reading(words), *(reading(clause) for clause in clauses if len(clauses) > 1)]
        stretches = [stretch for stretch in stretches if any(letter.isalnum() for letter in stretch)]
        if self._model is None or not stretches:
            return None
        danger = self._model.of(stretches, self._encoder.encode(stretches))
        # Whoever asks for a second look at a card wants it of every message.
        message.set(DANGER, danger.score, add_to_output=True)
        if danger.score >= self._model.threshold:
            return danger
        asked = [
            question["intent"] for question in message.get(QUESTIONS) or [] if question["confidence"] >= REPORT_FROM
        ]
        told = [kind for kind in KINDS if kind in asked]
        return Danger(kind=told[0], score=danger.score) if told else None


def _soften(message: Message) -> None:
    """Take a report that nobody is sure of as a vague one: the patient reads whom to call and is offered a person."""
    intent = message.get(INTENT) or {}
    if intent.get("name") in KINDS:
        message.set(INTENT, {**intent, "name": VAGUE}, add_to_output=True)
        ranking = [entry for entry in message.get(INTENT_RANKING_KEY) or [] if entry["name"] not in (*KINDS, VAGUE)]
        message.set(INTENT_RANKING_KEY, [message.get(INTENT), *ranking], add_to_output=True)
    questions = message.get(QUESTIONS) or []
    softened = [{**asked, "intent": VAGUE} if asked["intent"] in KINDS else asked for asked in questions]
    if softened != questions:
        message.set(QUESTIONS, softened, add_to_output=True)
