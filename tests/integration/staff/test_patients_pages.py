"""The pages on which administrators hand out or delete one person's data: step by step, and never by accident."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest

from bot.bootstrap import Services
from bot.conversations import store
from bot.staff.store import audit_entries
from bot.vocabulary import Role
from tests.chat_tester import ChatTester
from tests.integration.edge import MARKER, PASSWORD, NewChat, error_message

EMAIL = f"{MARKER}@home.example"
SURE = {"confirmed": "yes"}
JSON = {"accept": "application/json"}


@pytest.fixture
def boss(new_chat: NewChat, services: Services) -> ChatTester:
    """Give an administrator who is signed in."""
    services.staff.add(email="boss@clinic.example", name="Boss", role=Role.ADMIN, password=PASSWORD)
    someone = new_chat("boss@clinic.example")
    someone.staff_signs_in()
    return someone


@pytest.fixture
def maria(chat: ChatTester) -> ChatTester:
    """Give a patient who has left an address, and waits for a person."""
    chat.patient_says(f"my knee is {MARKER}")
    chat.patient_leaves_contact(name="Maria Marker", email=EMAIL)
    return chat


def posts(boss: ChatTester, step: str = "", **form: str):
    """Send a form of the page."""
    return boss.staff.post(f"/staff/patients{step}", data={"csrf_token": boss._csrf_token, **form})


def _seen(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert found is not None
    return found.group(1)


def test_somebody_is_found_and_what_there_is_of_them_shown(boss: ChatTester, maria: ChatTester) -> None:
    """With the ticket that staff have of them."""
    page = posts(boss, who=f" {EMAIL} ").text

    assert "Maria Marker" in page
    assert maria.conversation_id in page
    assert "is not resolved" in page
    assert "messages (" in page
    assert MARKER not in re.sub(rf"{EMAIL}", "", page)


@pytest.mark.parametrize("who", ["", MARKER, "nobody@home.example", "0" * 32])
def test_nobody_is_found_by_less_than_a_whole_contact(boss: ChatTester, maria: ChatTester, who: str) -> None:
    """The page says what to type."""
    response = posts(boss, who=who)

    assert response.status_code == 404
    assert "patients-error" in response.text


def test_nothing_is_handed_out_or_deleted_unless_the_person_was_made_sure_of(
    boss: ChatTester, maria: ChatTester
) -> None:
    """Anybody can type anybody's address."""
    for step, form in (("/export", {}), ("/review", {"reason": "asked for it"})):
        response = posts(boss, step, who=EMAIL, **form)
        assert (response.status_code, "Tick that you have made sure" in response.text) == (422, True)

    assert maria.patient_sees()


def test_an_export_comes_as_a_file_that_no_cache_keeps(boss: ChatTester, maria: ChatTester, services: Services) -> None:
    """And stands in the audit log."""
    response = posts(boss, "/export", who=EMAIL, **SURE)

    assert response.headers["content-type"] == "application/zip"
    assert response.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        data = json.loads(archive.read("data.json"))
    assert [row["id"] for row in data["conversations"]] == [maria.conversation_id]
    assert f"my knee is {MARKER}" in [row["text"] for row in data["messages"]]
    with services.database.read() as session:
        (entry,) = audit_entries(session, subject="patient")
    assert (entry.action, entry.staff_name) == ("patient.exported", "Boss")


def test_somebody_is_forgotten_in_two_steps(boss: ChatTester, maria: ChatTester, services: Services) -> None:
    """The second shows what goes and why; then there is a receipt, and nothing else."""
    ticket = boss.staff_sees_tickets()[0]
    review = posts(boss, "/review", who=EMAIL, reason="asked for it by phone", **SURE).text
    assert "cannot be undone" in review
    assert maria.patient_sees()

    page = posts(boss, "/forget", who=EMAIL, reason="asked for it by phone", seen=_seen(review)).text

    receipt = page[page.index('data-testid="receipt"') :]
    assert "asked for it by phone" in receipt
    assert not re.search(f"{MARKER}|Maria", receipt)
    gone = maria.patient.get(f"{maria.path}/messages", headers=maria.bearer)
    assert gone.status_code == 404
    error_message(boss.staff.get(f"/staff/tickets/{ticket}", headers=JSON), 404)
    assert ticket not in boss.staff_sees_tickets()
    with services.database.read() as session:
        assert store.count_messages(session) == 0


def test_what_came_since_is_shown_before_it_is_deleted(boss: ChatTester, maria: ChatTester) -> None:
    """Whoever waits for a reply has just written again."""
    seen = _seen(posts(boss, "/review", who=EMAIL, reason="asked for it", **SURE).text)
    maria.patient_says("wait, I have one more question")

    response = posts(boss, "/forget", who=EMAIL, reason="asked for it", seen=seen)

    assert (response.status_code, "Something has changed" in response.text) == (409, True)
    assert maria.patient_sees()


def test_without_the_second_step_nothing_is_deleted(boss: ChatTester, maria: ChatTester) -> None:
    """A form that was made by hand."""
    assert posts(boss, "/forget", who=EMAIL, reason="asked for it").status_code == 409

    assert maria.patient_sees()


@pytest.mark.parametrize("reason", ["", "  ", "Maria Marker asked", EMAIL])
def test_a_reason_is_asked_for_that_names_nobody(boss: ChatTester, maria: ChatTester, reason: str) -> None:
    """It stays in the audit log."""
    response = posts(boss, "/review", who=EMAIL, reason=reason, **SURE)

    assert (response.status_code, 'name="seen"' in response.text) == (422, False)


def test_an_address_is_in_no_address_of_ours(boss: ChatTester, maria: ChatTester) -> None:
    """Those stand in histories and in the logs of proxies."""
    page = posts(boss, who=EMAIL).text

    assert not re.search(rf'(?:href|action)="[^"]*{re.escape(EMAIL)}', page)
    assert "who=" not in page
