"""Learning, in a process that ends: gathers questions, trains on lessons that are ready, and lets the gate decide."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.cli.learning.exams import ask, exams_of
from bot.cli.learning.model_files import Loaded, ModelFiles
from bot.cli.setting_up import fingerprint, setup
from bot.cli.steps import StepError, Steps
from bot.clinic import load_clinic
from bot.curation.gate import judge
from bot.curation.gathering import gather
from bot.curation.lines import CURATION, LINES, are_as_learned, write_learned, write_lines
from bot.curation.models import Lesson
from bot.curation.nearness import Vectors
from bot.curation.trainings import LEARNING, Trainings
from bot.db.engine import Database
from bot.db.named_locks import NamedLocks
from bot.evaluation.datasets import Datasets, own_datasets
from bot.redaction.redactor import REDACTION, load_redactor
from bot.settings import Settings
from bot.staff.audit import record

LOCK = CURATION / "lock"
_POLITE = 10
"""How much this gives way to what serves patients (`nice`)."""


class Learner:
    """Does what is to be done, once.

    Args:
        settings: Where things are.
        steps: Where each step is shown.
        sets: What a new model is held against; the project's own by default.
    """

    def __init__(self, settings: Settings, steps: Steps, sets: Datasets | None = None) -> None:
        self._settings = settings
        self._root = settings.root
        self._steps = steps
        self._sets = sets
        self._files = ModelFiles(settings.root, settings.rasa_urls)

    def run(self) -> bool:
        """Undo what is to be undone, gather, and train until nothing is ready; False if another is at it.

        There is one in this folder, and one for the database: on PostgreSQL several machines may share that.

        Raises:
            StepError: A training could not be done. Its lessons stay ready, and the model of before in service.
        """
        database = Database.of(self._settings)
        locks = NamedLocks(database)
        try:
            with _alone(self._root) as is_alone:
                if not is_alone or not locks.take(LEARNING):
                    return False
                try:
                    os.nice(_POLITE)
                    self._learn(database)
                finally:
                    # The server hears of a closed connection a moment late: the next learner would find it taken.
                    locks.give_back(LEARNING)
        finally:
            locks.close()
            database.close()
        return True

    def _learn(self, database: Database) -> None:
        trainings = Trainings(database, record)
        for training_id in trainings.to_undo():
            trainings.undo(training_id)
        self._catch_up(database)
        with self._steps.step("Questions that were not answered well") as step:
            step.found(f"{self._gather(database)} new")
        while (begun := trainings.begin()) is not None:
            training_id, lessons = begun
            try:
                self._train(trainings, training_id, lessons)
            except Exception:
                trainings.fail(training_id, "It could not be done. See var/log/train.log and understand.log.")
                raise

    def _gather(self, database: Database) -> int:
        # Only here, and not in the edge: it takes 60 MB, a minute a day.
        from bot.encoder.sentence_encoder import SentenceEncoder

        redactor = load_redactor(self._root / REDACTION, load_clinic(self._settings.clinic_path).region)
        encoder: list[SentenceEncoder] = []

        def encode(texts: Sequence[str]) -> Vectors:
            if not encoder:
                encoder.append(SentenceEncoder(self._root / "models" / "encoder"))
            return encoder[0].encode(texts)

        return gather(database, redactor, encode)

    def _train(self, trainings: Trainings, training_id: int, lessons: list[Lesson]) -> None:
        learned, files = trainings.learned(), self._files
        files.begin_trial()
        write_lines(files.trial_lines, [*learned, *lessons])
        with self._steps.step(f"Training on {len(lessons)} lessons") as step:
            setup.run_training(self._root, step, out=files.trial, lines=files.trial_lines)
        exams = exams_of(self._sets or own_datasets(self._root / "tests"), learned, lessons)
        texts = [exam.text for exam in exams]
        with self._steps.step("Before and after") as step:
            before = ask(self._root, step, files.current, texts)
            verdict = judge(exams, before, ask(self._root, step, files.trial, texts))
            step.found("better or as good" if not verdict.reasons else " ".join(verdict.reasons))
        if verdict.reasons:
            trainings.refuse(training_id, lessons, verdict)
        else:
            if not trainings.is_under_way(training_id):
                raise StepError("The database was lost meanwhile, and another learner has begun.")
            # A crash from here on is seen by the next learner, who puts lines and model right.
            files.begin_exchange()
            write_lines(self._root / LINES, [*learned, *lessons])
            files.promote()
            trainings.succeed(training_id, lessons, verdict)
            # Who dropped a lesson meanwhile has its line gone with the next training.
            self._serve()
        files.clear_trial()

    def _catch_up(self, database: Database) -> None:
        """Have lines and model be what is learned: undone just now, changed from another machine, or cut short."""
        if not are_as_learned(database, self._root):
            self._files.begin_exchange()
        if not self._files.is_unfinished:
            return
        write_learned(database, self._root)
        with self._steps.step("What was learned or undone since") as step:
            if fingerprint.is_current(self._root):
                step.found("the model is as it should be")
            elif self._files.bring_back():
                step.found("the model of before")
            else:
                step.progress("training")
                self._files.keep_before()
                setup.train_model(self._root, self._steps)
        self._serve()

    def _serve(self) -> None:
        with self._steps.step("Telling Rasa") as step:
            told = self._files.serve()
            step.found("; ".join(f"{told.count(each)} {each.value}" for each in Loaded if each in told))


@contextmanager
def _alone(root: Path) -> Iterator[bool]:
    """Hold the lock that one learner has at a time; it goes with the process, however that ends."""
    path = root / LOCK
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
