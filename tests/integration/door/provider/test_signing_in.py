"""Signing in at the clinic's own provider: who is let in, who is not, and what is forged is refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI

from bot.bootstrap import Services
from bot.db.engine import utc_now
from bot.staff.actor import FRONTDESK
from bot.staff.models import ProviderSignIn
from bot.staff.provider.signing_in import LASTS
from tests.chat_tester import csrf_token_of
from tests.integration.door.provider.oidc_provider import CLIENT_ID, Claims, Provider
from tests.integration.door.provider.visits import BEGIN, HTML, RETURN, actions, goes, is_in, signs_in
from tests.integration.edge import ANA, BEN, TestClient


def test_the_button_is_there_and_leads_to_an_open_console(
    visitor: TestClient, provider: Provider, services: Services
) -> None:
    """By the code flow, with state, nonce and PKCE; the address of the account is found in whatever case."""
    page = visitor.get("/staff/sign-in?next=/staff/account").text
    assert "Sign in with Cedar Grove" in page
    assert f'href="{BEGIN}?next=/staff/account"' in page

    opened = signs_in(visitor, "?next=/staff/account")

    assert opened.url.path == "/staff/account"
    assert is_in(visitor)
    (asked,) = provider.asked
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == ("code", "S256", "openid email")
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert actions(services) == [("sign_in.opened", {"way": "provider"})]
    with services.database.read() as session:
        assert session.query(ProviderSignIn).count() == 0


def test_without_a_provider_there_is_no_button_and_nothing_at_its_addresses(
    visitor: TestClient, services: Services
) -> None:
    """As before."""
    object.__setattr__(services, "provider", None)
    object.__setattr__(services, "settings", replace(services.settings, provider=None))

    assert "sign-in-provider" not in visitor.get("/staff/sign-in").text
    for path in (BEGIN, RETURN, f"{BEGIN}/leave"):
        assert visitor.get(path, headers=HTML).status_code == 404
    token = csrf_token_of(visitor.get("/staff/sign-in").text)
    assert visitor.post(f"{BEGIN}/code", data={"csrf_token": token}).status_code == 404


def _expired(claims: Claims) -> Claims:
    return {**claims, "iat": int(time.time()) - 900, "exp": int(time.time()) - 600}


FORGED: dict[str, Callable[[Claims], Claims]] = {
    "another audience": lambda claims: {**claims, "aud": "another client"},
    "an audience beside us": lambda claims: {**claims, "aud": [CLIENT_ID, "another"], "azp": "another"},
    "another issuer": lambda claims: {**claims, "iss": "https://accounts.evil.example"},
    "another nonce": lambda claims: {**claims, "nonce": "of-another-sign-in"},
    "no nonce": lambda claims: {**claims, "nonce": None},
    "expired": _expired,
    "no end": lambda claims: {**claims, "exp": None},
    "of tomorrow": lambda claims: {**claims, "nbf": int(time.time()) + 86_400},
    "another access token": lambda claims: {**claims, "at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_token_that_is_not_for_this_sign_in_opens_nothing(
    visitor: TestClient, provider: Provider, forged: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Though the provider's own key has signed it; the log says why, and nothing of the person."""
    provider.forge = FORGED[forged]

    page = signs_in(visitor)

    assert page.status_code == 403
    assert "That sign-in did not work" in page.text
    assert not is_in(visitor)
    logged = capsys.readouterr().out
    assert "bad_token" in logged
    assert ANA not in logged.lower()


@pytest.mark.parametrize("way", ["unsigned", "signed_with_the_secret", "signed_by_another"])
def test_a_token_that_the_provider_has_not_signed_opens_nothing(
    visitor: TestClient, provider: Provider, way: str
) -> None:
    """Nobody has, the secret has that we know too, or another key under the same name."""
    provider.sign = getattr(provider, way)

    assert signs_in(visitor).status_code == 403
    assert not is_in(visitor)


def test_keys_that_the_provider_has_changed_are_fetched_anew(visitor: TestClient, provider: Provider) -> None:
    """Without a restart."""
    assert signs_in(visitor).status_code == 200
    provider.change_keys()
    visitor.cookies.clear()

    assert signs_in(visitor).status_code == 200
    assert is_in(visitor)


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email_verified": None}, {"email": None}])
def test_an_address_that_is_not_verified_opens_nothing(visitor: TestClient, provider: Provider, claims: Claims) -> None:
    """Anybody may write anybody's address into their profile."""
    provider.claims |= claims

    page = signs_in(visitor)

    assert (page.status_code, "email address is verified" in page.text) == (403, True)
    assert not is_in(visitor)


def test_entra_says_in_its_own_word_that_an_address_is_verified(visitor: TestClient, provider: Provider) -> None:
    """It has no email_verified."""
    provider.claims |= {"email_verified": None, "xms_edov": "1"}

    assert signs_in(visitor).status_code == 200
    assert is_in(visitor)


def test_who_comes_back_twice_or_in_another_browser_or_late_is_not_let_in(
    visitor: TestClient, app: FastAPI, services: Services
) -> None:
    """A link with a state opens one sign-in, in the browser that began it, for ten minutes."""
    back = goes(visitor)
    stranger = TestClient(app, raise_server_exceptions=False)
    stranger.portal = visitor.portal
    assert stranger.get(back, headers=HTML).status_code == 403
    assert not is_in(stranger)
    assert visitor.get(back, headers=HTML).status_code == 200

    visitor.cookies.delete("frontdesk_staff")
    replayed = visitor.get(back, headers=HTML)
    assert (replayed.status_code, "has run out" in replayed.text) == (403, True)
    assert visitor.get(back.replace("state=", "state=x"), headers=HTML).status_code == 403
    late = goes(visitor)
    with services.database.write() as session:
        session.query(ProviderSignIn).update({"expires_at": utc_now() - LASTS})
    assert visitor.get(late, headers=HTML).status_code == 403
    assert not is_in(visitor)


