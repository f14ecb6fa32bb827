"""Which keys pages are given, and by whom: a patient's page by its id, staff by who they are."""

from __future__ import annotations

import re

import pytest

from tests.chat_tester import JSON
from tests.integration.edge import ANA, BEN, NewChat, TestClient, error_message


def test_a_page_brings_a_key_that_can_be_asked_for_again(visitor: TestClient) -> None:
    """Another with each page, and none in any cache."""
    page = visitor.get("/")
    key_id, key = re.findall(r'data-key-id="([^"]+)" data-key="([^"]+)"', page.text)[0]

    again = visitor.post("/page-key", json={"id": key_id})

    assert again.json() == {"key": key}
    assert key_id not in visitor.get("/").text
    for answer in (page, again):
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "asked", [{}, {"id": ""}, {"id": "x"}, {"id": 5}, {"id": "x" * 23}, {"id": "staff 1" + "x" * 15}]
)
def test_what_is_no_id_is_given_no_key(visitor: TestClient, asked: dict[str, object]) -> None:
    """Nor is it taken for somebody's name."""
    error_message(visitor.post("/page-key", json=asked), 422)


def test_each_member_of_staff_has_a_key_at_each_sign_in(new_chat: NewChat, visitor: TestClient) -> None:
    """And nobody else has it."""
    given = []
    for email in (ANA, BEN, ANA):
        chat = new_chat(email)
        chat.staff_signs_in()
        answer = chat.staff.get("/staff/draft-key", headers=JSON)
        assert answer.headers["cache-control"] == "no-store"
        given.append(answer.json()["key"])

    assert given[0] == given[2] != given[1]
    assert visitor.get("/staff/draft-key", headers=JSON).status_code == 401
