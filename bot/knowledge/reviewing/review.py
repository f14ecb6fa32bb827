"""Changing answers under review: drafts, approval by another person, retirement; nothing written is ever lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bot.clinic import Clinic
from bot.db.engine import Database
from bot.errors import ConflictError, PermissionDeniedError
from bot.knowledge import history_store, store
from bot.knowledge.exchange.versions import (
    CONSOLE,
    Names,
    Written,
    add_version,
    entry_of,
    in_service,
    latest,
    retire_all,
    take_scope,
)
from bot.knowledge.files.entries import AnswerEntry, ReviewEntry
from bot.knowledge.files.names import Known, name_problems
from bot.knowledge.files.quality import problems_of, uncited
from bot.knowledge.mentioned import Mentioned
from bot.knowledge.models import Answer, AnswerVersion, Topic
from bot.responses import FixedResponses
from bot.vocabulary import ReviewStatus

LONGEST_REVIEW_DAYS = 731
"""Two years: what is looked at less often goes stale unseen."""

AUDIT_ACTIONS = {
    "draft": "answer.changed",
    "in_review": "answer.submitted",
    "sent_back": "answer.sent_back",
    "approved": "answer.approved",
    "retired": "answer.retired",
}
"""What the audit log calls the steps of an answer's history."""


ONLY_A_CLINICIAN = "This is a medical topic, so only a clinician may approve its answers."
"""What the topics are that others may approve, topics.yml says: `logistics`."""


@dataclass(frozen=True, kw_only=True)
class Editor:
    """A staff member at work on answers, and what their role lets them do.

    Attributes:
        id: Their account.
        name: Their name.
        role: What their role is called now, which is kept with what they approve.
        may_write: Whether they may write drafts.
        may_approve: Whether they may put answers into service and take them out.
        is_clinician: Whether they may approve answers on medical topics too.
    """

    id: int
    name: str
    role: str
    may_write: bool
    may_approve: bool
    is_clinician: bool


class Record(Protocol):
    """Notes what somebody did in the audit log, in the transaction that does it."""

    def __call__(
        self,
        session: Session,
        *,
        staff_member_id: int | None,
        staff_name: str,
        action: str,
        subject: str,
        subject_id: str | int,
        details: Mapping[str, Any],
    ) -> None:
        """Note it."""


