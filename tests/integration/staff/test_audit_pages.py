"""The pages of the audit log: searched by each field, page after page, and exported for a spreadsheet."""

from __future__ import annotations

import csv
import io
import re

import pytest

import bot.web.staff.audit.page as audit_pages
from bot.bootstrap import Services
from bot.staff.audit import record
from bot.vocabulary import Role
from tests.chat_tester import ChatTester
from tests.integration.edge import PASSWORD, NewChat, error_message

BOSS = "boss@clinic.example"
JSON = {"accept": "application/json"}


@pytest.fixture
def boss(new_chat: NewChat, services: Services) -> ChatTester:
    """Give an administrator who is signed in."""
    services.staff.add(email=BOSS, name="José", role=Role.ADMIN, password=PASSWORD)
    someone = new_chat(BOSS)
    someone.staff_signs_in()
    return someone


def _note(services: Services, count: int, **values: object) -> None:
    with services.database.write() as session:
        for number in range(count):
            entry = {"staff_name": "Ana", "action": "ticket.taken", "subject": "ticket", "subject_id": number} | values
            record(session, staff_member_id=None, **entry)


def _sees(boss: ChatTester, **wanted: str) -> list[str]:
    """Give the names of who did something, as the page shows them."""
    page = boss.staff.get("/staff/audit", params=wanted)
    assert page.status_code == 200, page.text
    return re.findall(r'data-testid="entry"><td>[^<]*</td><td>([^<]*)<', page.text)


def test_it_is_searched_and_exported(boss: ChatTester, chat: ChatTester) -> None:
    """And the export stands in it, with what was looked for."""
    chat.patient_asks_for_person()
    chat.staff_takes()
    chat.staff_resolves()

    page = boss.staff.get("/staff/audit", params={"q": "ticket.resolved"}).text
    assert page.count('data-testid="entry"') == 1
    assert "resolution: answered" in page
    table = boss.staff.get("/staff/audit.csv", params={"person": "ana"})
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert {row[3] for row in rows[1:]} == {"Ana"}
    assert _sees(boss, action="audit.exported") == ["José"]
    assert "person: ana" in boss.staff.get("/staff/audit", params={"action": "audit.exported"}).text
    assert "Nothing found" in boss.staff.get("/staff/audit", params={"q": "nosuch"}).text


def test_each_field_narrows_it_down(boss: ChatTester, services: Services) -> None:
    """A person without the accent; fields that a browser sends empty filter nothing."""
    _note(services, 2)
    _note(services, 1, staff_name="Ben", action="answer.approved", subject="answer", subject_id="prp.cost")

    assert set(_sees(boss, person="jose")) == {"José"}
    assert _sees(boss, action="answer.approved") == ["Ben"]
    assert _sees(boss, subject="answer", subject_id="prp.cost") == ["Ben"]
    assert _sees(boss, subject="ticket", subject_id="1") == ["Ana"]
    assert _sees(boss, subject="ticket", subject_id="") == ["Ana", "Ana"]
    everything = _sees(boss, q="", person="", action="", subject="", subject_id="", since="", until="")
    assert len(everything) == len(_sees(boss)) > 3


def test_days_narrow_it_down(boss: ChatTester, services: Services) -> None:
    """From and to are days of the clinic, both included; even those at the end of time."""
    today = services.clinic.today().isoformat()

    assert _sees(boss, since=today, until=today)
    assert _sees(boss, since="0001-01-01", until="9999-12-31")
    assert _sees(boss, until="2020-01-01") == _sees(boss, since="9999-12-31") == []


def test_it_is_read_page_after_page_and_back(boss: ChatTester, services: Services, monkeypatch) -> None:
    """No entry twice, none left out; the links keep what was looked for."""
    monkeypatch.setattr(audit_pages, "PAGE_SIZE", 3)
    _note(services, 7)
    seen: list[str] = []
    address, addresses = "/staff/audit?subject=ticket", []
    while address:
        page = boss.staff.get(address).text
        addresses.append(address)
        assert "7 entries" in page
        seen += re.findall(r">Ticket (\d+)</a>", page)
        older = re.search(r'href="([^"]+)" data-testid="older"', page)
        address = older.group(1).replace("&amp;", "&") if older else ""

    assert seen == ["6", "5", "4", "3", "2", "1", "0"]
    last = boss.staff.get(addresses[-1]).text
    newer = re.search(r'href="([^"]+)" data-testid="newer"', last)
    assert newer is not None
    assert re.findall(r">Ticket (\d+)</a>", boss.staff.get(newer.group(1).replace("&amp;", "&")).text) == [
        "3",
        "2",
        "1",
    ]
    assert 'data-testid="newer"' not in boss.staff.get(addresses[0]).text


def test_the_table_opens_with_its_accents_and_holds_no_formula(boss: ChatTester, services: Services) -> None:
    """A spreadsheet takes a table without its mark for another code of letters."""
    for name in ("=1+1", " =1+1", "+1", "-1", "@x", "\t=1", "\uff1d1+1", "José"):
        _note(services, 1, staff_name=name, action="x.y")

    table = boss.staff.get("/staff/audit.csv", params={"action": "x.y"})

    assert table.content.startswith(b"\xef\xbb\xbf")
    names = [row[3] for row in list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))[1:]]
    assert names[0] == "José"
    assert all(name.startswith("'") for name in names[1:])


def test_a_table_that_is_too_long_is_refused_not_cut(boss: ChatTester, services: Services, monkeypatch) -> None:
    """Whoever exports must not believe that it is all."""
    monkeypatch.setattr(audit_pages, "EXPORT_SIZE", 2)
    _note(services, 3)

    message = error_message(boss.staff.get("/staff/audit.csv", params={"subject": "ticket"}, headers=JSON), 422)

    assert "3 entries; a table holds 2" in message
