"""The page on which administrators change what the clinic says of itself, and the list of what is to be done."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest

from bot.bootstrap import Services
from bot.clinic import WEEKDAYS, Clinic
from bot.clinic_settings.settings import ClinicSettings
from bot.clinic_settings.values import as_json
from bot.staff.actor import Actor
from bot.staff.sign_in import StaffAccounts
from bot.vocabulary import Role
from bot.web.staff.clinic.form import now
from tests.chat_tester import ChatTester
from tests.integration.edge import NewChat, TestClient, error_message

BOSS = "boss@clinic.example"
JSON = {"accept": "application/json"}
BEN = Actor(staff_member_id=None, name="Ben")


@pytest.fixture
def boss(new_chat: NewChat, services: Services) -> ChatTester:
    """Give an administrator who is signed in."""
    StaffAccounts(services.database).add(email=BOSS, name="Boss", role=Role.ADMIN, password="correct horse battery")
    someone = new_chat(BOSS)
    someone.staff_signs_in()
    return someone


def _form(page: str) -> dict[str, Any]:
    """Give the form of the page as a browser would send it."""
    form: dict[str, Any] = {"holidays": [], "first_questions": []}
    for name, value in re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', page):
        if name == "holidays":
            form["holidays"].append(value)
        else:
            form[name] = unescape(value)
    for name, value in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', page):
        form[name] = unescape(value)
    for box in re.findall(r'<select[^>]* name="first_questions".*?</select>', page, re.DOTALL):
        form["first_questions"] += re.findall(r'value="([^"]*)" selected', box)
    return form


def _saves(boss: ChatTester, **changes: Any):
    form = _form(boss.staff.get("/staff/clinic").text)
    return boss.staff.post("/staff/clinic", data={**form, "csrf_token": boss._csrf_token, **changes})


@pytest.mark.parametrize("path", ["/staff/clinic", "/staff/golive", "/staff/golive/line"])
def test_only_administrators_see_these_pages(chat: ChatTester, path: str) -> None:
    """And nobody else is led to them."""
    chat.staff_signs_in()

    error_message(chat.staff.get(path, headers=JSON), 403)
    assert "/staff/clinic" not in chat.staff.get("/staff/tickets").text


@pytest.mark.parametrize("path", ["/staff/clinic", "/staff/clinic/changes/1/undo", "/staff/clinic/decide"])
def test_only_administrators_send_these_forms(chat: ChatTester, path: str) -> None:
    """Whatever the form holds."""
    chat.staff_signs_in()

    form = {"csrf_token": chat._csrf_token, "name": "parking", "take": "file"}
    error_message(chat.staff.post(path, data=form, headers=JSON), 403)


def test_what_was_not_touched_is_not_changed(boss: ChatTester, services: Services) -> None:
    """Neither rewritten nor noted."""
    page = _saves(boss)

    assert "Nothing was different" in page.text
    assert services.clinic_settings.history() == []


def test_a_change_is_what_patients_get_from_then_on(boss: ChatTester) -> None:
    """On the chat page, in its hours too; and it stands in the history."""
    times = {f"{day}-{end}": "" for day in WEEKDAYS for end in ("opens", "closes")}
    page = _saves(boss, phone="312-555-0199", **{**times, "sunday-opens": "10:00", "sunday-closes": "11:00"})

    assert "Saved. Patients get it from now on." in page.text
    assert "312-555-0199" in boss.patient.get("/").text
    assert "555-0142" not in boss.patient.get("/widget.js").text
    assert "Sun 10 am to 11 am" in page.text
    assert page.text.count('data-testid="clinic-change"') == 2


def test_a_mistake_is_told_beside_its_field_and_nothing_is_lost(boss: ChatTester, services: Services) -> None:
    """What was right in the form is not saved without the rest, and stays in it."""
    refused = _saves(boss, phone="call us", prices="From 400 dollars.")

    assert refused.status_code == 422
    assert "cannot be called from a phone" in refused.text
    assert 'id="phone-error"' in refused.text
    assert "From 400 dollars." in refused.text
    assert services.clinic.prices == ""


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"monday-closes": ""}, "Monday: fill in both times"),
        ({"monday-opens": "18:00"}, "Monday: closing time must be after opening time"),
        ({"holidays": "tomorrow"}, "must be a date"),
        ({"first_questions": "nonsense"}, "not in the list"),
        ({"first_questions": "prp.nonsense"}, "not in the list"),
        ({"parking": "x" * 1001}, "1000 characters at most"),
    ],
)
def test_each_kind_of_mistake_is_told(boss: ChatTester, services: Services, changes: dict[str, str], problem: str):
    """In words that say what to do."""
    refused = _saves(boss, **changes)

    assert (refused.status_code, problem in refused.text) == (422, True)
    assert services.clinic_settings.history() == []


def test_a_first_question_about_one_treatment_is_kept_and_chosen(boss: ChatTester, services: Services) -> None:
    """As clinic.yml may have it: saving something else leaves it, and the history names both."""
    before = ["definition", "prp.cost", "prolotherapy.gone"]
    services.clinic_settings.change(
        {**now(services.clinic), "first_questions": before}, seen=now(services.clinic), by=BEN
    )

    assert _saves(boss, parking="Behind the house").status_code == 200
    assert list(services.clinic.first_questions) == before
    assert _saves(boss, first_questions=["safety", "prp.cost"]).status_code == 200

    assert services.clinic.first_questions == ("safety", "prp.cost")
    page = boss.staff.get("/staff/clinic").text
    assert '<optgroup label="PRP">' in page
    assert "<ins>Safety; PRP: Cost</ins>" in page


def test_a_form_of_another_page_changes_nothing(boss: ChatTester) -> None:
    """What somebody saw says what they mean to change."""
    sent = boss.staff.post("/staff/clinic", data={"csrf_token": boss._csrf_token, "phone": "911"}, headers=JSON)

    assert "The form was not complete" in error_message(sent, 422)


def test_two_people_at_once_do_not_overwrite_each_other(boss: ChatTester, services: Services) -> None:
    """The second is told, and may save again."""
    form = _form(boss.staff.get("/staff/clinic").text) | {"csrf_token": boss._csrf_token, "parking": "Boss's."}
    seen = {"parking": services.clinic.parking}
    services.clinic_settings.change({"parking": "Ben's."}, seen=seen, by=BEN)

    first = boss.staff.post("/staff/clinic", data=form)
    assert (first.status_code, "changed by Ben" in first.text) == (422, True)
    assert services.clinic.parking == "Ben's."
    again = _form(first.text)
    assert again["parking"] == "Boss's."
    assert json.loads(again["seen"])["parking"] == "Ben's."
    boss.staff.post("/staff/clinic", data={**again, "csrf_token": boss._csrf_token})

    assert services.clinic.parking == "Boss's."


def test_a_change_is_undone(boss: ChatTester, services: Services) -> None:
    """With one press; the second press of an old page is told."""
    _saves(boss, parking="On the roof.")
    (change,) = services.clinic_settings.history()
    path, form = f"/staff/clinic/changes/{change.id}/undo", {"csrf_token": boss._csrf_token}

    undone = boss.staff.post(path, data=form)

    assert services.clinic.parking == "Free parking in front of the building."
    assert undone.text.count('data-testid="undo"') == 1
    assert boss.staff.post(path, data=form).status_code == 409
    assert boss.staff.post("/staff/clinic/changes/999/undo", data=form, headers=JSON).status_code == 404


def test_a_conflict_with_the_file_is_told_and_decided(boss: ChatTester, services: Services) -> None:
    """As after a restart with a new clinic.yml."""
    _saves(boss, parking="Console's.")
    clinic = Clinic.model_validate({**services.clinic.model_dump(), "parking": "File's."})
    object.__setattr__(services, "clinic_settings", ClinicSettings(services.database, clinic))

    page = boss.staff.get("/staff/clinic").text
    assert 'data-testid="conflict"' in page
    assert "File&#39;s." in page
    assert 'data-name="Console and clinic.yml" data-done="false"' in boss.staff.get("/staff/golive").text
    form = {"csrf_token": boss._csrf_token, "name": "parking", "take": "file"}
    after = boss.staff.post("/staff/clinic/decide", data=form).text

    assert 'data-testid="conflict"' not in after
    assert as_json(clinic, "parking") == "File's."


def test_the_list_shows_what_is_done_and_leads_to_what_is_not(boss: ChatTester) -> None:
    """The same points as `frontdesk golive`."""
    page = boss.staff.get("/staff/golive").text

    assert "6 of 12 points are done" in page
    assert page.count('data-testid="point"') == 12
    assert 'href="/staff/knowledge?state=sample"' in page
    assert "sample: true" in page
    assert 'data-name="Emergency number" data-done="true"' in page


def test_the_line_on_the_inbox_stays_until_all_is_done(boss: ChatTester, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names what comes next."""
    assert "6 of 12 done" in boss.staff.get("/staff/golive/line").text
    assert 'id="golive"' in boss.staff.get("/staff/tickets").text

    monkeypatch.setattr("bot.web.staff.clinic.golive.checklist", lambda _services: [])
    boss.staff.get("/staff/golive")

    assert boss.staff.get("/staff/golive/line").text.strip() == ""


