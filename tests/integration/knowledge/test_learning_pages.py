"""The console's pages on learning: groups, lessons made of replies and of wrong topics, trainings."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pytest

from bot.bootstrap import Services
from bot.curation.gate import Verdict
from bot.curation.gathering import gather
from bot.curation.nearness import Vectors
from bot.knowledge.reviewing.review import Editor
from bot.redaction.redactor import REDACTION, load_redactor
from bot.reply import Reply
from bot.settings import ROOT, Settings
from bot.staff.passwords import hash_password
from bot.staff.store import add_staff_member
from bot.vocabulary import ReplyKind, Role
from bot.web import background
from tests.chat_tester import ChatTester, csrf_token_of
from tests.fakes import FakeRasa
from tests.integration.edge import ANA, PASSWORD, NewChat

WREN, LEE = "wren@clinic.example", "lee@clinic.example"
PAGE = "/staff/knowledge/learning"
ASKED = "this is Zsofia Kerekes, is parking free? 312-555-0142"


@pytest.fixture(autouse=True)
def learners(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """Let no page start a training; give what would have been started."""
    started: list[Settings] = []

    async def note(settings: Settings) -> int:
        started.append(settings)
        return 0

    monkeypatch.setattr(background, "run_learner", note)
    monkeypatch.setattr(background, "LOOK_EVERY_SECONDS", 0.05)
    return started


@pytest.fixture
def chat(services: Services, rasa: FakeRasa, new_chat: NewChat) -> ChatTester:
    """Give a chat whose question has no answer, with a writer at the desk."""
    with services.database.write() as session:
        for name, email, role in (("Wren", WREN, Role.WRITER), ("Lee", LEE, Role.CLINICIAN)):
            add_staff_member(session, email=email, name=name, role=role, password_hash=hash_password(PASSWORD))
    rasa.answer = lambda _text: [Reply(kind=ReplyKind.NO_ANSWER, text="We have no answer to that.", topic="cost")]
    return new_chat(WREN)


def posts(chat: ChatTester, path: str, status: int = 200, **form: str) -> str:
    """Send a form of the console; give the page that follows."""
    chat.staff_signs_in()
    token = csrf_token_of(chat.staff.get(PAGE).text)
    response = chat.staff.post(path, data={"csrf_token": token, **form}, follow_redirects=True)
    assert response.status_code == status, response.text
    return response.text


def gathers(services: Services) -> None:
    """Put aside what was not answered, as the learner does."""

    def alike(texts: Sequence[str]) -> Vectors:
        return np.ones((len(texts), 4), np.float32)

    gather(services.database, load_redactor(ROOT / REDACTION, "US"), alike)


def test_a_group_shows_no_personal_detail_and_becomes_somebodys_task(chat: ChatTester, services: Services):
    """With how often it was asked, and why it is there."""
    chat.patient_says(ASKED)
    chat.patient_says("is the parking free then?")
    gathers(services)
    chat.staff_signs_in()

    page = chat.staff.get(PAGE).text

    assert "2 times" in page
    assert "No answer" in page
    assert "this is [name], is parking free? [phone]" in page
    assert "Kerekes" not in page
    messages = page.partition('name="messages" value="')[2].partition('"')[0]
    owner = page.partition(">Lee</option>")[0].rpartition('value="')[2].partition('"')[0]
    lesson = posts(chat, f"{PAGE}/groups", messages=messages, owner=owner, then="task")
    assert "Asked 2 times" in lesson
    again = chat.staff.get(PAGE).text
    assert "No questions wait" in again
    assert ">Lee</span>" in again
    assert 'data-testid="tab-learning">Learning <span class="count">1</span>' in again


def test_nothing_to_learn_is_said_once(chat: ChatTester, services: Services):
    """The group is gone."""
    chat.patient_says(ASKED)
    gathers(services)
    chat.staff_signs_in()
    messages = chat.staff.get(PAGE).text.partition('name="messages" value="')[2].partition('"')[0]

    assert "No questions wait" in posts(chat, f"{PAGE}/groups", messages=messages, then="aside")


@pytest.mark.parametrize("messages", ["", "1;2", "x", "1,", "9" * 13])
def test_a_form_that_names_no_questions_is_refused(chat: ChatTester, messages: str):
    """With a word on what to do."""
    assert "names no questions" in posts(chat, f"{PAGE}/groups", 422, messages=messages, then="task")


def test_a_reply_becomes_a_draft_that_waits(chat: ChatTester, learners: list[Settings]):
    """The name is taken out and shown as taken out; the writer writes that sentence anew."""
    chat.patient_says(ASKED)
    chat.patient_asks_for_person()
    chat.staff_replies("Dear Zsofia Kerekes. Parking is free for patients.")
    page = chat.staff_reads()
    assert "Make an answer of this" in page
    reply = page.partition('name="message" value="')[2].partition('"')[0]

    lesson = posts(chat, "/staff/knowledge/lessons/from-reply", conversation=chat.conversation_id, message=reply)
    assert "<mark>[name]</mark>" in lesson
    assert "this is, is parking free?" in lesson
    fields = {"question": "is parking free", "intent": "ask_contact_hours_location", "treatment": "prp"}
    refused = posts(
        chat, "/staff/knowledge/lessons/1", 409, **fields, proposed="Dear [name]. Parking is free.", then="draft"
    )
    assert "Something personal was taken out" in refused
    drafted = posts(chat, "/staff/knowledge/lessons/1", **fields, proposed="Parking is free for you.", then="draft")

    assert "Answer waits for approval" in drafted
    assert "prp.contact_hours_location" in drafted
    assert "Parking is free for you." in chat.staff.get("/staff/knowledge/answers/prp.contact_hours_location").text
    assert learners == []


def test_a_wrong_topic_is_taught_and_a_learner_starts(
    chat: ChatTester, services: Services, rasa: FakeRasa, learners: list[Settings]
):
    """By the button under the assistant's answer."""
    rasa.answer = lambda _text: [
        Reply(kind=ReplyKind.ANSWER, text="It costs this.", topic="cost", answer_id="prp.cost", answer_version=1)
    ]
    chat.patient_says("is it free to park")
    chat.patient_asks_for_person()
    page = chat.staff_reads()
    assert "Not this topic" in page
    answer = page.partition('name="message" value="')[2].partition('"')[0]
    posts(chat, "/staff/knowledge/lessons/wrong-topic", conversation=chat.conversation_id, message=answer)

    refused = posts(chat, "/staff/knowledge/lessons/1", 409, question="is it free to park", then="teach")
    assert "Say first" in refused
    fields = {"question": "is it free to park", "intent": "ask_contact_hours_location", "treatment": "prp"}
    assert "Waits for training" in posts(chat, "/staff/knowledge/lessons/1", **fields, then="teach")

    wait_for(learners)
    assert learners[0].database_url == services.settings.database_url


