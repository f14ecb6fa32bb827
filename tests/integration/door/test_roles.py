"""Every role tries every road of every other role, and so does somebody who is not signed in."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.bootstrap import Services
from bot.vocabulary import Role
from tests.chat_tester import JSON, ChatTester
from tests.integration.door.walking import Walked, roads
from tests.integration.edge import PASSWORD, NewChat, TestClient, error_message

ALL = frozenset(Role)
WRITERS = ALL - {Role.AGENT}
CLINICIANS = frozenset({Role.CLINICIAN, Role.ADMIN, Role.CLINICAL_ADMIN})
ADMINISTRATORS = frozenset({Role.ADMIN, Role.CLINICAL_ADMIN})

GUARDED = {
    "/staff/texts": WRITERS,
    "/staff/people": ADMINISTRATORS,
    "/staff/patients": ADMINISTRATORS,
    "/staff/audit": ADMINISTRATORS,
    "/staff/audit.csv": ADMINISTRATORS,
    "/staff/clinic": ADMINISTRATORS,
    "/staff/golive": ADMINISTRATORS,
    "/staff/safety": CLINICIANS,
    "/staff/figures": CLINICIANS,
    "/staff/knowledge/new": WRITERS,
    "/staff/knowledge/answers/{answer_id}/edit": WRITERS,
    "/staff/knowledge/learning/trainings/{number}/undo": CLINICIANS,
    "/staff/knowledge/plans/{treatment}/{language}/messages": CLINICIANS,
}
"""Which roles may go what begins so: what `docs/operations.md` says of each, written down a second time on purpose."""
OPEN = (
    "/staff/appointments",
    "/staff/files",
    "/staff/tickets",
    "/staff/views",
    "/staff/keys",
    "/staff/messages",
    "/staff/conversations",
    "/staff/canned-replies",
    "/staff/account",
    "/staff/draft-key",
    "/staff/sign-out",
    "/staff/knowledge",
)
"""What begins so everybody may go who is signed in.

Who may save, approve or retire an answer, and teach, is decided by the use case, on what is sent: see
`tests/unit/knowledge`, `tests/unit/curation` and `tests/integration/knowledge/test_knowledge_editor.py`.
"""
ENDS_ALL = frozenset({"/staff/sign-out", "/staff/account/sign-out-everywhere"})
CONSOLE = [road for road in roads() if not road.is_public and road.path.startswith("/staff")]
PATIENTS = [road for road in roads() if road.path.startswith("/api/conversations/{") and road.method != "LIVE"]
PROGRAMS = [road for road in roads() if road.path.startswith("/api/tickets")]
VALUES = {"answer_id": "prp.definition", "step": "approve", "slug": "weeks"}


def _filled(path: str) -> str:
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda place: VALUES.get(place.group(1), "1"), path)


def _begins(path: str, with_: str) -> bool:
    return path == with_ or path.startswith(f"{with_}/")


def _may_go(road: Walked) -> frozenset[Role]:
    found = [roles for begin, roles in GUARDED.items() if _begins(road.path, begin)]
    if found:
        return frozenset.intersection(*found)
    assert any(_begins(road.path, begin) for begin in OPEN), f"{road.path}: say in this test who may go there."
    return ALL


def _goes(browser: httpx.Client, road: Walked, csrf_token: str = "") -> httpx.Response:
    data = {"csrf_token": csrf_token} if road.method == "POST" else None
    return browser.request(road.method, _filled(road.path), data=data, headers=JSON, follow_redirects=False)


@pytest.mark.parametrize("role", Role)
def test_a_role_goes_its_own_roads_and_no_other(new_chat: NewChat, services: Services, role: Role) -> None:
    """Neither does another account of it; what is refused is refused by its role and tells nothing."""
    chats = []
    for number in (1, 2):
        email = f"{number}@clinic.example"
        services.staff.add(email=email, name=f"Number {number}", role=role, password=PASSWORD)
        chats.append(new_chat(email))
        chats[-1].staff_signs_in()
    one, two = chats
    one.patient_says("zanzibarmarker hurts")
    one.patient_asks_for_person()

    for road in CONSOLE:
        if road.path in ENDS_ALL:
            continue
        may_go = role in _may_go(road)
        response = _goes(one.staff, road, one._csrf_token)
        assert (response.status_code != 403) is may_go, (road, response.status_code)
        if may_go:
            continue
        for refused in (response, _goes(two.staff, road, two._csrf_token)):
            assert "role" in error_message(refused, 403), road
            assert "zanzibarmarker" not in refused.text


def test_what_is_refused_by_role_stands_in_the_log(chat: ChatTester, capsys: pytest.CaptureFixture[str]) -> None:
    """Who, and which road; nothing that stands in an address."""
    chat.staff_signs_in()

    error_message(chat.staff.get("/staff/audit?words=zanzibarmarker", headers=JSON), 403)

    (line,) = [line for line in capsys.readouterr().out.splitlines() if "event='refused'" in line]
    assert "road='/staff/audit'" in line
    assert "method='GET'" in line
    assert re.search(r"staff_member_id=\d+", line)
    assert "zanzibarmarker" not in line


def test_nobody_goes_a_road_of_the_console_without_signing_in(chat: ChatTester, visitor: TestClient) -> None:
    """Whatever they send along: a made-up cookie, a patient's token, a header that names somebody."""
    forged = {"x-forwarded-user": "ana@clinic.example", "x-staff-member-id": "1", **chat.bearer}
    for cookie in ("", "1", "x" * 43, "' or 1=1 --", "../../etc/passwd"):
        visitor.cookies.clear()
        visitor.cookies.set("frontdesk_staff", cookie)
        for road in CONSOLE:
            response = visitor.request(
                road.method, _filled(road.path), headers={**JSON, **forged}, follow_redirects=False
            )
            assert response.status_code == 401, (road, cookie)


