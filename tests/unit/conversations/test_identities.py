"""Who a patient is counts only as the clinic's server has signed it, and never changes in a conversation."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import textwrap
import time
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from bot.bootstrap import Services
from bot.conversations import access, identity_store
from bot.conversations.identities import Identities
from bot.conversations.identity_store import Person
from bot.errors import AnotherPersonError, FrontdeskError, IdentityNotProvenError, NoSuchConversationError
from bot.settings import ROOT, Settings
from bot.vocabulary import Channel
from tests.identities import MARIA, SECRET, encoded, signed


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Give the settings of a clinic whose website says who its visitors are."""
    return replace(settings, widget_secret=SECRET)


@pytest.fixture
def conversation(services: Services) -> str:
    """Give a conversation that has begun."""
    with services.database.write() as session:
        return access.begin(session, Channel.WEB_CHAT)[0]


def known(services: Services, conversation: str) -> list[Person]:
    """Give whom a conversation is known to be with."""
    with services.database.read() as session:
        return [identity.person for identity in identity_store.of(session, [conversation])]


def test_what_the_clinics_server_signed_is_kept(services: Services, conversation: str):
    """The phone as it is stored everywhere; saying it again, with another name, is the same person."""
    services.identities.identify(conversation, signed(MARIA))
    person = Person(id="4711", name="Maria Lopez", email="maria@home.example", phone="+13125550142")
    assert known(services, conversation) == [person]

    services.identities.identify(conversation, signed({**MARIA, "name": "Maria Diaz"}))
    assert known(services, conversation) == [replace(person, name="Maria Diaz")]


def test_an_id_is_enough_and_may_be_a_number(services: Services, conversation: str):
    """What cannot be a phone number or an address is left out: a website's records hold what they hold."""
    services.identities.identify(conversation, signed({"id": 4711, "phone": "none", "email": "?"}))

    assert known(services, conversation) == [Person(id="4711")]


def test_somebody_else_is_refused(services: Services, conversation: str):
    """What one patient has written is not put down to the next at the same computer."""
    services.identities.identify(conversation, signed(MARIA))

    with pytest.raises(AnotherPersonError):
        services.identities.identify(conversation, signed({"id": "4712"}))

    assert known(services, conversation)[0].id == "4711"


def _tampered(claims: dict[str, Any]) -> str:
    _, _, signature = signed(MARIA).partition(".")
    return f"{encoded(json.dumps({'exp': int(time.time() + 600), **claims}))}.{signature}"


def _raw(payload: str) -> str:
    return f"{payload}.{hmac.new(SECRET.encode(), payload.encode(), hashlib.sha256).hexdigest()}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "signature"),
        (".", "signature"),
        (encoded(json.dumps(MARIA)), "signature"),
        (f"{encoded(json.dumps(MARIA))}.", "signature"),
        (_tampered({"id": "1"}), "signature"),
        (signed(MARIA, secret="another secret that is long enough"), "signature"),
        (signed(MARIA, secret=""), "signature"),
        (signed(MARIA)[:-1], "signature"),
        ("é.ü", "signature"),
        (_raw("no base64!"), "base64url of JSON"),
        (_raw(encoded("no JSON")), "base64url of JSON"),
        (_raw(encoded('"a text"')), "base64url of JSON"),
        (_raw(encoded('{"id": "1"}')), "base64url of JSON"),
        (signed({"name": "Nobody"}), "base64url of JSON"),
        (signed({"id": ""}), "base64url of JSON"),
        (signed({"id": "1", "admin": True}), "base64url of JSON"),
        (signed({"id": "1\x00"}), "base64url of JSON"),
        (signed({"id": "1", "name": "half a \ud83d"}), "base64url of JSON"),
        (signed({"id": "1", "exp": 10**40}), "base64url of JSON"),
        (signed({"id": "1", "exp": "soon"}), "base64url of JSON"),
        (signed(MARIA, good_for=-3600), "no longer good"),
        (signed(MARIA, good_for=2 * 86400), "more than a day"),
    ],
)
def test_anything_else_proves_nothing(text: str, problem: str, services: Services, conversation: str):
    """The message helps whoever sets it up."""
    with pytest.raises(IdentityNotProvenError, match=problem):
        services.identities.identify(conversation, text)

    assert known(services, conversation) == []


@given(text=st.text(max_size=200))
@how(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_at_all_proves_anything(text: str, services: Services, conversation: str):
    """Or breaks what reads it."""
    with pytest.raises(IdentityNotProvenError):
        services.identities.identify(conversation, text)


def test_without_a_secret_nobody_is_anybody(services: Services, conversation: str):
    """Signed with nothing is not signed."""
    off = Identities(services.database, "", services.clinic)

    for text in (signed(MARIA), signed(MARIA, secret="")):
        with pytest.raises(IdentityNotProvenError, match="FRONTDESK_WIDGET_SECRET"):
            off.identify(conversation, text)


def test_a_conversation_that_is_not_there_has_nobody(services: Services):
    """As everywhere."""
    with pytest.raises(NoSuchConversationError):
        services.identities.identify("nosuch", signed(MARIA))


def test_the_example_of_the_docs_is_right(services: Services, conversation: str):
    """The code in docs/widget.md signs what is taken here."""
    text = (ROOT / "docs" / "widget.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?) *```", text, re.DOTALL)
    place: dict[str, Any] = {}
    exec(textwrap.dedent(code), place)  # noqa: S102 (our own example)

    services.identities.identify(conversation, cast("str", place["signed"](SECRET, MARIA)))

    assert known(services, conversation)[0].name == "Maria Lopez"
    assert issubclass(IdentityNotProvenError, FrontdeskError)
