"""What staff do with a question that was not answered well: make a lesson of it, say what is right, draft an answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.conversations import store as conversations
from bot.curation import store
from bot.curation.drafting import drafted
from bot.curation.models import Lesson
from bot.curation.states import NOT_FOR_US, LessonStatus
from bot.db.engine import Database, utc_now
from bot.errors import ConflictError, NotFoundError, PermissionDeniedError
from bot.knowledge import store as knowledge
from bot.knowledge.reviewing.review import Editor, Record, Reviewing
from bot.redaction.particulars import without_particulars
from bot.redaction.redactor import Redactor
from bot.staff import store as staff
from bot.vocabulary import COMPARISON, INTENT_PREFIX, Author

LONGEST_QUESTION = 300
_SPACE_BEFORE = re.compile(r" +(?=[,.;:!?])")
_PLACEHOLDER = re.compile(r"\s*\[[a-z ]+\]")
_SETTLED = {LessonStatus.LEARNED, LessonStatus.DROPPED}


class Lessons:
    """Makes lessons and brings them as far as people can: to ready, or to a draft that waits for its approval."""

    def __init__(
        self, database: Database, reviewing: Reviewing, redactor: Callable[[], Redactor], record: Record
    ) -> None:
        """Take the store, the review of answers, what redacts, and the audit log."""
        self._database = database
        self._reviewing = reviewing
        self._redactor = redactor
        self._record = record

    def from_group(self, message_ids: Collection[int], editor: Editor, *, owner_id: int | None) -> int:
        """Make a lesson of gathered questions, with an owner; give its number.

        Raises:
            NotFoundError: None of them is there any more.
        """
        with self._database.write() as session:
            questions = {one.message_id: one for one in store.gathered(session, message_ids) if one.lesson_id is None}
            first = next((questions[one] for one in message_ids if one in questions), None)
            if first is None:
                raise NotFoundError("These questions are not waiting any more. Reload the page.")
            lesson = self._add(session, first.text, editor, owner_id=owner_id, topic=first.topic)
            store.give_to_lesson(session, list(questions), lesson.id)
            return lesson.id

    def set_aside(self, message_ids: Collection[int], editor: Editor) -> None:
        """Note that nothing is to be learned from some questions."""
        with self._database.write() as session:
            store.set_aside(session, message_ids, editor.name)

    def from_reply(self, conversation_id: str, message_id: int, editor: Editor) -> int:
        """Make a lesson of what a staff member replied and of what the patient had asked before; give its number.

        Raises:
            NotFoundError: There is no such reply of staff, or no question before it.
        """
        with self._database.write() as session:
            reply = conversations.find_message(session, conversation_id, message_id)
            if reply is None or reply.author is not Author.STAFF:
                raise NotFoundError("There is no such reply of staff.")
            names = self._names(session, conversation_id)
            asked, topic, treatment = self._asked_before(session, conversation_id, message_id)
            lesson = self._add(
                session, self._redacted(asked, names), editor, owner_id=editor.id, topic=topic, treatment=treatment
            )
            redactor = self._redactor()
            lesson.proposed = without_particulars(redactor.redact(reply.text, names), redactor.words)
            return lesson.id

    def wrong_topic(self, conversation_id: str, message_id: int, editor: Editor) -> int:
        """Make a lesson of a question that the assistant took for another; give its number.

        Raises:
            NotFoundError: There is no such answer of the assistant.
        """
        with self._database.write() as session:
            said = conversations.find_message(session, conversation_id, message_id)
            asked = None
            if said is not None and said.author is Author.BOT and said.in_reply_to is not None:
                asked = conversations.find_message(session, conversation_id, said.in_reply_to)
            if asked is None:
                raise NotFoundError("There is no such answer of the assistant.")
            names = self._names(session, conversation_id)
            lesson = self._add(session, self._redacted(asked.text, names), editor, owner_id=editor.id)
            store.note_wrong_topic(session, asked, message_id, lesson)
            return lesson.id

    def suggest(self, lesson_id: int, intent: str | None, treatment: str | None) -> None:
        """Fill in what a lesson does not say yet, where there is such a topic or treatment; a person looks at it next.

        Args:
            lesson_id: Which one.
            intent: What the question may be about.
            treatment: The treatment that it names; else it is taken to be about the clinic's main one.
        """
        with self._database.write() as session:
            lesson = store.get_lesson(session, lesson_id, to_change=True)
            topics, treatments = knowledge.topics(session), knowledge.treatments(session)
            topic = (intent or "").removeprefix(INTENT_PREFIX)
            if lesson.intent is None and topic in topics and topic != COMPARISON:
                lesson.intent = intent
            offered = [slug for slug, row in treatments.items() if row.kind != "alternative"]
            if lesson.treatment is None and offered:
                lesson.treatment = treatment if treatment in offered else offered[0]

    def say(self, lesson_id: int, editor: Editor, *, values: Mapping[str, Any]) -> None:
        """Change what a lesson says: its question, intent, treatment, proposed answer, owner.

        Raises:
            ConflictError: It is settled, or a value is none that there is; says which.
        """
        with self._database.write() as session:
            lesson = self._changeable(session, lesson_id)
            question = " ".join(str(values["question"]).split())
            if not any(letter.isalpha() for letter in question) or len(question) > LONGEST_QUESTION:
                raise ConflictError(f"The question needs words, and at most {LONGEST_QUESTION} letters.")
            _require_known(session, values)
            lesson.question = question
            lesson.intent = values["intent"] or None
            lesson.treatment = values["treatment"] or None
            lesson.proposed = str(values["proposed"]).strip()
            lesson.owner_id = values["owner_id"]
            self._note(session, lesson, "lesson.changed", editor)

    def draft(self, lesson_id: int, editor: Editor) -> str:
        """Make a draft answer of what is proposed and send it to review; give the answer's id.

        The lesson waits until another person has approved it.

        Raises:
            ConflictError: A topic, a treatment or words are missing, or the words cannot be an answer; says why.
            PermissionDeniedError: The editor may not write answers.
        """
        with self._database.read() as session:
            lesson = self._changeable(session, lesson_id)
            if lesson.status == LessonStatus.WAITING.value:
                raise ConflictError("Its draft waits for approval already. Change it on the answer's own page.")
            entry, base = drafted(session, lesson, owner=editor.name)
        number = self._reviewing.save(
            entry, base=base, editor=editor, note=f"From a reply of staff, lesson {lesson_id}"
        )
        self._reviewing.submit(entry.id, number, editor)
        with self._database.write() as session:
            lesson = self._changeable(session, lesson_id)
            lesson.answer_id, lesson.answer_version = entry.id, number
            lesson.status, lesson.alone = LessonStatus.WAITING.value, False
            self._note(session, lesson, "lesson.drafted", editor)
        return entry.id

    def teach(self, lesson_id: int, editor: Editor) -> None:
        """Have a question learned as what it is: its answer is there already, or it is nothing for the assistant.

        Raises:
            ConflictError: Nobody has said what it is.
            PermissionDeniedError: The editor may not write answers.
        """
        if not editor.may_write:
            raise PermissionDeniedError("Your role may not change what the assistant understands.")
        with self._database.write() as session:
            lesson = self._changeable(session, lesson_id)
            if lesson.intent is None:
                raise ConflictError("Say first what the question is about.")
            lesson.status, lesson.alone = LessonStatus.READY.value, False
            self._note(session, lesson, "lesson.taught", editor)

    def drop(self, lesson_id: int, editor: Editor) -> None:
        """Give a lesson up."""
        with self._database.write() as session:
            lesson = self._changeable(session, lesson_id)
            lesson.status = LessonStatus.DROPPED.value
            self._note(session, lesson, "lesson.dropped", editor)

    def _add(
        self,
        session: Session,
        question: str,
        editor: Editor,
        *,
        owner_id: int | None,
        topic: str | None = None,
        treatment: str | None = None,
    ) -> Lesson:
        known = knowledge.topics(session)
        lesson = store.add_lesson(
            session,
            Lesson(
                question=learnable(question),
                intent=f"{INTENT_PREFIX}{topic}" if topic in known else None,
                treatment=treatment,
                proposed="",
                status=LessonStatus.OPEN.value,
                owner_id=owner_id,
                made_by=editor.name,
                made_at=utc_now(),
            ),
        )
        self._note(session, lesson, "lesson.made", editor)
        return lesson

    def _changeable(self, session: Session, lesson_id: int) -> Lesson:
        lesson = store.get_lesson(session, lesson_id, to_change=True)
        if LessonStatus(lesson.status) in _SETTLED:
            raise ConflictError(f"This lesson is {lesson.status} by now. Reload the page.")
        return lesson

    def _asked_before(
        self, session: Session, conversation_id: str, message_id: int
    ) -> tuple[str, str | None, str | None]:
        """Give what the patient asked before a reply of staff: what the bot could not answer, else the last words."""
        said = conversations.newest_first(
            session, conversation_id, authors=[Author.PATIENT, Author.BOT], before=message_id, limit=40
        )
        by_id = {one.id: one for one in said if one.author is Author.PATIENT}
        for one in said:
            asked = by_id.get(one.in_reply_to or 0)
            if one.reply is not None and asked is not None and asked.in_reply_to is None and not one.reply.answer_id:
                options = [option for option in one.reply.options if option.topic]
                topic = one.reply.topic or (options[0].topic if options else None)
                treatments = one.reply.treatments or (options[0].treatments if options else ())
                if topic is not None or one.reply.kind.value in {"clarify", "no_answer"}:
                    return asked.text, topic, treatments[0] if treatments else None
        last = next((one for one in said if one.author is Author.PATIENT and one.in_reply_to is None), None)
        if last is None:
            raise NotFoundError("The patient has asked nothing before this reply.")
        return last.text, None, None

    def _names(self, session: Session, conversation_id: str) -> list[str]:
        known = conversations.get_conversation(session, conversation_id).patient_name
        return [*staff.all_names(session).values(), *([known] if known else [])]

    def _redacted(self, text: str, names: Collection[str]) -> str:
        return self._redactor().redact(text, list(names)).text

    def _note(self, session: Session, lesson: Lesson, action: str, editor: Editor) -> None:
        self._record(
            session,
            staff_member_id=editor.id,
            staff_name=editor.name,
            action=action,
            subject="lesson",
            subject_id=lesson.id,
            details={"intent": lesson.intent or ""},
        )


def learnable(question: str) -> str:
    """Give a redacted question as a sentence to learn from: without what stands for the details, and short."""
    plain = _SPACE_BEFORE.sub("", " ".join(_PLACEHOLDER.sub(" ", question).split()))
    return plain[:LONGEST_QUESTION] or question[:LONGEST_QUESTION]


def _require_known(session: Session, values: Mapping[str, Any]) -> None:
    intents = {f"{INTENT_PREFIX}{slug}" for slug in knowledge.topics(session) if slug != COMPARISON} | {NOT_FOR_US}
    if values["intent"] and values["intent"] not in intents:
        raise ConflictError("There is no such topic.")
    if values["treatment"] and values["treatment"] not in knowledge.treatments(session):
        raise ConflictError("There is no such treatment.")
    if values["owner_id"] is not None and values["owner_id"] not in staff.names(session):
        raise ConflictError("There is no such staff member any more.")