def test_no_patient_goes_a_road_of_another_conversation(new_chat: NewChat) -> None:
    """Neither with the token of their own nor with one that nearly fits."""
    mine, theirs = new_chat(), new_chat()
    theirs.patient_says("private")
    message_id = theirs.transcript()["messages"][0]["id"]
    nearly = (theirs.token[:-1], theirs.token.swapcase(), f"{theirs.token}x")
    for token in (mine.token, "", *nearly, theirs.conversation_id):
        for road in PATIENTS:
            path = road.path.replace("{conversation_id}", theirs.conversation_id)
            response = mine.patient.request(
                road.method,
                path.replace("{message_id}", str(message_id)),
                json={"text": "x", "helpful": True, "ticket": 1, "helped": True, "signed": "x"},
                headers={"authorization": f"Bearer {token}"},
            )
            assert response.status_code == 403, (road, token)
    assert theirs.patient_sees() == ["private", "You said: private"]


def test_no_program_goes_a_road_without_its_token(chat: ChatTester, visitor: TestClient) -> None:
    """A patient's token and a staff member's cookie open none."""
    chat.staff_signs_in()
    for browser, headers in ((visitor, {}), (visitor, chat.bearer), (chat.staff, {})):
        for road in PROGRAMS:
            response = browser.request(road.method, _filled(road.path), json={"text": "x"}, headers=headers)
            assert response.status_code == 403, road


def test_what_is_ones_own_another_of_the_same_role_does_not_touch(new_chat: NewChat, services: Services) -> None:
    """A saved view, and the sign-ins of the other."""
    for number in (1, 2):
        services.staff.add(email=f"{number}@clinic.example", name="N", role=Role.WRITER, password=PASSWORD)
    one, two = (new_chat(f"{number}@clinic.example") for number in (1, 2))
    for chat in (one, two):
        chat.staff_signs_in()
    one.staff.post("/staff/views?urgency=urgent", data={"csrf_token": one._csrf_token, "name": "Mine alone"})
    assert "Mine alone" in one.staff.get("/staff/tickets").text

    removed = two.staff.post("/staff/views/1/remove", data={"csrf_token": two._csrf_token}, headers=JSON)
    two.staff.post("/staff/account/sign-out-everywhere", data={"csrf_token": two._csrf_token})

    assert removed.status_code in {403, 404}
    assert "Mine alone" not in two.staff.get("/staff/tickets").text
    assert "Mine alone" in one.staff.get("/staff/tickets").text


def test_the_secret_of_ones_own_form_is_good_for_nobody_elses(new_chat: NewChat, services: Services) -> None:
    """It belongs to one sign-in."""
    services.staff.add(email="1@clinic.example", name="N", role=Role.ADMIN, password=PASSWORD)
    one, two = new_chat("1@clinic.example"), new_chat()
    for chat in (one, two):
        chat.staff_signs_in()

    form = {"csrf_token": two._csrf_token, "email": "x@clinic.example", "name": "X"}
    assert "out of date" in error_message(one.staff.post("/staff/people", data=form, headers=JSON), 403)