class Reviewing:
    """Takes an answer from draft to approved to retired; every step is kept with who took it."""

    def __init__(
        self,
        database: Database,
        clinic: Clinic,
        responses: FixedResponses,
        record: Record,
        mentioned: Mentioned | None = None,
    ) -> None:
        """Take the store, the clinic, the fixed wordings that fill gaps, the audit log, and what messages mention."""
        self._mentioned = None if mentioned is None else mentioned.names or None
        self._database = database
        self._record = record
        self._clinic = clinic
        self._unset = responses.unset

    def save(self, entry: AnswerEntry, *, base: int, editor: Editor, note: str = "") -> int:
        """Store new words as a draft on top of an answer's history; what is in service stays there.

        Args:
            entry: The words; their review is not looked at.
            base: The version they were made from; 0 for a new answer.
            editor: Who wrote them.
            note: Why, in a few words.

        Returns:
            The number of the new version.

        Raises:
            ConflictError: Somebody saved another version meanwhile, or a name in it is unknown.
            PermissionDeniedError: The editor may not write answers.
        """
        _require(editor.may_write, "Your role may read answers but not change them.")
        draft = entry.model_copy(update={"review": ReviewEntry(status=ReviewStatus.DRAFT)})
        with self._database.write() as session:
            # What is stored must be what can be written out and read back, a draft too.
            problems = [problem.text for problem in name_problems(draft, self._known(session))]
            problems += [f"it {problem}" for problem in uncited(draft)]
            if problems:
                raise ConflictError(f"{problems[0][:1].upper()}{problems[0][1:]}.")
            names = Names(topics=store.topics(session), treatments=store.treatments(session))
            answer = self._base(session, draft, base)
            version = add_version(answer, draft, names, Written(origin=CONSOLE, by=editor.name, by_id=editor.id))
            session.flush()
            self._note(session, version, "draft", editor, note)
            return version.version

    def submit(self, answer_id: str, number: int, editor: Editor) -> None:
        """Ask for the approval of a draft.

        Raises:
            ConflictError: It is not the newest draft any more.
            PermissionDeniedError: The editor may not write answers.
        """
        _require(editor.may_write, "Your role may read answers but not change them.")
        with self._database.write() as session:
            version = self._newest(session, answer_id, number, {ReviewStatus.DRAFT})
            version.status = ReviewStatus.IN_REVIEW.value
            self._note(session, version, "in_review", editor)

    def send_back(self, answer_id: str, number: int, editor: Editor, note: str) -> None:
        """Give a version under review back to its writer, with what is to be changed.

        Raises:
            ConflictError: It is not under review any more.
            PermissionDeniedError: The editor may not approve answers.
        """
        _require(editor.may_approve, "Your role may not review answers.")
        with self._database.write() as session:
            version = self._newest(session, answer_id, number, {ReviewStatus.IN_REVIEW})
            version.status = ReviewStatus.DRAFT.value
            self._note(session, version, "sent_back", editor, note)

    def approve(self, answer_id: str, number: int, editor: Editor, *, due: dt.date) -> None:
        """Put a version into service; it is served from this moment on, in every process.

        Args:
            answer_id: Which answer.
            number: Its newest version, under review; or a sample, as it stands.
            editor: Who answers for it.
            due: The last day on which it is served without another review.

        Raises:
            ConflictError: It is not under review any more, reads too hard, or the day is no good.
            PermissionDeniedError: The editor may not approve answers, wrote part of this one, or is no clinician and
                the topic is a medical one.
        """
        _require(editor.may_approve, "Your role may not approve answers.")
        today = self._clinic.today()
        if not today < due <= today + dt.timedelta(days=LONGEST_REVIEW_DAYS):
            raise ConflictError("The next review must be due after today, and within two years.")
        with self._database.write() as session:
            version = self._newest(session, answer_id, number, {ReviewStatus.IN_REVIEW}, or_sample=True)
            answer = version.answer
            topics = store.topics(session)
            self._require_other_writer(answer, editor)
            _require(may_approve_topic(topics[answer.topic], editor), ONLY_A_CLINICIAN)
            problems = self.problems(entry_of(version))
            if problems:
                raise ConflictError(f"This cannot be approved yet. It {problems[0]}.")
            version.status = ReviewStatus.APPROVED.value
            version.sample = False
            version.reviewed_by, version.reviewed_on, version.review_due_on = editor.name, today, due
            version.reviewed_by_id, version.reviewed_by_role = editor.id, editor.role
            take_scope(answer, entry_of(version), Names(topics=topics, treatments=store.treatments(session)))
            self._note(session, version, "approved", editor)

    def retire(self, answer_id: str, editor: Editor, note: str) -> None:
        """Take an answer out of service at once, with all its versions.

        Raises:
            NotFoundError: There is no such answer.
            PermissionDeniedError: The editor may not approve answers.
        """
        _require(editor.may_approve, "Your role may not retire answers.")
        with self._database.write() as session:
            answer = history_store.get_answer(session, answer_id, to_change=True)
            retire_all(answer)
            self._note(session, latest(answer), "retired", editor, note)

    def restore(self, answer_id: str, number: int, editor: Editor) -> int:
        """Make a draft of an older version's words; give its number."""
        with self._database.read() as session:
            answer = history_store.get_answer(session, answer_id)
            base = latest(answer).version
            entry = entry_of(history_store.get_version(session, answer_id, number))
        return self.save(entry, base=base, editor=editor, note=f"Words of version {number}")

    def problems(self, entry: AnswerEntry) -> list[str]:
        """List what stands in the way of an answer's approval."""
        return problems_of(entry, self._clinic, self._unset)

    def may_approve(self, answer: Answer, editor: Editor) -> bool:
        """Tell whether an editor could approve an answer's newest version."""
        return editor.may_approve and (self._clinic.one_person_approves or editor.id not in _writers(answer))

    def _require_other_writer(self, answer: Answer, editor: Editor) -> None:
        if not self.may_approve(answer, editor):
            raise PermissionDeniedError(
                "You wrote part of this change, so another person must approve it. "
                "(A clinic run by one person can say so in clinic.yml: one_person_approves.)"
            )

    def _base(self, session: Session, entry: AnswerEntry, base: int) -> Answer:
        if base == 0:
            if session.get(Answer, entry.id) is not None:
                raise ConflictError(f"There is an answer {entry.id} already. Open it and change it.")
            answer = Answer(id=entry.id, file_hash="", versions=[], treatments=[])
            session.add(answer)
            return answer
        answer = history_store.get_answer(session, entry.id, to_change=True)
        if answer.topic != entry.topic:
            raise ConflictError("An answer stays with its topic; write a new answer instead.")
        newest = latest(answer)
        if newest.version != base:
            raise ConflictError(f"{newest.written_by} saved version {newest.version} while you were writing.")
        return answer

    def _newest(
        self, session: Session, answer_id: str, number: int, wanted: set[ReviewStatus], *, or_sample: bool = False
    ) -> AnswerVersion:
        version = latest(history_store.get_answer(session, answer_id, to_change=True))
        if version.version != number:
            raise ConflictError(
                f"There is a newer version, {version.version}, by {version.written_by}. Look at it first."
            )
        if ReviewStatus(version.status) not in wanted and not (or_sample and version.sample):
            raise ConflictError(f"This version is {version.status.replace('_', ' ')} by now. Reload the page.")
        return version

    def _known(self, session: Session) -> Known:
        sources = history_store.sources(session)
        return Known(
            treatments=frozenset(store.treatments(session)),
            topics=frozenset(store.topics(session)),
            sources=frozenset(source.id for source in sources),
            facts={name: fact.source for name, fact in history_store.facts(session).items()},
            policies=frozenset(source.id for source in sources if source.kind == "clinic_policy"),
            staff_words=frozenset(source.id for source in sources if source.kind == "clinic_staff"),
            mentioned=self._mentioned,
        )

    def _note(self, session: Session, version: AnswerVersion, step: str, editor: Editor, note: str = "") -> None:
        history_store.add_event(
            session, version.answer_id, version=version.version, step=step, by=editor.name, note=note
        )
        self._record(
            session,
            staff_member_id=editor.id,
            staff_name=editor.name,
            action=AUDIT_ACTIONS[step],
            subject="answer",
            subject_id=version.answer_id,
            details={"version": version.version, **_review_of(version, step)},
        )


def may_approve_topic(topic: Topic, editor: Editor) -> bool:
    """Tell whether an editor may approve answers on a topic: medical ones take a clinician."""
    return editor.may_approve and (editor.is_clinician or topic.logistics)


def samples_for(session: Session, editor: Editor) -> list[str]:
    """List the answers, by id, that nobody has approved yet though they are served, and that an editor may approve."""
    topics = store.topics(session)
    return [
        answer.id
        for answer in history_store.all_answers(session)
        if latest(answer).sample and latest(answer).is_in_service and may_approve_topic(topics[answer.topic], editor)
    ]


def _review_of(version: AnswerVersion, step: str) -> dict[str, Any]:
    """Give what the audit log says of an approval: in which role."""
    return {"role": version.reviewed_by_role} if step == "approved" else {}


def _writers(answer: Answer) -> set[int | None]:
    """Give who wrote the versions since the words in service: all of them had a hand in the newest one."""
    served = in_service(answer)
    since: Sequence[AnswerVersion] = [v for v in answer.versions if served is None or v.version > served.version]
    return {version.written_by_id for version in since}


def _require(allowed: bool, problem: str) -> None:  # noqa: FBT001  (reads as an assertion)
    if not allowed:
        raise PermissionDeniedError(problem)
