"""Signing in to the staff console, its forms, and who is kept out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.bootstrap import build_services
from bot.settings import Settings
from bot.web.app import create_app
from tests.chat_tester import JSON, ChatTester, csrf_token_of
from tests.fakes import FakeRasa
from tests.integration.edge import ANA, PASSWORD, TestClient, error_message

HTML = {"accept": "text/html,application/xhtml+xml"}
PAGES = ["/staff/tickets", "/staff/tickets/1", "/staff/tickets?status=all&x=1"]
ACTIONS = ("take", "replies", "notes", "assign", "hand-back", "snooze", "resolve", "reopen", "merge")
FORMS = [*(f"/staff/tickets/1/{action}" for action in ACTIONS), "/staff/sign-out"]


def sign_in(client: TestClient, *, email: str = ANA, password: str = PASSWORD, address: str = "/staff/sign-in"):
    """Fill in the sign-in form."""
    token = csrf_token_of(client.get(address).text)
    form = {"email": email, "password": password, "csrf_token": token}
    return client.post(address, data=form, follow_redirects=False)


@pytest.fixture
def secure_visitor(settings: Settings, rasa: FakeRasa) -> Iterator[TestClient]:
    """Give a browser of an edge that runs behind HTTPS."""
    services = build_services(replace(settings, secure_cookies=True), rasa=rasa)  # type: ignore[arg-type]
    with TestClient(create_app(services), base_url="https://testserver") as client:
        yield client


def test_signing_in_leads_to_the_inbox(visitor: TestClient) -> None:
    """Upper and lower case of the address do not matter."""
    response = sign_in(visitor, email="Ana@Clinic.example ")

    assert (response.status_code, response.headers["location"]) == (303, "/staff/tickets")
    inbox = visitor.get("/staff/tickets")
    assert inbox.status_code == 200
    assert "Ana" in inbox.text


def test_the_sign_in_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: TestClient) -> None:
    """HttpOnly and SameSite always; the browser forgets it after a working day."""
    cookie = sign_in(visitor).headers["set-cookie"].lower()

    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age=43200" in cookie


def test_behind_https_cookies_are_sent_over_https_only(secure_visitor: TestClient) -> None:
    """Both of them."""
    page = secure_visitor.get("/staff/sign-in")

    assert "; secure" in page.headers["set-cookie"].lower()
    assert "; secure" in sign_in(secure_visitor).headers["set-cookie"].lower()
    assert secure_visitor.get("/staff/tickets").status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [(ANA, "wrong"), (ANA, ""), ("nobody@clinic.example", PASSWORD), ("", ""), ("' OR 1=1 --", "x")],
)
def test_a_wrong_password_is_refused_without_saying_what_was_wrong(
    visitor: TestClient, email: str, password: str
) -> None:
    """The form comes back with the address filled in, and nobody learns who has an account."""
    response = sign_in(visitor, email=email, password=password)

    assert response.status_code == 403
    assert "That email and password do not match. Check both and try again." in response.text
    assert 'data-testid="sign-in-error"' in response.text
    assert "frontdesk_staff" not in response.headers.get("set-cookie", "")
    assert visitor.get("/staff/tickets", headers=JSON).status_code == 401


def test_a_refused_address_is_shown_escaped(visitor: TestClient) -> None:
    """What was typed comes back as text."""
    response = sign_in(visitor, email='"><script>alert(1)</script>')

    assert "<script>alert(1)" not in response.text
    assert "&lt;script&gt;" in response.text


@pytest.mark.parametrize("token", ["", "wrong", "é", "\x00"])
def test_signing_in_needs_our_own_form(visitor: TestClient, token: str) -> None:
    """Another site cannot sign somebody in here."""
    visitor.get("/staff/sign-in")

    response = visitor.post("/staff/sign-in", data={"email": ANA, "password": PASSWORD, "csrf_token": token})

    assert response.status_code == 403
    assert "out of date" in response.text
    assert visitor.get("/staff/tickets", headers=JSON).status_code == 401


def test_signing_in_needs_the_forms_cookie(visitor: TestClient) -> None:
    """An empty cookie does not match an empty field."""
    response = visitor.post("/staff/sign-in", data={"email": ANA, "password": PASSWORD})

    assert response.status_code == 403


@pytest.mark.parametrize("wanted", PAGES)
def test_pages_lead_to_the_sign_in_form(visitor: TestClient, wanted: str) -> None:
    """A browser is led to the form and, signed in, to where it wanted to go; a program gets an error."""
    response = visitor.get(wanted, headers=HTML, follow_redirects=False)

    assert response.status_code == 303
    assert response.headers["location"].startswith("/staff/sign-in?next=/staff/tickets")
    assert "Sign in" in error_message(visitor.get(wanted, headers=JSON), 401)
    assert sign_in(visitor, address=response.headers["location"]).headers["location"] == wanted


def test_a_form_sent_after_the_sign_in_ran_out_leads_back_to_the_inbox(visitor: TestClient) -> None:
    """Not to the form's own address, which is no page."""
    response = visitor.post("/staff/tickets/1/take", headers=HTML, follow_redirects=False)

    assert response.headers["location"] == "/staff/sign-in?next=/staff/tickets&kept=1"