@pytest.mark.parametrize(
    ("page", "marked"),
    [
        ("/staff/tickets", "/staff/tickets"),
        ("/staff/clinic", "/staff/clinic"),
        ("/staff/golive", "/staff/golive"),
        ("/staff/texts", "/staff/texts"),
        ("/staff/people", "/staff/people"),
        ("/staff/audit", "/staff/audit"),
        ("/staff/patients", "/staff/patients"),
        ("/staff/safety", "/staff/safety"),
        ("/staff/figures", "/staff/figures"),
        ("/staff/knowledge", "/staff/knowledge"),
        ("/staff/knowledge/coverage", "/staff/knowledge"),
        ("/staff/knowledge/answers/prp.cost", "/staff/knowledge"),
        ("/staff/account", "/staff/account"),
    ],
)
def test_every_page_has_the_one_menu_with_its_part_marked(boss: ChatTester, page: str, marked: str) -> None:
    """In the same order, and only one part of it."""
    text = boss.staff.get(page).text
    menu = text[text.index('aria-label="Console"') :].partition("</nav>")[0]
    account = text[text.index('class="staff-name"') :].partition("</span>")[0]

    assert re.findall(r'href="([^"]+)" aria-current', menu + account) == [marked]
    assert len(re.findall("<li>", menu)) == 12


def test_who_is_not_signed_in_sees_none_of_it(visitor: TestClient) -> None:
    """The sign-in page instead."""
    assert visitor.get("/staff/clinic", headers=JSON).status_code == 401
