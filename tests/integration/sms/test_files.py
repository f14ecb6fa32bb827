"""Pictures that patients send: kept, shown to staff through us alone, never read by the bot."""

from __future__ import annotations

import re

from bot.bootstrap import Services
from bot.channels.models import MessageFile
from bot.staff.actor import FRONTDESK
from tests.chat_tester import ChatTester
from tests.fakes import FakeRasa
from tests.integration.edge import DANGEROUS
from tests.integration.sms.looking import counted, newest_ticket_page, said
from tests.phones import PICTURE, Phone, eventually


def test_a_picture_is_for_staff(phone: Phone, chat: ChatTester, services: Services, rasa: FakeRasa) -> None:
    """It is stored, staff get a ticket, the patient hears when somebody looks, and Rasa hears nothing."""
    assert phone.texts("", files=1) == []

    phone.gets("What you sent is with our staff")
    assert said(services) == ["(picture)"]
    assert not any(rasa.heard.values())
    page = newest_ticket_page(chat)
    assert "Sent a picture or a file" in page
    assert re.search(r"/staff/files/\d+", page)
    assert "/media/" not in page


def test_staff_see_the_picture_and_nobody_else_does(phone: Phone, chat: ChatTester, services: Services) -> None:
    """It is fetched with the account's secret, which no browser gets; a file that is no picture is saved, not shown."""
    phone.texts("is this normal?", files=2)
    phone.gets("You said: is this normal\\?")
    phone.gets("What you sent is with our staff")

    assert PICTURE not in phone.edge.get("/staff/files/1").content
    newest_ticket_page(chat)
    shown = chat.staff.get("/staff/files/1")
    assert (shown.content, shown.headers["content-type"]) == (PICTURE, "image/jpeg")
    with services.database.write() as session:
        session.get_one(MessageFile, 1).kind = "text/html"
        session.get_one(MessageFile, 2).address = "http://127.0.0.1:1/elsewhere"
    saved = chat.staff.get("/staff/files/1")
    assert saved.headers["content-type"] == "application/octet-stream"
    assert saved.headers["content-disposition"].startswith("attachment")
    assert chat.staff.get("/staff/files/2").status_code == 404
    assert "A picture, at <span" in newest_ticket_page(chat)


def test_a_card_comes_before_everything(phone: Phone, chat: ChatTester) -> None:
    """And the picture beside the danger is there for staff."""
    phone.texts(DANGEROUS, files=1)

    phone.gets("Call 911 now")
    eventually(lambda: "/staff/files/" in newest_ticket_page(chat))
    assert len(phone.received) == 1


def test_who_is_forgotten_leaves_no_picture(phone: Phone, services: Services) -> None:
    """Nor where one lies."""
    phone.texts("", files=3)
    phone.gets("What you sent")

    services.patients.forget(phone.number, reason="asked", by=FRONTDESK)

    assert counted(services, MessageFile) == 0
