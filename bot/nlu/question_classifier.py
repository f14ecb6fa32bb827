"""The graph component that says which questions a message asks, and so what its intent is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.clauses import Clause, split_clauses, split_list
from bot.nlu.entity_matcher import EntityMatcher, FoundEntity
from bot.nlu.intent_model import IntentModel, RankedIntent, Settings
from bot.nlu.lookups import lookups_of
from bot.nlu.messages import entities_of, is_understood, text_of, words_of
from bot.nlu.questions import Candidate, Thresholds, are_questions_of_their_own, choose_questions, values_between
from bot.nlu.sentence_encoder import load_encoder
from bot.nlu.settings_check import check_known, check_names, check_number, check_path, check_whole_number, project_path
from bot.nlu.words import Word, reading, split_words

QUESTIONS = "questions"
# What stands for a name when the classifier reads: what is asked does not depend on which treatment it is asked of.
_STAND_INS = {"treatment": "treatment", "medicine": "medicine"}
_SHOWN_RANKING = 3


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class QuestionClassifier(IntentClassifier, GraphComponent):
    """Splits a message into its questions and classifies each; the message's intent is that of the first."""

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: IntentModel | None = None,
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._model = model
        self._encoder = load_encoder(project_path(self._config["encoder"]))
        self._alternatives = frozenset(self._config["alternatives"])
        self._thresholds = Thresholds(asked=self._config["asked_threshold"], told=self._config["told_threshold"])

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings.

        `encoder` is the encoder's folder; `smoothing`, `wording_weight`, `balance` and `unknown_share` are those
        of `intent_model.Settings`; a clause counts as a question of its own from `asked_threshold` on, or from
        `told_threshold` on if it only tells something; `alternatives` are the treatments that the clinic only compares
        with; `ranking_length` is how many intents a message's ranking has.
        """
        return {
            "encoder": "models/encoder",
            "smoothing": 0.5,
            "wording_weight": 0.4,
            "balance": 0.5,
            "unknown_share": 0.1,
            "asked_threshold": 0.5,
            "told_threshold": 0.85,
            "alternatives": ["surgery", "steroid_injection", "hyaluronic_acid", "physiotherapy"],
            "ranking_length": 10,
        }

    @staticmethod
    def required_packages() -> list[str]:
        """The packages it needs."""
        return ["sklearn", "onnxruntime", "tokenizers"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse bad settings.

        Raises:
            ValueError: Names the setting.
        """
        check_known(cls.__name__, config, cls.get_default_config())
        full = {**cls.get_default_config(), **config}
        check_path(cls.__name__, full, "encoder")
        check_number(cls.__name__, full, "smoothing", 0.001, 100)
        for key in ("wording_weight", "balance", "unknown_share", "asked_threshold", "told_threshold"):
            check_number(cls.__name__, full, key, 0, 1)
        check_names(cls.__name__, full, "alternatives")
        check_whole_number(cls.__name__, full, "ranking_length", _SHOWN_RANKING, 1000)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa passes it by name.
    ) -> QuestionClassifier:
        """Make an untrained component."""
        cls.validate_config(config)
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa passes it by name.
        **kwargs: Any,  # noqa: ARG003 - Rasa may pass more than is needed.
    ) -> QuestionClassifier:
        """Load what training has kept."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, IntentModel.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the intents from the examples."""
        matcher = EntityMatcher({lookup.kind: lookup.values for lookup in lookups_of(training_data)})
        examples = [example for example in training_data.intent_examples if text_of(example).strip()]
        texts = []
        for example in examples:
            words = split_words(text_of(example))
            texts.append(self._reading(words, matcher.find(words)))
        settings = Settings(
            smoothing=self._config["smoothing"],
            wording=self._config["wording_weight"],
            balance=self._config["balance"],
            unknown_share=self._config["unknown_share"],
        )
        self._model = IntentModel(settings)
        self._model.train(texts, self._encoder.encode(texts), [example.get(INTENT) for example in examples])
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent, its ranking and the questions on messages that are still to be understood."""
        for message in messages:
            if not is_understood(message):
                self._understand(message)
        return messages

    def rank(self, words: Sequence[Word], entities: Sequence[FoundEntity]) -> list[RankedIntent]:
        """Return the likeliest intents of a stretch of text, likeliest first; none if there is nothing to read.

        Args:
            words: The words of the stretch.
            entities: The entities of the whole message.
        """
        read = self._reading(words, entities)
        if self._model is None or not any(letter.isalnum() for letter in read):
            return []
        return self._model.rank(read, self._encoder.encode([read])[0], self._config["ranking_length"])

    def _understand(self, message: Message) -> None:
        text, words, entities = text_of(message), words_of(message), entities_of(message)
        whole = self._candidate(Clause(tuple(words), asks=True), entities)
        questions: list[Candidate] = []
        if whole is not None:
            questions = choose_questions(whole, self._parts(text, words, entities, whole), self._thresholds)
        ranking = [_as_rasa_intent(intent) for intent in questions[0].ranking] if questions else []
        message.set(INTENT, dict(ranking[0]) if ranking else {"name": None, "confidence": 0.0}, add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        message.set(QUESTIONS, [self._as_question(text, question) for question in questions], add_to_output=True)

    def _parts(
        self, text: str, words: Sequence[Word], entities: Sequence[FoundEntity], whole: Candidate
    ) -> list[Candidate]:
        """Return the clauses of a message; of one that is not understood as a whole, the items of its list."""
        clauses = split_clauses(text, words)
        if len(clauses) > 1:
            return self._candidates(clauses, entities)
        if whole.confidence < self._thresholds.asked:
            items = self._candidates(split_list(words), entities)
            if are_questions_of_their_own(items, self._thresholds):
                return items
        return []

    def _candidates(self, clauses: Sequence[Clause], entities: Sequence[FoundEntity]) -> list[Candidate]:
        found = (self._candidate(clause, entities) for clause in clauses)
        return [candidate for candidate in found if candidate is not None]

    def _candidate(self, clause: Clause, entities: Sequence[FoundEntity]) -> Candidate | None:
        ranking = self.rank(clause.words, entities)
        if not ranking:
            return None
        start, end = clause.words[0].start, clause.words[-1].end
        return Candidate(
            start=start,
            end=end,
            asks=clause.asks,
            ranking=tuple(ranking),
            values=values_between(entities, start, end),
        )

    def _reading(self, words: Sequence[Word], entities: Sequence[FoundEntity]) -> str:
        """Return what the classifier reads: names of treatments and medicines give way to the word for their kind."""
        stand_ins = [
            entity for entity in entities if entity.kind in _STAND_INS and entity.value not in self._alternatives
        ]
        kept: list[Word] = []
        for word in words:
            entity = next((e for e in stand_ins if e.start <= word.start and word.end <= e.end), None)
            if entity is None:
                kept.append(word)
            elif not kept or kept[-1].start != entity.start:
                kept.append(Word(entity.start, entity.end, _STAND_INS[entity.kind]))
        return reading(kept)

    def _as_question(self, text: str, question: Candidate) -> dict[str, Any]:
        treatments = question.values.get("treatment", ())
        return {
            "text": text[question.start : question.end],
            "intent": question.intent,
            "confidence": question.confidence,
            "ranking": [_as_rasa_intent(intent) for intent in question.ranking[:_SHOWN_RANKING]],
            "treatments": [slug for slug in treatments if slug not in self._alternatives],
            "alternatives": [slug for slug in treatments if slug in self._alternatives],
            "conditions": list(question.values.get("condition", ())),
            "body_parts": list(question.values.get("body_part", ())),
            "medicines": list(question.values.get("medicine", ())),
        }


def _as_rasa_intent(intent: RankedIntent) -> dict[str, Any]:
    return {"name": intent.name, "confidence": intent.confidence}
