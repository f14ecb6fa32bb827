"""The assistant learns from staff, with real processes: answered after review and training, turned down, undone."""

from __future__ import annotations

import re
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.cli.commands.safekeeping.keys import make_key
from bot.db.engine import Database
from bot.sealing import KEY_FILE_VARIABLE, read_keys
from bot.settings import ROOT
from bot.staff.sign_in import StaffAccounts
from bot.vocabulary import Role
from tests.chat_tester import ChatTester, csrf_token_of
from tests.end_to_end.linked_project import link_project
from tests.end_to_end.running import RunningFrontdesk, wait_until
from tests.factories import day

pytestmark = pytest.mark.slow(reason="trains the model twice")

PASSWORD = "correct horse battery"
QUESTION = "my brother comes along with his dialysis machine, does the big ramp thing take it"
REPLY = "Yes. The ramp at the back door takes wheelchairs and machines. Ring the bell and we come out."
TRAINED_WITHIN = 900.0
ANSWER = "regenerative_medicine.contact_hours_location"


class Desk:
    """Two staff members and patients at a running Frontdesk, without a browser."""

    def __init__(self, frontdesk: RunningFrontdesk) -> None:
        self.frontdesk = frontdesk
        self.opened: list[httpx.Client] = []
        self.writer = self.sits_down("wren@clinic.example")
        self.clinician = self.sits_down("lee@clinic.example")

    def sits_down(self, email: str = "") -> ChatTester:
        """Give a chat with a patient and a staff member."""
        clients = [httpx.Client(base_url=self.frontdesk.address, timeout=60.0, trust_env=False) for _ in range(2)]
        self.opened += clients
        chat = ChatTester(*clients, email=email, password=PASSWORD)
        if email:
            chat.staff_signs_in()
        return chat

    def asks(self, text: str) -> list[dict[str, Any]]:
        """Ask in a new chat; give the replies."""
        return [message["reply"] for message in self.sits_down().patient_says(text)]

    def posts(self, chat: ChatTester, path: str, **form: str) -> httpx.Response:
        """Send a form of the console; give the page that follows."""
        token = csrf_token_of(chat.staff.get("/staff/knowledge/learning").text)
        response = chat.staff.post(path, data={"csrf_token": token, **form}, follow_redirects=True)
        assert response.status_code == 200, response.text
        return response

    def training(self, number: int) -> tuple[str, str]:
        """Give what came of a training, and why; `none` while it has not begun."""
        with closing(sqlite3.connect(self.frontdesk.database)) as store:
            row = store.execute("SELECT status, reasons FROM trainings WHERE id = ?", (number,)).fetchone()
        return row or ("none", "")

    def waits_for(self, number: int, status: str) -> None:
        """Wait until a training has ended, and make sure how."""
        wait_until(lambda: self.training(number)[0] not in {"none", "running", "undo_wanted"}, TRAINED_WITHIN)
        assert self.training(number)[0] == status, self.training(number)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Run a Frontdesk whose models are its own."""
    project = link_project(tmp_path_factory.mktemp("project"), own_models=True)
    _ask_every_tenth(project)
    # All of it with a key: the learner reads lessons that are encrypted where they are stored.
    make_key(key := tmp_path_factory.mktemp("keys") / "key")
    program, told = [sys.executable, "-m", "bot"], {KEY_FILE_VARIABLE: str(key)}
    frontdesk = RunningFrontdesk(project, tmp_path_factory.mktemp("state"), program, told)
    try:
        frontdesk.start()
        database = Database(f"sqlite:///{frontdesk.database}", read_keys(key.read_text(encoding="utf-8")))
        for name, role in (("Wren", Role.WRITER), ("Lee", Role.CLINICAL_ADMIN)):
            StaffAccounts(database).add(email=f"{name.lower()}@clinic.example", name=name, role=role, password=PASSWORD)
        database.close()
        desk = Desk(frontdesk)
        yield desk
        for client in desk.opened:
            client.close()
    finally:
        frontdesk.stop()


def _ask_every_tenth(project: Path) -> None:
    """Have the gate ask a tenth of its texts: asking all takes longer than training does."""
    linked = project / "tests"
    linked.unlink()
    (linked / "nlu").mkdir(parents=True)
    for entry in (ROOT / "tests").iterdir():
        if entry.name != "nlu":
            (linked / entry.name).symlink_to(entry)
    for entry in (ROOT / "tests" / "nlu").iterdir():
        if entry.suffix == ".tsv":
            head, *rows = entry.read_text(encoding="utf-8").splitlines(keepends=True)
            (linked / "nlu" / entry.name).write_text(head + "".join(rows[::10]), encoding="utf-8")
        else:
            (linked / "nlu" / entry.name).symlink_to(entry)


class Patients(threading.Thread):
    """Patients who go on asking while the model is exchanged."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(daemon=True)
        self._desk = desk
        self._stopping = threading.Event()
        self.kinds: list[str] = []

    def run(self) -> None:
        """Ask twice a second."""
        chat = self._desk.sits_down()
        while not self._stopping.wait(0.5):
            self.kinds += [message["reply"]["kind"] for message in chat.patient_says("How much is PRP?")]

    def stop(self) -> None:
        """Let them finish."""
        self._stopping.set()
        self.join(60.0)


