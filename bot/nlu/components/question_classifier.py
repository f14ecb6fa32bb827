"""The graph component that says which questions a message asks, and so what its intent is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import confidence
from bot.encoder.shipped_vectors import ADAPTER
from bot.nlu.components.component_settings import Setting, file, folder, number, whole_number
from bot.nlu.components.trained_component import TrainedComponent, encoder_of
from bot.nlu.kept import code, kept_folder
from bot.nlu.knowledge import TREATMENTS, alternatives
from bot.nlu.models.intent_model import IntentModel, RankedIntent, Settings, telling
from bot.nlu.models.kept_sums import SUMS_FILE, KeptSums
from bot.nlu.models.ours import Ours
from bot.nlu.models.shipped_space import SPACE, fitting
from bot.nlu.project import project_path
from bot.nlu.text.clauses import Cut, Join, cuts
from bot.nlu.text.divisions import LONGEST_RUN, Read, divide, read_weights
from bot.nlu.text.entity_matcher import FoundEntity
from bot.nlu.text.follow_ups import follow_up_kind, names_only, outside
from bot.nlu.text.messages import OURS, QUESTIONS, UNSURE_QUESTIONS, entities_of, is_understood, text_of, words_of
from bot.nlu.text.question_forms import clause_of, spoken, without_links
from bot.nlu.text.questions import (
    FOLLOW_UP,
    TELL_MORE,
    Candidate,
    choose_questions,
    left_open,
    side,
    values_between,
)
from bot.nlu.text.readings import classifier_reading, questions_of
from bot.nlu.text.words import Word
from bot.vocabulary import COMPARISON, EXCLUDED, INTENT_PREFIX, REPORTS, Entities, FollowUp, Intents

_SHOWN_RANKING = 3
# A question mark among so many words at the end marks a stretch ("is it safe? :)").
_NEAR_THE_END = 3
_LIST_JOINS = frozenset({Join.WORD, Join.MARK})


class _Ranked(NamedTuple):
    """The likeliest intents of a stretch, likeliest first, and how far it is ours."""

    intents: list[RankedIntent]
    ours: float


_NOTHING = _Ranked([], 1.0)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class QuestionClassifier(TrainedComponent[IntentModel], IntentClassifier):
    """Splits a message into its questions and classifies each; the message's intent is that of the first."""

    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        "encoder": folder("models/encoder"),
        # What the next four mean, `intent_model.Settings` says.
        "smoothing": number(0.5, 0.001, 100),
        "wording_weight": number(0.4, 0, 1),
        "balance": number(0.5, 0, 1),
        "unknown_share": number(0.1, 0, 1),
        # What each feature of a division counts (`divisions.py`).
        "divisions": file("data/divisions/weights.json"),
        # It says which treatments the clinic only compares with.
        "treatments": file(TREATMENTS),
        # How many intents a message's ranking has.
        "ranking_length": whole_number(10, _SHOWN_RANKING, 1000),
    }

    def __init__(
        self,
        config: Mapping[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: IntentModel | None = None,
    ) -> None:
        super().__init__(config, model_storage, resource, model)
        self._encoder = encoder_of(self._config)
        self._known_words = self._encoder.words
        self._alternatives = _alternatives_by(self._config)
        self._division_weights = read_weights(project_path(self._config["divisions"]))

    @staticmethod
    def required_packages() -> list[str]:
        """The packages it needs."""
        return ["scipy", "onnxruntime", "tokenizers"]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Let `rasa train` learn anew when the alternatives change, which is no training data to it."""
        return " ".join(sorted(_alternatives_by({**cls.get_default_config(), **config})))

    @classmethod
    def read_model(cls, folder: Path, config: Mapping[str, Any]) -> IntentModel:  # noqa: ARG003 - Others need it.
        """Read what tells the intents apart."""
        return IntentModel.load(folder)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the intents from the examples."""
        questions = questions_of(training_data, self._alternatives)
        examples = [example for example in questions if not example.is_taught]
        taught = [example for example in questions if example.is_taught]
        vectors = self._encoder.encode_examples([example.asked for example in examples])
        kept = telling(vectors, [example.intent for example in examples])
        texts, intents = zip(*((examples[place].asked, examples[place].intent) for place in kept), strict=True)
        settings = Settings(
            smoothing=self._config["smoothing"],
            wording=self._config["wording_weight"],
            balance=self._config["balance"],
            unknown_share=self._config["unknown_share"],
        )
        self._model = IntentModel(settings)
        fresh = self._encoder.is_fresh(texts)
        self._model.train(
            texts,
            vectors[kept],
            intents,
            fresh,
            space=fitting(project_path(str(SPACE)), project_path(str(ADAPTER)), fresh),
            kept=self._kept_sums(),
        )
        self._model.ours = Ours.learn(vectors[kept], np.array([side(intent) for intent in intents], np.int64))
        self._model.remember([example.asked for example in questions], [example.intent for example in questions])
        self._model.teach(
            self._encoder.encode_examples([example.asked for example in taught]), [example.intent for example in taught]
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def _kept_sums(self) -> KeptSums | None:
        folder = kept_folder()
        return KeptSums(folder / SUMS_FILE, f"{code()} {self._encoder.digest()}") if folder else None

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
        return self._rank_all([words], entities)[0].intents

    def _rank_all(self, stretches: Sequence[Sequence[Word]], entities: Sequence[FoundEntity]) -> list[_Ranked]:
        """Return the likeliest intents of each stretch; the encoder reads all of them at once."""
        reads = [classifier_reading(without_links(words), entities, self._alternatives) for words in stretches]
        readable = [read for read in dict.fromkeys(reads) if any(letter.isalnum() for letter in read)]
        if self._model is None or not readable:
            return [_NOTHING for _ in reads]
        vectors = self._encoder.encode(readable)
        rankings = self._model.rank(readable, vectors, self._config["ranking_length"])
        ours = self._model.ours.of(vectors)
        ranked = {
            read: _Ranked(_without_reports(ranking), float(how_far))
            for read, ranking, how_far in zip(readable, rankings, ours, strict=True)
        }
        return [
            self._unless_gibberish(ranked.get(read, _NOTHING), words, entities)
            for read, words in zip(reads, stretches, strict=True)
        ]

    def _unless_gibberish(self, ranked: _Ranked, words: Sequence[Word], entities: Sequence[FoundEntity]) -> _Ranked:
        is_none = ranked.intents and ranked.intents[0].name == Intents.OUT_OF_SCOPE
        return _NOTHING if is_none and self._is_gibberish(words, entities) else ranked

    def _is_gibberish(self, words: Sequence[Word], entities: Sequence[FoundEntity]) -> bool:
        """Say whether most words are none: that is not understood, rather than known to be about something else."""
        spoken = [word for word in outside(words, entities) if word.form.isalpha()]
        # A word that only its repair made one ("florp", flop) may as well be none.
        known = [word for word in spoken if not word.repaired and word.form in self._known_words]
        return 2 * len(known) < len(spoken)

    def _understand(self, message: Message) -> None:
        text, words, entities = text_of(message), words_of(message), entities_of(message)
        questions: list[Candidate] = []
        unsure: list[Candidate] = []
        found = _with_names(cuts(text, words), words, entities)
        read = self._reader([0, *(cut.place for cut in found), len(words)], words, entities)
        whole = read(0, len(found) + 1)
        message.set(OURS, whole.ours if whole is not None else 1.0)
        if whole is not None:
            asked, told = self._divided(found, read)
            questions = choose_questions(whole, asked, told)
            unsure = left_open(whole, questions, asked, told)
        ranking = [_as_rasa_intent(intent) for intent in questions[0].ranking] if questions else []
        message.set(INTENT, dict(ranking[0]) if ranking else {"name": None, "confidence": 0.0}, add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        for key, asked in ((QUESTIONS, questions), (UNSURE_QUESTIONS, unsure)):
            message.set(key, [self._as_question(text, question) for question in asked], add_to_output=True)

    def _divided(self, found: Sequence[Cut], read: Read) -> tuple[list[Candidate], list[Candidate]]:
        """Give the questions of a message, and what is told around them."""
        parted: dict[bool, list[Candidate]] = {True: [], False: []}
        for stretch in divide(found, read, self._division_weights):
            candidate = read(stretch.first, stretch.last)
            if candidate is not None:
                parted[stretch.asks].append(candidate)
        return parted[True], parted[False]

    def _reader(self, places: Sequence[int], words: Sequence[Word], entities: Sequence[FoundEntity]) -> Read:
        """Give what classifies the clauses between two of these places; one with names alone is no question.

        Args:
            places: Where the clauses begin, and the end.
            words: The words of the message.
            entities: Its entities.
        """
        count = len(places) - 1
        runs = [
            (first, last)
            for first in range(count)
            for last in range(first + 1, count + 1)
            if last - first <= LONGEST_RUN or last - first == count
        ]
        stretches = [words[places[first] : places[last]] for first, last in runs]
        candidates = {
            run: self._candidate(stretch, ranked, entities)
            for run, stretch, ranked in zip(runs, stretches, self._rank_all(stretches, entities), strict=True)
            if run == (0, count) or not names_only(stretch, entities)
        }
        return lambda first, last: candidates.get((first, last))

    def _candidate(self, words: Sequence[Word], ranked: _Ranked, entities: Sequence[FoundEntity]) -> Candidate | None:
        ranking = ranked.intents
        if not ranking:
            return None
        words = without_links(words)
        marked = any("?" in word.form for word in words[-_NEAR_THE_END:])
        clause = clause_of(words, ends_in_question_mark=marked)
        kind = follow_up_kind(words, entities)
        if kind is FollowUp.MEDICINE and _is_clear_about_medicine(ranking[0]):
            kind = None
        if kind is not None:
            ranking = _led_by(TELL_MORE if kind is FollowUp.WHY else FOLLOW_UP, ranking)
        start, end = words[0].start, words[-1].end
        return Candidate(
            start=start,
            end=end,
            asks=clause.asks,
            opens=clause.opens,
            marked=marked,
            length=len(spoken(words)),
            follow_up=kind,
            ranking=tuple(ranking),
            values=values_between(entities, start, end),
            ours=ranked.ours,
        )

    def _as_question(self, text: str, question: Candidate) -> dict[str, Any]:
        treatments = _treatments_of(question)
        left_out = question.values.get(_LEFT_OUT, ())
        return {
            "text": text[question.start : question.end],
            "start": question.start,
            "end": question.end,
            "intent": question.intent,
            "confidence": question.confidence,
            "follow_up": question.follow_up.value if question.follow_up else None,
            "ranking": [_as_rasa_intent(intent) for intent in question.ranking[:_SHOWN_RANKING]],
            "treatments": [slug for slug in treatments if slug not in self._alternatives],
            "alternatives": [slug for slug in treatments if slug in self._alternatives],
            "excluded": [slug for slug in left_out if slug not in treatments],
            "conditions": list(question.values.get("condition", ())),
            "body_parts": list(question.values.get("body_part", ())),
            "medicines": list(question.values.get("medicine", ())),
        }


def _with_names(found: Sequence[Cut], words: Sequence[Word], entities: Sequence[FoundEntity]) -> list[Cut]:
    """Leave out the cuts in a list of names: "how do PRP, exosomes and surgery differ" is about all three."""
    kept: list[Cut] = []
    ends = [*(cut.place for cut in found[1:]), len(words)]
    for cut, end in zip(found, ends, strict=False):
        start = kept[-1].place if kept else 0
        parts = (words[start : cut.place], words[cut.place : end])
        if cut.join not in _LIST_JOINS or not any(names_only(without_links(part), entities) for part in parts):
            kept.append(cut)
    return kept


_LEFT_OUT = f"{EXCLUDED}_{Entities.TREATMENT}"


def _alternatives_by(config: Mapping[str, Any]) -> frozenset[str]:
    return alternatives(project_path(config["treatments"]))


def _without_reports(ranking: Sequence[RankedIntent]) -> list[RankedIntent]:
    """Take every report of a danger as something that is wrong: whether it is a danger, the edge has looked.

    They are learned apart, since a plain complaint and a danger are told differently.
    """
    surest: dict[str, RankedIntent] = {}
    for intent in ranking:
        name = Intents.REPORT_SYMPTOM if intent.name in REPORTS else intent.name
        surest.setdefault(name, RankedIntent(name, intent.confidence))
    return list(surest.values())


def _led_by(intent: str, ranking: Sequence[RankedIntent]) -> list[RankedIntent]:
    """Put what a rule has found before what the classifier says, which FallbackClassifier must not find surer."""
    others = [
        RankedIntent(other.name, min(other.confidence, confidence.BY_RULE)) for other in ranking if other.name != intent
    ]
    return [RankedIntent(intent, confidence.BY_RULE), *others]


def _treatments_of(question: Candidate) -> tuple[str, ...]:
    """Give the treatments asked about: those named, else those of which only they have what is named (marrow, a spin).

    A comparison is about both: "are stem cells better than platelets?"
    """
    named, implied = (question.values.get(kind, ()) for kind in (Entities.TREATMENT, Entities.TREATMENT_CUE))
    if question.intent == INTENT_PREFIX + COMPARISON:
        # "Prolotherapy instead of PRP" compares the two; "other than PRP" alone does not.
        beside = question.values.get(_LEFT_OUT, ()) if len(named) == 1 else ()
        return tuple(dict.fromkeys((*named, *implied, *beside)))
    return named or implied


def _as_rasa_intent(intent: RankedIntent) -> dict[str, Any]:
    return {"name": intent.name, "confidence": intent.confidence}


def _is_clear_about_medicine(likeliest: RankedIntent) -> bool:
    return likeliest.name.startswith("ask_medications") and likeliest.confidence >= confidence.MEDICINE_FROM
