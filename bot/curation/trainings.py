"""The life of a training: which lessons it takes, what came of it, and having it undone."""

from __future__ import annotations

from collections.abc import Sequence

from bot.curation import store
from bot.curation.gate import Verdict
from bot.curation.models import Lesson
from bot.curation.states import LessonStatus, TrainingStatus
from bot.db.engine import Database, utc_now
from bot.errors import ConflictError, PermissionDeniedError
from bot.knowledge.reviewing.review import Editor, Record

CUT_SHORT = "It was cut short. The model of before stayed in service."
LEARNING = "learning"
"""The lock (`bot/db/named_locks.py`) of the one learner that all edges on a database have at a time."""


class Trainings:
    """Keeps the record of trainings; who trains is the learner's process (`bot/cli/learning`)."""

    def __init__(self, database: Database, record: Record) -> None:
        """Take the store and the audit log."""
        self._database = database
        self._record = record
        self._gathering_wanted = False
        self._in_service: list[tuple[int, str]] | None = None

    def want_gathering(self) -> None:
        """Have new questions gathered soon; forgotten when this process ends."""
        self._gathering_wanted = True

    def is_wanted(self) -> bool:
        """Tell whether there is something to gather, to train or to undo; who asks goes and does it.

        So is what another edge has learned or undone: its models may lie on another machine than ours.
        """
        with self._database.read() as session:
            in_service = store.newest_in_service(session)
            was, self._in_service = self._in_service, in_service
            wanted, self._gathering_wanted = self._gathering_wanted, False
            return bool(
                wanted
                or (was is not None and was != in_service)
                or store.lessons_with(session, LessonStatus.READY)
                or store.approved_lessons(session)
                or store.trainings_with(session, TrainingStatus.UNDO_WANTED)
            )

    def begin(self) -> tuple[int, list[Lesson]] | None:
        """Begin a training on what is ready; give its number and the lessons, or None if nothing is ready.

        What was refused together with others is tried by itself.
        """
        with self._database.write() as session:
            for cut in store.trainings_with(session, TrainingStatus.RUNNING):
                cut.status, cut.ended_at, cut.reasons = TrainingStatus.FAILED.value, utc_now(), [CUT_SHORT]
            for lesson in store.approved_lessons(session):
                lesson.status = LessonStatus.READY.value
            session.flush()
            ready = store.lessons_with(session, LessonStatus.READY)
            together = [lesson for lesson in ready if not lesson.alone]
            taken = together or ready[:1]
            if not taken:
                return None
            training = store.add_training(session)
            for lesson in taken:
                session.expunge(lesson)
            return training.id, taken

    def learned(self) -> list[Lesson]:
        """Give the lessons in service."""
        with self._database.read() as session:
            return store.lessons_with(session, LessonStatus.LEARNED)

    def succeed(self, training_id: int, lessons: Sequence[Lesson], verdict: Verdict) -> None:
        """Note that the new model is in service."""
        self._end(training_id, TrainingStatus.LIVE, verdict, lessons, LessonStatus.LEARNED)

    def refuse(self, training_id: int, lessons: Sequence[Lesson], verdict: Verdict) -> None:
        """Note that the gate turned the new model down; of several lessons each is tried by itself then."""
        status = LessonStatus.READY if len(lessons) > 1 else LessonStatus.REFUSED
        self._end(training_id, TrainingStatus.REFUSED, verdict, lessons, status)

    def fail(self, training_id: int, reason: str) -> None:
        """Note that the training could not be done; its lessons stay ready."""
        with self._database.write() as session:
            training = store.get_training(session, training_id)
            if training.status == TrainingStatus.RUNNING.value:
                training.status, training.ended_at, training.reasons = TrainingStatus.FAILED.value, utc_now(), [reason]

    def is_under_way(self, training_id: int) -> bool:
        """Tell whether a training is still ours: who lost the database meanwhile may have lost its lock to another."""
        with self._database.read() as session:
            return store.get_training(session, training_id).status == TrainingStatus.RUNNING.value

    def want_undone(self, training_id: int, editor: Editor) -> None:
        """Ask for the newest training in service to be undone.

        Raises:
            ConflictError: It is not the newest, or not in service.
            PermissionDeniedError: The editor may not approve answers.
        """
        if not editor.may_approve:
            raise PermissionDeniedError("Your role may not undo a training.")
        with self._database.write() as session:
            live = store.trainings_with(session, TrainingStatus.LIVE)
            if not live or live[0].id != training_id:
                raise ConflictError("Only the newest training in service can be undone. Reload the page.")
            live[0].status, live[0].undo_by = TrainingStatus.UNDO_WANTED.value, editor.name
            self._record(
                session,
                staff_member_id=editor.id,
                staff_name=editor.name,
                action="training.undone",
                subject="training",
                subject_id=training_id,
                details={},
            )

    def to_undo(self) -> list[int]:
        """Give the trainings that somebody wants undone, newest first."""
        with self._database.read() as session:
            return [training.id for training in store.trainings_with(session, TrainingStatus.UNDO_WANTED)]

    def undo(self, training_id: int) -> None:
        """Take a training's lessons out of service."""
        with self._database.write() as session:
            store.get_training(session, training_id).status = TrainingStatus.UNDONE.value
            for lesson in store.lessons_of(session, training_id):
                if lesson.status == LessonStatus.LEARNED.value:
                    lesson.status = LessonStatus.UNDONE.value

    def _end(
        self,
        training_id: int,
        status: TrainingStatus,
        verdict: Verdict,
        lessons: Sequence[Lesson],
        lesson_status: LessonStatus,
    ) -> None:
        with self._database.write() as session:
            training = store.get_training(session, training_id)
            training.status, training.ended_at = status.value, utc_now()
            training.figures = {name: dict(counted) for name, counted in verdict.figures.items()}
            training.reasons = list(verdict.reasons)
            for taken in lessons:
                lesson = store.get_lesson(session, taken.id, to_change=True)
                # Who changed or dropped it meanwhile has the last word; what was learned of it goes with the next one.
                if lesson.status == LessonStatus.READY.value:
                    lesson.status, lesson.training_id = lesson_status.value, training_id
                    lesson.alone = lesson_status is LessonStatus.READY
