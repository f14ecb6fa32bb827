"""From a question that was not answered to a lesson that is ready: by a reply of staff, a draft, another's approval."""

from __future__ import annotations

from typing import Any

import pytest

from bot.bootstrap import Services
from bot.conversations import store as conversations
from bot.curation import store
from bot.curation.gate import Verdict
from bot.curation.models import Lesson
from bot.curation.states import NOT_FOR_US, LessonStatus, TrainingStatus
from bot.curation.trainings import Trainings
from bot.errors import ConflictError, NotFoundError, PermissionDeniedError
from bot.knowledge import store as knowledge
from bot.knowledge.reviewing.review import Editor
from bot.settings import ROOT
from bot.staff.audit import record
from bot.vocabulary import ReplyKind
from tests.factories import day
from tests.unit.curation.conftest import Asks

REPLY = "You can park behind the house. It is free for patients."
GOOD = Verdict(figures={}, reasons=())
BAD = Verdict(figures={}, reasons=("It would fall.",))


def _replied(services: Services, conversation: str, text: str = REPLY) -> int:
    with services.database.write() as session:
        return conversations.add_staff_message(session, conversation_id=conversation, text=text, staff_name="Wren").id


def _lesson(services: Services, number: int) -> Lesson:
    with services.database.read() as session:
        lesson = store.get_lesson(session, number)
        session.expunge(lesson)
        return lesson


def _values(**changes: Any) -> dict[str, Any]:
    return {
        "question": "is parking free",
        "intent": "ask_contact_hours_location",
        "treatment": "regenerative_medicine",
        "proposed": REPLY,
        "owner_id": None,
        **changes,
    }


@pytest.fixture
def lesson(services: Services, asks: Asks, writer: Editor) -> int:
    """Give a lesson made of a reply of staff."""
    conversation, _ = asks("this is quillo, is parking free? 312-555-0142", topic="cost", name="Quillo")
    return services.lessons.from_reply(conversation, _replied(services, conversation, f"Dear Quillo. {REPLY}"), writer)


def test_a_reply_becomes_a_lesson_without_personal_details(services: Services, lesson: int, writer: Editor):
    """The question it answered, the topic that had no answer, and whose task it is."""
    made = _lesson(services, lesson)

    assert made.question == "this is, is parking free?"
    assert made.proposed == f"Dear [name]. {REPLY}"
    assert (made.intent, made.owner_id, made.status) == ("ask_cost", writer.id, "open")


def test_a_draft_waits_for_another_person_and_the_lesson_for_the_draft(
    services: Services, lesson: int, writer: Editor, clinician: Editor
):
    """Served at once when it is approved, and the lesson is ready then."""
    services.lessons.say(lesson, writer, values=_values())
    answer_id = services.lessons.draft(lesson, writer)
    assert _lesson(services, lesson).status == LessonStatus.WAITING.value
    assert not services.trainings.is_wanted()
    version = _lesson(services, lesson).answer_version
    assert version is not None
    with pytest.raises(ConflictError, match="waits for approval already"):
        services.lessons.draft(lesson, writer)

    services.reviewing.approve(answer_id, version, clinician, due=day(100))

    assert services.trainings.is_wanted()
    begun = services.trainings.begin()
    assert begun is not None
    assert [one.id for one in begun[1]] == [lesson]
    with services.database.read() as session:
        served = knowledge.find_answer(
            session,
            treatment="regenerative_medicine",
            topic="contact_hours_location",
            rules=services.serving_rules(),
        )
        assert served is not None
        assert REPLY in [served.version.short, *(part["text"] for part in served.version.body["details"])]