def test_a_code_is_exchanged_only_by_who_began(visitor: TestClient, provider: Provider) -> None:
    """The provider refuses a code with another verifier (PKCE), and so do we."""
    begun = goes(visitor)
    other = goes(visitor)
    code = parse_qs(urlsplit(other).query)["code"][0]
    mixed = begun.replace(parse_qs(urlsplit(begun).query)["code"][0], code)

    assert visitor.get(mixed, headers=HTML).status_code == 403
    assert not is_in(visitor)


def test_who_has_no_account_is_told_so_and_none_is_made(
    visitor: TestClient, provider: Provider, services: Services
) -> None:
    """An administrator invites people, not the provider."""
    provider.claims["email"] = "stranger@clinic.example"
    before = len(services.people.all())

    page = signs_in(visitor)

    assert page.status_code == 403
    assert "no account here has your email address" in page.text
    assert "stranger@clinic.example" not in page.text
    assert len(services.people.all()) == before
    assert not is_in(visitor)
    assert [action for action, _details in actions(services)] == ["sign_in.failed"]


def test_an_address_that_was_given_to_somebody_else_opens_nothing(
    visitor: TestClient, provider: Provider, services: Services
) -> None:
    """The provider calls them otherwise than whoever signed in with it; a password link says whose the account is."""
    signs_in(visitor)
    visitor.cookies.delete("frontdesk_staff")
    provider.claims["sub"] = "two"
    page = signs_in(visitor)
    assert (page.status_code, "belongs to somebody else" in page.text) == (403, True)
    assert not is_in(visitor)

    services.people.reset_link(services.people.id_of(ANA), FRONTDESK)

    assert signs_in(visitor).status_code == 200
    assert is_in(visitor)


def test_who_has_another_address_at_the_provider_now_has_the_same_account(
    visitor: TestClient, provider: Provider
) -> None:
    """Somebody who has married, say."""
    signs_in(visitor)
    visitor.cookies.delete("frontdesk_staff")
    provider.claims["email"] = "ana.married@clinic.example"

    assert "Ana" in signs_in(visitor, "?next=/staff/account").text


def test_who_was_shut_out_stays_out(visitor: TestClient, services: Services) -> None:
    """Whatever the provider says."""
    services.people.shut_out(services.people.id_of(ANA), FRONTDESK)

    page = signs_in(visitor)

    assert (page.status_code, "Your account here is closed" in page.text) == (403, True)
    assert not is_in(visitor)


def test_somebody_who_does_not_sign_in_there_is_not_signed_in_here(visitor: TestClient, provider: Provider) -> None:
    """They pressed cancel."""
    provider.refuses = True

    page = signs_in(visitor)

    assert (page.status_code, "You did not sign in there" in page.text) == (403, True)


def test_an_answer_of_another_provider_is_refused(visitor: TestClient, provider: Provider) -> None:
    """Where it says whose it is (RFC 9207)."""
    provider.adds = {"iss": "https://accounts.evil.example"}
    assert signs_in(visitor).status_code == 403

    provider.adds = {"iss": provider.issuer}
    assert signs_in(visitor).status_code == 200


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://accounts.evil.example"},
        {"authorization_endpoint": "http://accounts.evil.example/"},
        {"authorization_endpoint": None},
    ],
)
def test_a_provider_that_says_that_it_is_another_or_is_to_be_asked_in_the_open_is_not_asked(
    visitor: TestClient, provider: Provider, about: Claims
) -> None:
    """And one that does not answer leaves the password."""
    provider.about = about

    page = visitor.get(BEGIN, headers=HTML, follow_redirects=False)

    assert page.status_code == 503
    assert 'name="password"' in page.text


def test_the_sign_in_that_the_browser_had_ends(visitor: TestClient, provider: Provider) -> None:
    """The cookie is a new one, and a copy of the old one opens nothing."""
    signs_in(visitor)
    old = visitor.cookies["frontdesk_staff"]

    signs_in(visitor)

    assert visitor.cookies["frontdesk_staff"] != old
    visitor.cookies.set("frontdesk_staff", old)
    assert not is_in(visitor)


def test_nobody_is_led_elsewhere_afterwards(visitor: TestClient) -> None:
    """To pages of the console alone, and not to the sign-in again."""
    for page in ("https://evil.example/", "//evil.example", "/staff/sign-in/provider"):
        assert signs_in(visitor, f"?next={page}").url.path == "/staff/tickets"


def test_roles_stay_ours(visitor: TestClient, provider: Provider) -> None:
    """What a token says of them is of no account."""
    provider.claims |= {"roles": ["admin"], "groups": ["administrators"], "role": "admin"}
    signs_in(visitor)

    assert visitor.get("/staff/people", headers=HTML).status_code == 403


def test_signing_out_says_that_the_provider_may_have_one_signed_in_still(
    visitor: TestClient, provider: Provider
) -> None:
    """On a computer that others use too; its own page for it is one click away."""
    page = signs_in(visitor)

    out = visitor.post("/staff/sign-out", data={"csrf_token": csrf_token_of(page.text)}, headers=HTML)

    assert "You are signed out here" in out.text
    assert not is_in(visitor)
    leaves = visitor.get(f"{BEGIN}/leave", follow_redirects=False)
    assert leaves.headers["location"].startswith(f"{provider.issuer}/end?client_id=")
    provider.stop()


def test_ben_is_not_ana(visitor: TestClient, provider: Provider) -> None:
    """The account is that of the address."""
    provider.claims["email"] = BEN

    assert "Ben" in signs_in(visitor, "?next=/staff/account").text
