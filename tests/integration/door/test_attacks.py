"""What people try on websites: each is refused, and nothing of it is left.

Beside what stands elsewhere: forged cookies, roles and conversations (`test_roles.py`), fixation (`test_sessions.py`),
forms of other sites (`test_forms_of_other_sites.py`), frames and headers (`test_headers.py`), odd bodies and paths
(`test_bad_input.py`, `test_nasty_values.py`).
"""

from __future__ import annotations

import gzip
import itertools
import json
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.bootstrap import Services
from bot.clinic import load_clinic
from bot.errors import ContentError
from bot.staff.actor import FRONTDESK
from bot.vocabulary import Role
from tests.chat_tester import JSON, ChatTester, csrf_token_of
from tests.integration.edge import ANA, PASSWORD, TestClient, error_message

SET_COOKIE = "set-cookie: frontdesk_staff=forged"
BREAKS = [f"/staff/tickets\r\n{SET_COOKIE}", f"/staff/tickets%0d%0a{SET_COOKIE}", f"/staff/tickets\n{SET_COOKIE}"]


def test_a_link_that_sets_a_password_is_good_once(visitor: TestClient, services: Services) -> None:
    """Replayed, from the history of a shared browser, it opens nothing, and tells nothing."""
    token = services.people.invite(email="kim@clinic.example", name="Kim", role=Role.AGENT, by=FRONTDESK)
    path = f"/staff/join/{token}"
    form = {"password": "correct horse battery", "csrf_token": csrf_token_of(visitor.get(path).text)}
    assert visitor.post(path, data=form, follow_redirects=False).status_code == 303
    visitor.cookies.delete("frontdesk_staff")

    again = visitor.post(path, data={**form, "password": "another horse battery"}, headers=JSON)
    seen = visitor.get(path, headers=JSON)

    for response in (again, seen):
        assert "used already" in error_message(response, 403)
        assert "Kim" not in response.text
        assert "frontdesk_staff" not in response.headers.get("set-cookie", "")


@pytest.mark.parametrize(
    ("problem", "event"),
    [(OperationalError("x", {}, Exception()), "store_unavailable"), (KeyError(), "unexpected_error")],
)
def test_the_secret_of_a_link_stands_in_no_log(
    visitor: TestClient,
    services: Services,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    problem: Exception,
    event: str,
) -> None:
    """Whoever reads the logs of a day on which the database was down opens no account."""

    def fail(_token: str) -> str:
        raise problem

    monkeypatch.setattr(services.people, "who_may_use", fail)
    assert visitor.get(f"/staff/join/{'s' * 43}").status_code in {500, 503}
    logged = capsys.readouterr().out
    assert event in logged
    assert "ssss" not in logged


@pytest.mark.parametrize(
    "wanted", [*BREAKS, "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"]
)
def test_a_sign_in_leads_nowhere_else_and_sets_no_header_of_somebody_elses(visitor: TestClient, wanted: str) -> None:
    """What stands in `next` is a page of the console or nothing."""
    form = {"email": ANA, "password": PASSWORD, "csrf_token": csrf_token_of(visitor.get("/staff/sign-in").text)}

    response = visitor.post("/staff/sign-in", params={"next": wanted}, data=form, follow_redirects=False)

    assert response.headers["location"] == "/staff/tickets"
    assert "frontdesk_staff=forged" not in str(response.headers)


def test_a_page_that_is_asked_for_sets_no_header(visitor: TestClient) -> None:
    """It comes back in `next`, quoted."""
    path = f"/staff/tickets?q=%0d%0a{SET_COOKIE}"
    response = visitor.get(path, headers={"accept": "text/html"}, follow_redirects=False)

    assert response.status_code == 303
    assert "\n" not in response.headers["location"]
    assert "set-cookie" not in response.headers


def test_a_host_header_of_somebody_elses_is_in_no_link(boss: ChatTester) -> None:
    """Links to set a password name our own address, whatever the request said."""
    form = {"csrf_token": boss._csrf_token, "email": "new@clinic.example", "name": "New"}
    hosts = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "ftp", "forwarded": "host=evil.example"}

    page = boss.staff.post("/staff/people", data=form, headers=hosts).text

    assert "/staff/join/" in page
    assert "evil.example" not in page


@pytest.fixture
def boss(chat: ChatTester, services: Services) -> ChatTester:
    """Give an administrator who is signed in."""
    services.people.set_role(services.people.id_of(ANA), Role.ADMIN, FRONTDESK)
    chat.staff_signs_in()
    return chat


def test_a_body_that_unfolds_is_not_unfolded(chat: ChatTester) -> None:
    """A hundred megabytes fit into 100 kB; nobody here asks for packed bodies, so they are just no JSON."""
    bomb = gzip.compress(json.dumps({"text": "x" * 50_000_000}).encode(), 9)
    headers = {**chat.bearer, "content-type": "application/json", "content-encoding": "gzip"}

    response = chat.patient.post(f"{chat.path}/messages", content=bomb, headers=headers)

    assert response.status_code in {400, 413, 422}
    assert chat.patient_sees() == []


def _billion_laughs() -> str:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for before, name in itertools.pairwise("abcdefghij"):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("content", "problem"),
    [(_billion_laughs(), "by its references"), ("a: &a [*a]", "clinic"), ("a: " + "[" * 50_000, "deeper")],
    ids=["billion laughs", "holds itself", "deep"],
)
def test_a_yaml_file_that_unfolds_is_refused_by_name(tmp_path: Path, content: str, problem: str) -> None:
    """At once, with what is wrong."""
    path = tmp_path / "clinic.yml"
    path.write_text(content)

    with pytest.raises(ContentError, match=r"clinic\.yml") as refused:
        load_clinic(path)

    assert problem in str(refused.value)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/%2e%2e/settings.py",
        "/static//etc/passwd",
        "/static/css/..%5c..%5capp.py",
        "/static/css/base.css%00.py",
        "/static/.hidden",
        "/staff/..;/metrics",
        "/./metrics",
        "/%2e/staff/tickets",
    ],
)
def test_a_path_leads_to_nothing_but_what_is_served(visitor: TestClient, path: str) -> None:
    """Whatever way it is written."""
    response = visitor.get(path, headers=JSON, follow_redirects=False)

    assert response.status_code in {401, 403, 404, 422}, path
    assert "import" not in response.text
    assert "root:" not in response.text