def test_an_agent_sees_no_buttons_and_teaches_nothing(chat: ChatTester, new_chat: NewChat):
    """Whoever may not write answers may not change what is understood either."""
    agent = new_chat(ANA)
    agent.patient_says(ASKED)
    agent.patient_asks_for_person()
    agent.staff_replies("Parking is free.")
    assert "Make an answer of this" not in agent.staff_reads()
    chat.patient_says(ASKED)
    chat.patient_asks_for_person()
    chat.staff_replies("Parking is free.")
    reply = chat.staff_reads().partition('name="message" value="')[2].partition('"')[0]
    posts(chat, "/staff/knowledge/lessons/from-reply", conversation=chat.conversation_id, message=reply)

    fields = {"question": "is parking free", "intent": "ask_cost", "treatment": "prp"}
    posts(agent, "/staff/knowledge/lessons/1", 403, **fields, then="teach")


def test_a_training_shows_before_and_after_and_is_undone_by_who_approves(
    chat: ChatTester, new_chat: NewChat, services: Services, learners: list[Settings]
):
    """One click, and only for the newest in service."""
    chat.patient_says("is it free to park")
    said = chat.transcript()["messages"][-1]["id"]
    wren = Editor(id=1, name="Wren", role="writer", may_write=True, may_approve=False, is_clinician=False)
    number = services.lessons.wrong_topic(chat.conversation_id, said, wren)
    values = {"question": "is it free", "intent": "ask_cost", "treatment": "prp", "proposed": "", "owner_id": None}
    services.lessons.say(number, wren, values=values)
    services.lessons.teach(number, wren)
    begun = services.trainings.begin()
    assert begun is not None
    figures = {"questions of our test set": {"before": 900, "after": 901, "total": 970}}
    services.trainings.succeed(begun[0], begun[1], Verdict(figures=figures, reasons=()))
    chat.staff_signs_in()
    page = chat.staff.get(PAGE).text
    assert "<td>900</td><td>901</td><td>970</td>" in page
    assert 'data-testid="undo"' not in page
    clinician = new_chat(LEE)

    undone = posts(clinician, f"{PAGE}/trainings/{begun[0]}/undo")

    assert "Being undone" in undone
    assert "undone by Lee" in undone
    posts(chat, f"{PAGE}/trainings/{begun[0]}/undo", 403)
    wait_for(learners)


def test_a_learner_that_cannot_be_started_is_started_again(
    chat: ChatTester, learners: list[Settings], monkeypatch: pytest.MonkeyPatch
):
    """The edge looks again later: its environment may have been exchanged just then."""

    async def fail_once(settings: Settings) -> int:
        learners.append(settings)
        if len(learners) == 1:
            raise FileNotFoundError
        return 0

    monkeypatch.setattr(background, "run_learner", fail_once)
    monkeypatch.setattr(background, "LEARNING_RETRY_SECONDS", 0.05)
    posts(chat, f"{PAGE}/look")
    wait_for(learners)
    posts(chat, f"{PAGE}/look")

    wait_for(learners, 2)


def wait_for(started: list[Settings], count: int = 1) -> None:
    """Wait until the edge has started a learner, or so many."""
    deadline = time.monotonic() + 10.0
    while len(started) < count:
        assert time.monotonic() < deadline
        time.sleep(0.05)
