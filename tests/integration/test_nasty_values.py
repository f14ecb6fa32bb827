"""Whatever stands in a field or an address of the console, it is taken or refused in words: never an error of ours."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import quote_from_bytes

import pytest

from bot.bootstrap import Services, build_services
from bot.settings import load_settings
from bot.vocabulary import Role
from bot.web.app import create_app
from tests.chat_tester import ChatTester
from tests.integration.edge import PASSWORD, NewChat, TestClient
from tests.integration.test_forms_of_other_sites import _routes as walk

HTML = {"accept": "text/html"}
BOSS = "boss@clinic.example"
NASTY = [
    "", "a\x00b", "🙂" * 20, "x" * 100_000, "9" * 400, str(2**63), "-1", "9999-12-31", "0001-01-01", "2026-02-30",
    "\u202e\u2028", "' OR 1=1 --", "\r\nX-Evil: 1", "\ud800", "[]", "A",
]  # fmt: skip
READ_BY_HAND = {
    "id", "topic", "home", "base", "treatments", "paragraph-0", "paragraph-0-cites", "paragraph-1", "evidence", "owner",
    "related", "note", "compared_with", "regulatory_status", "sources_differ", "question", "submit",
}  # fmt: skip
"""Fields of the editor of answers, which no signature names."""
LONGEST_ADDRESS = 20_000
"""What a client sends; servers take less."""
PLACES = {"answer_id": "prp.definition", "token": "x" * 43, "step": "approve"}


def _addresses() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Give the method, the path and the fields of every address of the console."""
    app = create_app(build_services(load_settings({"FRONTDESK_DATABASE_URL": "sqlite://"})))
    for route in walk(app.router.routes):
        if not hasattr(route, "dependant") or not route.path.startswith("/staff") or not hasattr(route, "methods"):
            continue
        names = set(_fields_of(route.dependant))
        if route.path.startswith("/staff/knowledge") and route.path.endswith(("/save", "/preview", "/try")):
            names |= READ_BY_HAND
        for method in sorted(route.methods):
            yield method, route.path, tuple(sorted(names | {"csrf_token"} if method == "POST" else names))


def _fields_of(dependant: Any) -> Iterator[str]:
    yield from (field.alias for field in (*dependant.query_params, *dependant.body_params))
    for other in dependant.dependencies:
        yield from _fields_of(other)


ADDRESSES = list(_addresses())
IDS = [f"{method} {path}" for method, path, _names in ADDRESSES]


class Boss:
    """Somebody who may do everything, and signs in again whenever that ended it."""

    def __init__(self, chat: ChatTester, services: Services) -> None:
        self._client = chat.staff
        self._services = services

    def calls(self, method: str, path: str, fields: list[tuple[str, str]], **more: Any) -> Any:
        """Send a request with these fields, in its address or as a form."""
        self._is_signed_in()
        sent = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in fields)
        if method == "GET":
            return self._client.get(f"{path}?{sent}", headers=HTML, follow_redirects=False)
        token = "" if any(name == "csrf_token" for name, _value in fields) else f"csrf_token={self._token}&"
        headers = {**HTML, "content-type": "application/x-www-form-urlencoded", **more}
        return self._client.post(path, content=f"{token}{sent}", headers=headers, follow_redirects=False)

    def _is_signed_in(self) -> None:
        member = self._services.staff.who_is(self._client.cookies.get("frontdesk_staff"))
        if member is None:
            self._client.cookies.set("frontdesk_staff", self._services.staff.sign_in(BOSS, PASSWORD))
            member = self._services.staff.who_is(self._client.cookies.get("frontdesk_staff"))
        assert member is not None
        self._token = member.csrf_token


def _quoted(value: str) -> str:
    return quote_from_bytes(value.encode("utf-8", "surrogatepass"), safe="")


@pytest.fixture
def boss(new_chat: NewChat, services: Services) -> Boss:
    """Give somebody who may do everything, at a clinic with a ticket."""
    services.staff.add(email=BOSS, name="Boss", role=Role.CLINICAL_ADMIN, password=PASSWORD)
    chat = new_chat(BOSS)
    chat.staff.cookies.set("frontdesk_staff", services.staff.sign_in(BOSS, PASSWORD))
    chat.patient_asks_for_person()
    return Boss(chat, services)


def _filled(path: str, place: str = "", value: str = "1") -> str:
    for name in {part[1:-1] for part in path.split("/") if part.startswith("{")}:
        path = path.replace(f"{{{name}}}", value if name == place else PLACES.get(name, "1"))
    return path


def _is_well(response: Any, told: object) -> None:
    assert response.status_code < 500, (told, response.status_code)
    assert "Traceback" not in response.text
    if response.status_code == 422 and "text/html" in response.headers["content-type"]:
        assert 'role="alert"' in response.text or "Correct it and send it again" in response.text, told