def test_who_wrote_the_draft_cannot_approve_it(services: Services, asks: Asks, clinician: Editor):
    """Also not by this way."""
    conversation, _ = asks("is parking free")
    number = services.lessons.from_reply(conversation, _replied(services, conversation), clinician)
    services.lessons.say(number, clinician, values=_values())
    answer_id = services.lessons.draft(number, clinician)

    with pytest.raises(PermissionDeniedError, match="another person"):
        services.reviewing.approve(answer_id, _lesson(services, number).answer_version or 0, clinician, due=day(100))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"intent": ""}, "Choose the topic"),
        ({"intent": NOT_FOR_US}, "Choose the topic"),
        ({"treatment": ""}, "Choose the treatment"),
        ({"proposed": " "}, "Write the answer"),
        ({"proposed": "Dear [name], it is free."}, "Something personal"),
        ({"proposed": "very " * 70 + "long."}, "more than 60 words"),
    ],
)
def test_what_is_no_answer_yet_is_no_draft(
    services: Services, lesson: int, writer: Editor, changes: dict[str, Any], problem: str
):
    """It says what is missing, and keeps what was written."""
    services.lessons.say(lesson, writer, values=_values(**{"treatment": "exosomes", "intent": "ask_types", **changes}))

    with pytest.raises(ConflictError, match=problem):
        services.lessons.draft(lesson, writer)

    assert _lesson(services, lesson).status == LessonStatus.OPEN.value


@pytest.mark.parametrize(
    "changes",
    [
        {"intent": "ask_nothing"},
        {"treatment": "voodoo"},
        {"owner_id": 999},
        {"question": "?!"},
        {"question": "w " * 200},
    ],
)
def test_a_lesson_says_only_what_there_is(services: Services, lesson: int, writer: Editor, changes: dict[str, Any]):
    """A topic, a treatment, a person, a question with words."""
    with pytest.raises(ConflictError):
        services.lessons.say(lesson, writer, values=_values(**changes))


def test_a_wrong_topic_is_a_lesson_that_needs_no_answer(services: Services, asks: Asks, writer: Editor):
    """The answer is there; only the question was taken for another."""
    conversation, said = asks("is parking free", kind=ReplyKind.ANSWER)

    number = services.lessons.wrong_topic(conversation, said, writer)
    with pytest.raises(ConflictError, match="Say first"):
        services.lessons.teach(number, writer)
    services.lessons.say(number, writer, values=_values(proposed=""))
    services.lessons.teach(number, writer)

    assert _lesson(services, number).status == LessonStatus.READY.value


def test_only_what_was_said_can_be_a_lesson(services: Services, asks: Asks, writer: Editor):
    """A patient's message is no reply of staff, nor an answer of the assistant."""
    conversation, said = asks("is parking free")

    with pytest.raises(NotFoundError):
        services.lessons.from_reply(conversation, said, writer)
    with pytest.raises(NotFoundError):
        services.lessons.wrong_topic(conversation, said - 1, writer)


def test_who_may_not_write_teaches_nothing(services: Services, lesson: int):
    """An agent may propose."""
    agent = Editor(id=1, name="Ana", role="agent", may_write=False, may_approve=False, is_clinician=False)
    services.lessons.say(lesson, agent, values=_values(treatment="exosomes", intent="ask_cost"))

    with pytest.raises(PermissionDeniedError):
        services.lessons.teach(lesson, agent)
    with pytest.raises(PermissionDeniedError):
        services.lessons.draft(lesson, agent)


def _ready(services: Services, asks: Asks, writer: Editor, question: str) -> int:
    conversation, said = asks(question, kind=ReplyKind.ANSWER)
    number = services.lessons.wrong_topic(conversation, said, writer)
    services.lessons.say(number, writer, values=_values(question=question))
    services.lessons.teach(number, writer)
    return number


def test_lessons_that_are_turned_down_together_are_tried_one_by_one(services: Services, asks: Asks, writer: Editor):
    """One of them may be good."""
    first, second = (_ready(services, asks, writer, question) for question in ("is it free", "is it far"))
    begun = services.trainings.begin()
    assert begun is not None
    services.trainings.refuse(begun[0], begun[1], BAD)

    alone = services.trainings.begin()
    assert alone is not None
    assert [one.id for one in alone[1]] == [first]
    services.trainings.succeed(alone[0], alone[1], GOOD)
    last = services.trainings.begin()
    assert last is not None
    services.trainings.refuse(last[0], last[1], BAD)

    assert services.trainings.begin() is None
    assert _lesson(services, first).status == LessonStatus.LEARNED.value
    assert _lesson(services, second).status == LessonStatus.REFUSED.value


