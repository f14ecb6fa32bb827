"""The page on privacy says what is true of this clinic, and nothing that it has not set up."""

from __future__ import annotations

import html
import re

import pytest

from bot.bootstrap import Services
from bot.clinic import Retention
from bot.knowledge.files.readability import grade
from bot.staff.actor import FRONTDESK
from tests.factories import a_staff_member
from tests.integration.edge import TestClient


def says(visitor: TestClient) -> str:
    """Give the words of the page."""
    page = visitor.get("/privacy")
    assert page.status_code == 200
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text[page.text.index("<main") :])).split())


def keeps(services: Services, **limits: str) -> None:
    """Let the clinic have other limits."""
    retention = Retention.model_validate(limits)
    object.__setattr__(services, "clinic", services.clinic.model_copy(update={"retention": retention}))


def test_the_chat_leads_to_the_page(visitor: TestClient) -> None:
    """Under the box."""
    assert 'href="/privacy"' in visitor.get("/").text


def test_it_says_how_long_and_how_to_have_it_deleted(visitor: TestClient) -> None:
    """By the clinic's own file."""
    said = says(visitor)

    assert "For 2 years after your last message" in said
    assert "delete my messages" in said
    assert "555-0142" in said
    assert "Where our staff helped you" not in said
    assert "sent to no other company" in said
    assert "text us" not in said


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"conversations": ""}, "Until you ask us to delete it."),
        ({"tickets": "5 years"}, "Where our staff helped you, at least for 5 years after that."),
        ({"tickets": ""}, "Where our staff helped you, until you ask us to delete it."),
    ],
)
def test_it_follows_the_limits(visitor: TestClient, services: Services, limits: dict[str, str], expected: str) -> None:
    """Whatever they are."""
    keeps(services, **limits)

    assert expected in says(visitor)


def test_it_names_programs_that_get_what_patients_write(visitor: TestClient, services: Services) -> None:
    """As soon as one is connected."""
    ana = a_staff_member(services.database, email="x@clinic.example")
    services.integrations.connect(
        name="Desk", staff_member_id=ana, webhook_url="https://desk.example/hook", by=FRONTDESK
    )

    said = says(visitor)

    assert "other programs that get what you write" in said
    assert "no other company" not in said


def test_it_leads_to_the_clinics_own_notice(visitor: TestClient, services: Services) -> None:
    """If there is one."""
    assert "own privacy notice" not in says(visitor)

    own = services.clinic.model_copy(update={"privacy_notice": "https://cedargrove.example/privacy"})
    object.__setattr__(services, "clinic", own)

    assert 'href="https://cedargrove.example/privacy"' in visitor.get("/privacy").text


def test_it_is_read_easily(visitor: TestClient) -> None:
    """As every answer."""
    assert grade(says(visitor)) <= 8


def test_it_can_be_read_by_whoever_is_not_signed_in_and_sets_no_cookie(visitor: TestClient) -> None:
    """Nor does the chat."""
    assert not visitor.get("/privacy").headers.get("set-cookie")
    assert not visitor.get("/").headers.get("set-cookie")