def _is_answered(replies: list[dict[str, Any]]) -> bool:
    return any(reply["kind"] == "answer" and "back door" in reply["text"] for reply in replies)


def _lesson_of_a_reply(desk: Desk, question: str) -> str:
    """Let a patient ask, staff reply, and the writer make a lesson of it; give the lesson's address."""
    patient = desk.sits_down("wren@clinic.example")
    patient.patient_says(question)
    patient.patient_asks_for_person()
    patient.staff_replies(f"Dear Zsofia Kerekes. {REPLY}")
    page = patient.staff_reads()
    reply = re.search(r'data-author="staff"[^>]*data-id="(\d+)"', page)
    assert reply is not None
    made = desk.posts(
        desk.writer, "/staff/knowledge/lessons/from-reply", conversation=patient.conversation_id, message=reply[1]
    )
    assert "[name]" in made.text
    return made.url.path


def test_a_reply_of_staff_becomes_an_answer_after_review_and_training(desk: Desk):
    """No turn is lost while the model is exchanged."""
    assert not _is_answered(desk.asks(QUESTION))
    lesson = _lesson_of_a_reply(desk, QUESTION)
    drafted = desk.posts(
        desk.writer,
        lesson,
        question=QUESTION,
        intent="ask_contact_hours_location",
        treatment="regenerative_medicine",
        proposed=REPLY,
        then="draft",
    )
    assert "Answer waits for approval" in drafted.text
    version = re.search(r"/versions/(\d+)/approve", desk.clinician.staff.get(f"/staff/knowledge/answers/{ANSWER}").text)
    assert version is not None
    patients = Patients(desk)
    patients.start()

    desk.posts(
        desk.clinician, f"/staff/knowledge/answers/{ANSWER}/versions/{version[1]}/approve", due=day(200).isoformat()
    )
    try:
        desk.waits_for(1, "live")
        wait_until(lambda: _is_answered(desk.asks(QUESTION)), 30.0)
    finally:
        patients.stop()
    assert len(patients.kinds) > 10
    assert set(patients.kinds) == {"answer"}
    page = desk.writer.staff.get("/staff/knowledge/learning").text
    assert "In service" in page
    assert "Questions of our test set" in page


def test_a_lesson_that_contradicts_an_earlier_one_is_turned_down(desk: Desk):
    """The same words as another topic: the gate says why, and the earlier one stays."""
    before = desk.frontdesk.project / "models" / "frontdesk.tar.gz"
    was = before.read_bytes()
    lesson = _lesson_of_a_reply(desk, QUESTION)
    desk.posts(desk.writer, lesson, question=QUESTION, intent="ask_cost", treatment="prp", then="teach")

    desk.waits_for(2, "refused")

    assert "still not be understood" in desk.training(2)[1]
    assert before.read_bytes() == was
    assert _is_answered(desk.asks(QUESTION))


def test_undo_brings_the_model_of_before_back(desk: Desk):
    """In one click, without training."""
    desk.posts(desk.clinician, "/staff/knowledge/learning/trainings/1/undo")
    desk.waits_for(1, "undone")

    wait_until(lambda: not _is_answered(desk.asks(QUESTION)), 60.0)
    assert not (desk.frontdesk.project / "var" / "curation" / "nlu" / "learned.yml").exists()