def test_a_training_that_was_cut_short_is_begun_anew(services: Services, asks: Asks, writer: Editor):
    """It says so, and its lessons are still ready."""
    number = _ready(services, asks, writer, "is it free")
    cut = services.trainings.begin()
    assert cut is not None

    again = services.trainings.begin()

    assert again is not None
    assert [one.id for one in again[1]] == [number]
    with services.database.read() as session:
        training = store.get_training(session, cut[0])
        assert training.status == TrainingStatus.FAILED.value
        assert "cut short" in training.reasons[0]


def test_only_the_newest_training_is_undone_and_by_who_may_approve(
    services: Services, asks: Asks, writer: Editor, clinician: Editor
):
    """Its lessons are out of service; those of before stay."""
    numbers = []
    for question in ("is it free", "is it far"):
        numbers.append(_ready(services, asks, writer, question))
        begun = services.trainings.begin()
        assert begun is not None
        services.trainings.succeed(begun[0], begun[1], GOOD)
    newest = begun[0]

    with pytest.raises(PermissionDeniedError):
        services.trainings.want_undone(newest, writer)
    with pytest.raises(ConflictError):
        services.trainings.want_undone(newest - 1, clinician)
    services.trainings.want_undone(newest, clinician)
    assert services.trainings.is_wanted()
    assert services.trainings.to_undo() == [newest]
    services.trainings.undo(newest)

    assert [_lesson(services, number).status for number in numbers] == ["learned", "undone"]
    assert not services.trainings.to_undo()


def test_an_edge_sees_once_what_another_has_learned_or_undone(services: Services, asks: Asks, writer: Editor):
    """Its models may lie on another machine."""
    elsewhere = Trainings(services.database, record)
    assert not elsewhere.is_wanted()
    _ready(services, asks, writer, "is it free")
    begun = services.trainings.begin()
    assert begun is not None
    services.trainings.succeed(begun[0], begun[1], GOOD)

    assert [elsewhere.is_wanted(), elsewhere.is_wanted()] == [True, False]
    services.trainings.undo(begun[0])
    assert [elsewhere.is_wanted(), elsewhere.is_wanted()] == [True, False]


def test_a_training_that_another_has_begun_anew_is_ours_no_more(services: Services, asks: Asks, writer: Editor):
    """Its learner puts nothing in service."""
    _ready(services, asks, writer, "is it free")
    first = services.trainings.begin()
    assert first is not None
    assert services.trainings.is_under_way(first[0])

    services.trainings.begin()
    services.trainings.fail(first[0], "too late")

    assert not services.trainings.is_under_way(first[0])
    with services.database.read() as session:
        assert "cut short" in store.get_training(session, first[0]).reasons[0]


def test_a_lesson_dropped_while_it_is_trained_is_not_in_service(services: Services, asks: Asks, writer: Editor):
    """Who drops it has the last word."""
    number = _ready(services, asks, writer, "is it free")
    begun = services.trainings.begin()
    assert begun is not None
    services.lessons.drop(number, writer)

    services.trainings.succeed(begun[0], begun[1], GOOD)

    assert _lesson(services, number).status == LessonStatus.DROPPED.value
    with pytest.raises(ConflictError):
        services.lessons.teach(number, writer)


def test_no_shipped_answer_rests_on_what_staff_say():
    """It is for what a clinic's own staff have said and another person has approved."""
    folder = ROOT / "data" / "knowledge" / "answers"

    assert [path.name for path in folder.glob("*.yml") if "clinic-staff" in path.read_text(encoding="utf-8")] == []