def test_the_walk_finds_addresses_and_their_fields() -> None:
    """Or the tests below would test nothing."""
    found = {path: names for _method, path, names in ADDRESSES}

    assert {"since", "until", "q", "person", "action", "subject"} <= set(found["/staff/audit"])
    assert {"secret", "code"} <= set(found["/staff/account/codes"])
    assert {"status", "page", "reason"} <= set(found["/staff/tickets"])
    assert len(ADDRESSES) > 40


@pytest.mark.slow(reason="sends each field of the console 18 values: some thousand requests")
@pytest.mark.parametrize(("method", "path", "names"), ADDRESSES, ids=IDS)
def test_no_value_of_a_field_is_an_error_of_ours(boss: Boss, method: str, path: str, names: tuple[str, ...]) -> None:
    """Each field in its turn, once alone and once given twice; the others hold something plain."""
    for name in names:
        plain = [(other, "1") for other in names if other not in {name, "csrf_token"}]
        for value in (one[:LONGEST_ADDRESS] if method == "GET" else one for one in NASTY):
            _is_well(boss.calls(method, _filled(path), [*plain, (name, value)]), (name, value[:20]))
        _is_well(boss.calls(method, _filled(path), [*plain, (name, "1"), (name, "2")]), (name, "twice"))
        _is_well(boss.calls(method, _filled(path), [(name, "1")]), (name, "alone"))


@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path, _names in ADDRESSES if "{" in path])
def test_no_place_in_an_address_is_an_error_of_ours(boss: Boss, method: str, path: str) -> None:
    """Numbers that are none, and no number at all."""
    for place in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
        for value in (one for one in NASTY if 0 < len(one) < 1000):
            _is_well(boss.calls(method, _filled(path, place, _quoted(value)), []), (place, value))


MANY = "&".join(f"a{n}=1" for n in range(5000))
BODIES = ["", "&", "=", "&&==&", "a", "%", "%zz", "csrf_token", "a=" + "b" * 600_000, MANY]


@pytest.mark.parametrize(
    "kind",
    [
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data",
        "multipart/form-data; boundary=x", "multipart/form-data; boundary=", "application/json", "text/plain", "x",
    ],
)  # fmt: skip
def test_no_body_of_a_form_is_an_error_of_ours(boss: Boss, visitor: TestClient, kind: str) -> None:
    """Cut off, endless, or of a kind that no form has."""
    for path, body in product(("/staff/sign-in", "/staff/texts", "/staff/knowledge/save"), BODIES):
        boss._is_signed_in()
        told = (path, body[:20])
        _is_well(boss._client.post(path, content=body, headers={**HTML, "content-type": kind}), told)
        _is_well(visitor.post(path, content=body, headers={**HTML, "content-type": kind}), told)


@pytest.mark.parametrize("charset", ["utf-8", "unicode_escape", "utf-7", "nosuch", "idna", "utf-16"])
def test_a_form_in_parts_is_read_or_refused(boss: Boss, charset: str) -> None:
    """One that names a code of letters in which half a character can be written, and one with a file in a field."""
    boss._is_signed_in()
    part = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{boss._token}\r\n'
    text = '--x\r\nContent-Disposition: form-data; name="shortcut"\r\n\r\nparking\r\n'
    half = '--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\\ud800\r\n'
    file = '--x\r\nContent-Disposition: form-data; name="text"; filename="a.txt"\r\n\r\nwords\r\n'
    headers = {**HTML, "content-type": f"multipart/form-data; boundary=x; charset={charset}"}
    for last in (half, file):
        response = boss._client.post("/staff/texts", content=f"{part}{text}{last}--x--\r\n", headers=headers)
        _is_well(response, last)


def test_a_bad_value_says_what_to_do_and_loses_nothing(boss: Boss, services: Services) -> None:
    """The ones that once were errors of ours."""
    secret = boss.calls("POST", "/staff/account/codes", [("secret", "A"), ("code", "1"), ("password", PASSWORD)])
    assert (secret.status_code, "Try the next one." in secret.text) == (422, True)

    day = boss.calls("GET", "/staff/audit", [("until", "soon"), ("person", "Bo")])
    assert (day.status_code, "To: choose a day" in day.text, 'value="Bo"' in day.text) == (422, True, True)
    assert boss.calls("GET", "/staff/audit", [("until", "9999-12-31"), ("since", "")]).status_code == 200

    answer = [("topic", "types"), ("home", "prp"), ("treatments", "prp"), ("evidence", "clinic_policy"), ("base", "0")]
    words = [("paragraph-0", "We plan it."), ("paragraph-0-cites", "clinic-policy"), ("owner", "y" * 121)]
    long = boss.calls("POST", "/staff/knowledge/save", [*answer, *words])
    assert (long.status_code, "Owner has more than 120 characters." in long.text) == (422, True)
    assert "We plan it." in long.text

    nul = boss.calls("POST", "/staff/texts", [("shortcut", "x"), ("text", "a\x00b")])
    assert (nul.status_code, "text: there is a character in it" in nul.text) == (422, True)
    assert "Go to the inbox" in nul.text
