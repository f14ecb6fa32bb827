"""Chat and console on host names of their own, which lead to the same edge: each works, and shares no cookie."""

from __future__ import annotations

from dataclasses import replace

from bot.bootstrap import Services
from bot.web.app import create_app
from tests.chat_tester import JSON, ChatTester, csrf_token_of
from tests.integration.edge import ANA, PASSWORD, TestClient, frames

CHAT, DESK = "https://chat.clinic.example", "https://desk.clinic.example"


def test_a_console_on_another_name_than_the_chat_works(services: Services) -> None:
    """Forms and live connections are our own under either name, and a cookie of one goes to no other."""
    settings = replace(services.settings, public_url=CHAT, secure_cookies=True)
    app = create_app(replace(services, settings=settings))
    with TestClient(app, base_url=CHAT) as patient, TestClient(app, base_url=DESK) as staff:
        staff.portal = patient.portal
        chat = ChatTester(patient, staff, email=ANA, password=PASSWORD)
        assert chat.patient_says("hello")[0]["text"] == "You said: hello"
        chat.patient_asks_for_person()

        form = {"email": ANA, "password": PASSWORD, "csrf_token": csrf_token_of(staff.get("/staff/sign-in").text)}
        inbox = staff.post("/staff/sign-in", data=form, headers={"origin": DESK}, follow_redirects=True)
        assert inbox.url == f"{DESK}/staff/tickets"
        # The test's client knows no cookies of live connections over HTTPS.
        held = "; ".join(f"{cookie.name}={cookie.value}" for cookie in staff.cookies.jar)
        with frames(staff, f"{DESK.replace('https', 'wss')}/staff/live", origin=DESK, cookie=held) as live:
            chat.patient_says("are you there?")
            assert live.until(type="message")["message"]["text"] == "are you there?"

        assert not list(patient.cookies.jar)
        assert {cookie.domain for cookie in staff.cookies.jar} == {"desk.clinic.example"}
        assert patient.get("/staff/tickets", headers=JSON).status_code == 401