@pytest.mark.parametrize("path", FORMS)
def test_forms_of_somebody_who_is_not_signed_in_are_refused(visitor: TestClient, path: str) -> None:
    """Nothing happens."""
    error_message(visitor.post(path, data={"csrf_token": "x"}, headers=JSON), 401)


@pytest.mark.parametrize("path", FORMS)
def test_forms_without_their_secret_are_refused(chat: ChatTester, path: str) -> None:
    """A page of another site cannot act in a staff member's name."""
    chat.patient_asks_for_person()
    chat.staff_signs_in()

    for sent in ({}, {"csrf_token": ""}, {"csrf_token": "wrong"}, {"csrf_token": "é"}):
        response = chat.staff.post(path, data={"text": "forged", **sent}, headers=JSON)
        assert "reload the page" in error_message(response, 403)

    assert chat.handler == "bot"
    assert "forged" not in chat.patient_sees()
    assert len(chat.staff_sees_tickets("open")) == 1


def test_the_secret_may_stand_in_a_header(chat: ChatTester) -> None:
    """The page's script sends it that way."""
    chat.patient_asks_for_person()
    chat.staff_signs_in()

    response = chat.staff.post(
        f"/staff/tickets/{chat.ticket}/replies", data={"text": "Hi"}, headers={**JSON, "x-csrf-token": chat._csrf_token}
    )

    assert response.status_code == 200
    assert chat.patient_sees_last() == "Hi"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/",
        "/staff/sign-out",
        "https://evil.example/staff/tickets",
        "%2F%2Fevil.example",
        "",
        "\\\\evil.example",
        "/staff//evil.example",
        "/staff/\\evil.example",
        "/staff/../../evil.example/x/..//",
        "/staff/../x",
        "/staff@evil.example",
        "/staff.evil.example",
        "/staff/tickets\r\nLocation: https://evil.example",
        "\t//evil.example",
        " /staff/tickets",
        "/\t/evil.example",
        "HTTPS:evil.example",
        "/staff/sign-in?next=/staff/sign-in",
        "/staff/audit.csv",
        "/staff" + "/x" * 5000,
    ],
)
def test_signing_in_leads_to_no_other_site(visitor: TestClient, target: str) -> None:
    """A link with `next=` to elsewhere leads to the inbox."""
    visitor.get("/staff/sign-in")
    token = visitor.cookies["frontdesk_csrf"]
    form = {"email": ANA, "password": PASSWORD, "csrf_token": token}

    response = visitor.post("/staff/sign-in", params={"next": target}, data=form, follow_redirects=False)

    assert (response.status_code, response.headers["location"]) == (303, "/staff/tickets")


@pytest.mark.parametrize(
    "wanted",
    [
        "/staff/account", "/staff/people", "/staff/texts", "/staff/audit?person=Ana&since=&until=2026-11-29",
        "/staff/knowledge/answers/prp.cost/edit", "/staff/tickets/1", "/staff/tickets?q=jos%C3%A9%20x&status=all",
    ],
)  # fmt: skip
def test_signing_in_leads_to_the_page_one_wanted(visitor: TestClient, wanted: str) -> None:
    """Whichever of the console's it is, also after a wrong password."""
    led = visitor.get(wanted, headers=HTML, follow_redirects=False).headers["location"]
    assert sign_in(visitor, address=led, password="wrong").status_code == 403

    assert sign_in(visitor, address=led).headers["location"] == wanted


