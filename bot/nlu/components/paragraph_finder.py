"""The graph component that says which paragraphs of the answers are nearest to a message and to its questions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.confidence import PARAGRAPH_WORTH_A_LOOK
from bot.nlu.components.component_settings import Setting, file, folder
from bot.nlu.components.trained_component import TrainedComponent, encoder_of
from bot.nlu.kept import KeptFolder, kept_folder
from bot.nlu.knowledge import ANSWERS, ASKED, TOPICS, TREATMENTS, alternatives, paragraphs
from bot.nlu.models.asked import Asked
from bot.nlu.models.ours import doubted
from bot.nlu.models.paragraphs import Paragraphs
from bot.nlu.project import project_path
from bot.nlu.text.entity_matcher import EntityMatcher, FoundEntity
from bot.nlu.text.lookups import lookups_of
from bot.nlu.text.messages import OURS, PARAGRAPHS, QUESTIONS, entities_of, words_of
from bot.nlu.text.paragraph_readings import read_paragraphs, telling_stems, treatments_named
from bot.nlu.text.question_forms import without_links
from bot.nlu.text.readings import classifier_reading
from bot.nlu.text.words import Word
from bot.written_questions import written_questions

PARAGRAPHS_FILE = "paragraphs.tar"
_MOST = 12
_FEWEST_STEMS = 2
"""One word fits any paragraph that has it: "do I have arthritis"."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ParagraphFinder(TrainedComponent[Paragraphs], IntentClassifier):
    """Sets on a message, and on each of its questions, the paragraphs that speak most of what is asked.

    It decides nothing: whether one may be served, and whether the patient reads it, the actions say. It stands after
    `QuestionClassifier`, whose readings it shares, so that the encoder reads nothing twice.
    """

    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        "encoder": folder("models/encoder"),
        "answers": folder(ANSWERS),
        "asked": folder(ASKED),
        "topics": file(TOPICS),
        "treatments": file(TREATMENTS),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._encoder = encoder_of(self._config)
        self._alternatives = alternatives(project_path(self._config["treatments"]))

    @staticmethod
    def required_packages() -> list[str]:
        """The packages it needs."""
        return ["onnxruntime", "tokenizers", "spacy"]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Let `rasa train` read the answers anew when they change, which are no training data to it."""
        settings = {**cls.get_default_config(), **config}
        written = paragraphs(*(project_path(settings[name]) for name in ("answers", "topics", "treatments")))
        return repr([written, written_questions(project_path(settings["asked"]))])

    @classmethod
    def read_model(cls, folder: Path, config: Mapping[str, Any]) -> Paragraphs:  # noqa: ARG003 - Others need it.
        """Read the paragraphs."""
        return Paragraphs.load(folder)

    def train(self, training_data: TrainingData) -> Resource:
        """Read the paragraphs of the answers, and the questions written for them, as a question is read.

        Nothing that staff teach changes what comes of that, so the next training takes it as it is.
        """
        names = {lookup.kind: lookup.values for lookup in lookups_of(training_data)}
        kept = self._kept(names)
        with self._model_storage.write_to(self._resource) as folder:
            if kept is None or not kept.copy_to(folder):
                self._read(names).save(folder)
                if kept is not None:
                    kept.keep(folder)
            self._model = Paragraphs.load(folder)
        return self._resource

    def _read(self, names: Mapping[str, Mapping[str, str]]) -> Paragraphs:
        read = read_paragraphs(
            paragraphs(*(project_path(self._config[name]) for name in ("answers", "topics", "treatments"))),
            written_questions(project_path(self._config["asked"])),
            EntityMatcher(names),
            self._alternatives,
        )
        vectors = self._encoder.encode_examples([*read.readings, *read.questions])
        count = len(read.paragraphs)
        return Paragraphs(read.paragraphs, vectors[:count], Asked.of(read.owners, vectors[count:]))

    def _kept(self, names: Mapping[str, Mapping[str, str]]) -> KeptFolder | None:
        """Give where they are kept, for these files and names and this encoder; None if nothing is to be."""
        folder = kept_folder()
        if folder is None:
            return None
        named = (project_path(self._config[name]) for name in ("answers", "asked", "topics", "treatments"))
        files = [path for one in named for path in (sorted(one.iterdir()) if one.is_dir() else [one])]
        read = [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files if path.is_file()]
        depends_on = json.dumps([read, names, self._encoder.digest()], sort_keys=True)
        return KeptFolder(folder / PARAGRAPHS_FILE, depends_on)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set what is found on messages whose questions were found."""
        for message in messages:
            questions = message.get(QUESTIONS)
            if self._model is not None and questions is not None:
                words, entities, ours = words_of(message), entities_of(message), float(message.get(OURS, 1.0))
                of_all = self._nearest(words, entities, ours)
                message.set(PARAGRAPHS, of_all, add_to_output=True)
                for question in questions:
                    said = [word for word in words if question["start"] <= word.start and word.end <= question["end"]]
                    # Most messages are one question: looking once is enough.
                    question[PARAGRAPHS] = of_all if len(said) == len(words) else self._nearest(said, entities, ours)
        return messages

    def _nearest(self, words: Sequence[Word], entities: Sequence[FoundEntity], ours: float) -> list[dict[str, Any]]:
        said = without_links(words)
        read, stems = classifier_reading(said, entities, self._alternatives), telling_stems(said)
        if self._model is None or len(stems) < _FEWEST_STEMS:
            return []
        vector = self._encoder.encode([read])[0]
        found = self._model.nearest(stems, vector, treatments_named(entities), least=PARAGRAPH_WORTH_A_LOOK, most=_MOST)
        return [
            {"answer": one.answer, "key": one.key, "tells": one.tells, "probability": round(doubted(odds, ours), 3)}
            for one, odds in found
        ]
