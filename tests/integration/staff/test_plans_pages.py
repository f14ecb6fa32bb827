"""The pages of plans: a clinician reads each message as a text and approves it; it is withdrawn with one press."""

from __future__ import annotations

import re

import pytest

from bot.bootstrap import Services
from bot.golive import checklist
from bot.staff.store import audit_entries
from bot.vocabulary import Role
from tests.factories import day
from tests.integration.edge import ANA, PASSWORD
from tests.integration.knowledge.test_knowledge_editor import LEE, Desk, Sit, sit

__all__ = ["sit"]

PLAN = "/plans/prp/en"
BOSS = "boss@clinic.example"


def _version(page: str, step: str = "bring") -> str:
    section = page[page.index(f'id="{step}"') :]
    found = re.search(r'name="version" value="(\w+)"', section)
    assert found is not None
    return found.group(1)


def _states(page: str) -> list[str]:
    return re.findall(r'data-state="(\w+)"', page)


def _approves(desk: Desk, step: str = "bring", **form: str):
    version = _version(desk.opens(PLAN).text, step)
    return desk.posts(f"{PLAN}/messages/{step}/approve", {"version": version, "due": day(300).isoformat(), **form})


def test_the_list_says_how_many_wait(sit: Sit):
    """For each plan, and beside the tab on all pages of answers."""
    clinician = sit(LEE)

    page = clinician.opens("/plans").text

    assert "0 of 7 approved" in page
    assert f'href="/staff/knowledge{PLAN}"' in page
    assert re.search(r'data-testid="tab-plans">Plans <span class="count">\d+</span>', clinician.opens("").text)


def test_a_clinician_approves_what_they_read_and_it_is_withdrawn(sit: Sit, services: Services):
    """With who and when, in the page, its history and the audit log."""
    clinician = sit(LEE)
    page = clinician.opens(PLAN).text
    assert set(_states(page)) == {"sample"}
    assert "Text STOP to end these messages." in page
    assert "photo ID" in page

    answered = _approves(clinician)

    assert answered.headers["location"] == f"/staff/knowledge{PLAN}?done=approved#bring"
    page = clinician.opens(f"{PLAN}?done=approved").text
    assert "It is sent from now on" in page
    assert "1 of 7 approved" in page
    assert sorted(_states(page)) == ["sample"] * 6 + ["served"]
    assert "Approved by Dr. Lee" in page

    version = _version(page)
    answered = clinician.posts(f"{PLAN}/messages/bring/withdraw", {"version": version})
    assert answered.status_code == 303
    page = clinician.opens(f"{PLAN}?done=withdrawn").text
    assert "Nobody gets it any more" in page
    assert "retired" in _states(page)
    history = page[page.index('data-testid="history"') :]
    assert history.index("Withdrawn") < history.index("Approved")
    with services.database.read() as session:
        told = [entry.action for entry in audit_entries(session) if entry.subject == "plan"]
    assert sorted(told) == ["plan.approved", "plan.withdrawn"]


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"version": "0" * 16}, "words have changed"),
        ({"due": ""}, "Choose the day"),
        ({"due": "2020-01-01"}, "after today"),
    ],
)
def test_what_cannot_be_approved_says_why(sit: Sit, form: dict[str, str], says: str):
    """On the page of the plan."""
    clinician = sit(LEE)

    answered = _approves(clinician, **form)

    assert answered.status_code == 409
    assert says in answered.text
    assert set(_states(answered.text)) == {"sample"}


def test_an_administrator_withdraws_and_does_not_approve(sit: Sit, services: Services):
    """What a plan says is medical; who answers patients reads it alone."""
    services.staff.add(email=BOSS, name="Boss", role=Role.ADMIN, password=PASSWORD)
    boss, agent = sit(BOSS), sit(ANA)

    page = boss.opens(PLAN).text
    assert "only a clinician may approve" in page
    assert 'data-testid="approve"' not in page
    assert _approves(boss).status_code == 403
    version = _version(page)
    assert boss.posts(f"{PLAN}/messages/bring/withdraw", {"version": version}).status_code == 303
    assert 'data-testid="withdraw"' not in agent.opens(PLAN).text
    assert agent.posts(f"{PLAN}/messages/bring/withdraw", {"version": version}).status_code == 403


def test_a_plan_that_is_not_there_is_told(sit: Sit):
    """As every page that is not."""
    clinician = sit(LEE)

    assert clinician.opens("/plans/nothing/en").status_code == 404
    assert clinician.posts("/plans/nothing/en/messages/bring/approve", {"due": day(30).isoformat()}).status_code == 404


def test_the_checklist_says_how_many_are_not_approved(sit: Sit, services: Services):
    """One less with each."""

    def told() -> str:
        return next(point.state for point in checklist(services) if point.name == "Plans")

    messages = sum(len(plan.messages) for plan in services.appointments.plans.all)
    assert f"{messages} of {messages} messages" in told()
    _approves(sit(LEE))
    assert f"{messages - 1} of {messages} messages" in told()