def test_signing_out_ends_the_sign_in(chat: ChatTester) -> None:
    """The cookie is taken away, and a copy of it opens nothing any more."""
    chat.staff_signs_in()
    copy = chat.staff.cookies["frontdesk_staff"]

    response = chat.staff_signs_out()

    assert (response.status_code, response.headers["location"]) == (303, "/staff/sign-in")
    assert "frontdesk_staff" not in chat.staff.cookies
    chat.staff.cookies.set("frontdesk_staff", copy)
    error_message(chat.staff.get("/staff/tickets", headers=JSON), 401)


def test_a_made_up_cookie_opens_nothing(visitor: TestClient) -> None:
    """Sign-ins are looked up, not believed."""
    for made_up in ("x", "null", "a" * 5000):
        visitor.cookies.set("frontdesk_staff", made_up)
        error_message(visitor.get("/staff/tickets", headers=JSON), 401)


@pytest.mark.parametrize("action", ["take", "replies", "resolve"])
def test_forms_lead_back_to_the_ticket(chat: ChatTester, action: str) -> None:
    """Without a script, a form posts and the browser is led back; a script gets JSON."""
    chat.patient_asks_for_person()
    ticket = chat.ticket
    form = {"csrf_token": chat._csrf_token, "text": "Hello"}

    response = chat.staff.post(f"/staff/tickets/{ticket}/{action}", data=form, headers=HTML, follow_redirects=False)

    assert (response.status_code, response.headers["location"]) == (303, f"/staff/tickets/{ticket}")


def test_a_reply_sent_by_script_comes_back_as_it_was_stored(chat: ChatTester) -> None:
    """The page adds it to the conversation without a reload."""
    chat.patient_asks_for_person()

    message = chat.staff_replies("  Hello!\r\n").json()["message"]

    assert (message["author"], message["author_name"], message["text"]) == ("staff", "Ana", "Hello!")


@pytest.mark.parametrize(("text", "status"), [("", 422), ("  \n", 422), ("x" * 4001, 413)])
def test_an_empty_or_endless_reply_is_refused(chat: ChatTester, text: str, status: int) -> None:
    """It does not take the ticket either."""
    chat.patient_asks_for_person()

    error_message(chat.staff_replies(text), status)

    assert chat.handler == "bot"


@pytest.mark.parametrize("headers", [HTML, JSON])
def test_a_conflict_is_told_clearly(chat: ChatTester, headers: dict[str, str]) -> None:
    """On a page and to a script alike."""
    chat.patient_asks_for_person()
    ticket = chat.ticket
    chat.staff_resolves()

    form = {"csrf_token": chat._csrf_token}
    response = chat.staff.post(f"/staff/tickets/{ticket}/take", data=form, headers=headers)

    assert response.status_code == 409
    assert "This ticket is resolved already." in response.text


@pytest.mark.parametrize("number", ["999", "0", "-1", "abc", "1.5", str(10**30), "%00"])
def test_unknown_tickets_are_not_found(chat: ChatTester, number: str) -> None:
    """Whatever stands in the address."""
    chat.staff_signs_in()

    page = chat.staff.get(f"/staff/tickets/{number}", headers=HTML)

    assert page.status_code in {404, 422}
    assert "text/html" in page.headers["content-type"]
    assert chat.staff_takes(ticket=999).status_code == 404


def test_views_of_the_inbox_hold_their_tickets(chat: ChatTester) -> None:
    """Unassigned, assigned, resolved, all; an unknown view is the unassigned one."""
    chat.patient_asks_for_person()
    ticket = chat.ticket

    def seen() -> dict[str, list[int]]:
        return {view: chat.staff_sees_tickets(view) for view in ("open", "assigned", "resolved", "all", "nosuch")}

    nothing: list[int] = []
    assert seen() == {"open": [ticket], "assigned": nothing, "resolved": nothing, "all": [ticket], "nosuch": [ticket]}
    chat.staff_takes()
    assert seen() == {"open": nothing, "assigned": [ticket], "resolved": nothing, "all": [ticket], "nosuch": nothing}
    chat.staff_resolves()
    assert seen() == {"open": nothing, "assigned": nothing, "resolved": [ticket], "all": [ticket], "nosuch": nothing}


def test_the_consoles_address_leads_to_the_inbox(visitor: TestClient) -> None:
    """Nobody has to remember the whole address."""
    for address in ("/staff", "/staff/"):
        assert "Staff sign-in" in visitor.get(address, headers=HTML).text
