"""Visitors who are signed in on the website: named to staff if the website's server says so, and kept apart."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from bot.conversations.models import ConversationIdentity
from tests.end_to_end.running import wait_until
from tests.end_to_end.widget.conftest import NewVisitor
from tests.end_to_end.widget.visitor import Visitor
from tests.end_to_end.widget.website import RunningEdge, Website
from tests.identities import MARIA, signed

QUESTION = "How much is it?"
ON_IDENTITY = "void Frontdesk.on('identity', (detail) => (window.told ??= []).push(detail))"


@pytest.fixture(params=[False, True], ids=["storage refused", "storage kept"])
def visitor(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Visitor:
    """Give a visitor of a website that listens; the browser reports requests that are refused."""
    someone = new_visitor(
        same_site=request.param, expected=("status of 403", "status of 409", "WebSocket is closed before")
    )
    someone.opens("/")
    someone.page.evaluate(ON_IDENTITY)
    return someone


def identify(visitor: Visitor, text: str | None) -> None:
    """Say who the visitor is, as the website's page does."""
    visitor.page.evaluate("signed => Frontdesk.identify(signed)", text)


def told(visitor: Visitor) -> Any:
    """Wait until the website is told what became of it, and give that."""
    wait_until(lambda: bool(visitor.page.evaluate("(window.told ?? []).length")), 10.0)
    return visitor.page.evaluate("told.splice(0)")


def names(edge: RunningEdge) -> list[str]:
    """Give the names of all who are known by the website."""
    with edge.services.database.read() as session:
        return list(session.scalars(select(ConversationIdentity.name)))


def test_who_is_signed_in_is_known_with_the_first_message(visitor: Visitor, edge: RunningEdge):
    """And nothing is stored for it before."""
    name = f"Maria {visitor.page.url}"
    identify(visitor, signed({**MARIA, "name": name}))
    visitor.opens_chat()
    assert (names(edge).count(name), visitor.stored()) == (0, {})

    visitor.says(QUESTION)

    assert told(visitor) == [{"accepted": True}]
    assert names(edge).count(name) == 1


def test_a_forged_identity_is_refused_and_the_chat_goes_on(visitor: Visitor, edge: RunningEdge):
    """The website's developers read the code."""
    visitor.opens_chat()
    visitor.says(QUESTION)
    identify(visitor, signed({**MARIA, "name": "Mallory"}, secret="not the clinic's"))

    assert told(visitor) == [{"accepted": False, "code": "identity_not_proven"}]
    assert "Mallory" not in names(edge)
    visitor.says("And how long?")


def test_the_next_at_this_computer_sees_nothing_of_the_one_before(visitor: Visitor):
    """Somebody else who signs in begins anew."""
    identify(visitor, signed(MARIA))
    visitor.opens_chat()
    visitor.says(QUESTION)
    assert told(visitor) == [{"accepted": True}]
    visitor.opens("/other")
    visitor.page.evaluate(ON_IDENTITY)
    expect(visitor.own_words).to_have_text([QUESTION])

    identify(visitor, signed({"id": "4712", "name": "Ben"}))
    expect(visitor.own_words).to_have_count(0)
    assert visitor.page.evaluate("document.activeElement === document.body")

    visitor.says("Is this new?")
    assert told(visitor) == [{"accepted": True}]
    expect(visitor.own_words).to_have_text(["Is this new?"])


@pytest.mark.parametrize("was_open", [True, False])
def test_signing_out_takes_the_conversation_off_the_screen(was_open: bool, visitor: Visitor):
    """That of somebody who was signed in; one who never was goes on."""
    visitor.opens_chat()
    visitor.says(QUESTION)
    identify(visitor, None)
    visitor.says("And how long?")
    identify(visitor, signed(MARIA))
    assert told(visitor) == [{"accepted": True}]
    if not was_open:
        visitor.page.evaluate("Frontdesk.close()")

    visitor.opens("/other")
    identify(visitor, None)

    wait_until(lambda: visitor.stored() == {}, 10.0)
    if not was_open:
        visitor.opens_chat()
    expect(visitor.composer).to_be_visible()
    expect(visitor.own_words).to_have_count(0)


def test_nothing_of_the_one_before_is_even_fetched(visitor: Visitor, website: Website, edge: RunningEdge):
    """Where a page says at once who is there, nobody sees what is not theirs, however short."""
    saying = f"<script>Frontdesk = [(frontdesk) => frontdesk.identify('{signed({'id': '4712'})}')]</script>"
    website.has("/ben", head=saying, script=edge.script)
    identify(visitor, signed(MARIA))
    visitor.opens_chat()
    visitor.says(QUESTION)
    assert told(visitor) == [{"accepted": True}]
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))

    visitor.opens("/ben")
    visitor.page.wait_for_load_state("networkidle")
    wait_until(lambda: visitor.stored() == {}, 10.0)
    visitor.page.evaluate("Frontdesk.open()")
    expect(visitor.composer).to_be_visible()

    assert [url for url in asked if "/api/" in url] == []
    expect(visitor.own_words).to_have_count(0)
