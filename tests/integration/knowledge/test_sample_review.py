"""The shipped drafts are gone through one after the other: what shows each stands beside it, and its words may stay."""

from __future__ import annotations

from bot.bootstrap import Services
from bot.knowledge import history_store
from bot.knowledge.exchange.versions import latest
from bot.vocabulary import Role
from tests.factories import day
from tests.integration.edge import ANA, PASSWORD
from tests.integration.knowledge.test_knowledge_editor import LEE, Sit, sit

__all__ = ["sit"]

FIRST, SECOND = "exosomes.definition", "exosomes.effectiveness"


def test_a_clinician_approves_drafts_as_they_stand_in_a_row(sit: Sit, services: Services):
    """Each with all its facts open, and the next one comes by itself."""
    clinician = sit(LEE)
    page = clinician.opens(f"/answers/{FIRST}").text
    assert "A draft that nobody has approved" in page
    assert "Approve as it stands" in page
    shown = page[page.index('data-testid="shown-by"') : page.index("As a text message")]
    assert shown.count("<details open>") == shown.count("<details")

    form = {"due": day(300).isoformat(), "then": "next"}
    answered = clinician.posts(f"/answers/{FIRST}/versions/1/approve", form)

    assert answered.headers["location"] == f"/staff/knowledge/answers/{SECOND}?approved={FIRST}"
    # What was just done is told: the next one looks much like it.
    told = clinician.opens(f"/answers/{SECOND}?approved={FIRST}").text
    assert f'Approved: <a href="/staff/knowledge/answers/{FIRST}">' in told
    assert 'data-testid="just-approved"' not in clinician.opens(f"/answers/{SECOND}?approved={SECOND}").text
    assert 'data-testid="just-approved"' not in clinician.opens(f"/answers/{SECOND}?approved=nobodys.answer").text
    page = clinician.opens(f"/answers/{FIRST}").text
    assert "Approved by Dr. Lee" in page
    assert "Approve as it stands" not in page
    with services.database.read() as session:
        assert not latest(history_store.get_answer(session, FIRST)).sample


def test_the_list_leads_to_what_one_may_approve(sit: Sit, services: Services):
    """Nobody looks for the first one in a list of two hundred; who may approve none is not asked to."""
    services.staff.add(email="boss@clinic.example", name="Boss", role=Role.ADMIN, password=PASSWORD)

    of_all = sit(LEE).opens("").text
    of_logistics = sit("boss@clinic.example").opens("").text
    of_none = sit(ANA).opens("").text

    assert 'href="/staff/knowledge/answers/all_four.comparison">Approve them one by one' in of_all
    assert 'href="/staff/knowledge/answers/exosomes.booking">Approve them one by one' in of_logistics
    assert 'data-testid="to-approve"' not in of_none


def test_an_administrator_goes_through_logistics_alone(sit: Sit, services: Services):
    """On a medical draft the page names who may, and leads on to one that they may approve."""
    services.staff.add(email="boss@clinic.example", name="Boss", role=Role.ADMIN, password=PASSWORD)
    boss = sit("boss@clinic.example")

    page = boss.opens(f"/answers/{FIRST}").text
    assert "only a clinician may approve" in page
    assert "Approve as it stands" not in page
    following = boss.client.get(f"/staff/knowledge/answers/{FIRST}/next", follow_redirects=False)
    assert following.headers["location"] == "/staff/knowledge/answers/exosomes.insurance"

    form = {"due": day(300).isoformat(), "then": "next"}
    answered = boss.posts("/answers/exosomes.insurance/versions/1/approve", form)
    assert answered.headers["location"] == "/staff/knowledge/answers/prolotherapy.cost?approved=exosomes.insurance"
