"""What every room asks FastAPI for: the services, and the staff member behind a request."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.requests import HTTPConnection

from bot.bootstrap import Services
from bot.errors import InvalidMessageError, PermissionDeniedError
from bot.settings import Settings
from bot.staff.actor import Actor
from bot.staff.permissions import Permission, may
from bot.staff.sign_in import SignedIn

SIGN_IN_COOKIE = "frontdesk_staff"
ACCOUNT_PATHS = frozenset(
    {
        "/staff/account",
        "/staff/account/password",
        "/staff/account/codes",
        "/staff/account/passkeys",
        "/staff/account/passkeys/begin",
        "/staff/sign-out",
    }
)
"""What somebody may do who has no second factor where one is asked for: turn codes on, add a passkey, and leave."""
BY_ITSELF = "x-refresh"
"""The header of what a page asks for by itself: it keeps nobody signed in."""


async def services_of(request: Request) -> Services:
    """Give the app's services; async, since FastAPI sends what is not into a thread of its own, with every request."""
    services: Services = request.app.state.services
    return services


ServicesOf = Annotated[Services, Depends(services_of)]


class NotSignedInError(PermissionDeniedError):
    """Raised when a page of the console is opened without signing in."""


class AccountFirstError(PermissionDeniedError):
    """Raised when somebody has something to do under their account before all else opens.

    Args:
        message: What.
        code: What a program knows it by.
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


def bearer_token(authorization: str | None) -> str | None:
    """Give the token of an `Authorization: Bearer` header; None if there is none.

    The scheme may be written in any case, and any spaces may follow it (RFC 9110, 11.1 and 11.4).
    """
    scheme, _, token = (authorization or "").strip().partition(" ")
    return (token.strip() or None) if scheme.casefold() == "bearer" else None


async def signed_in(request: Request, services: ServicesOf) -> SignedIn:
    """Give the staff member behind the request.

    Raises:
        NotSignedInError: Nobody is signed in on this browser, or the sign-in ran out.
    """
    acts = BY_ITSELF not in request.headers
    member = await run_sync(partial(services.staff.who_is, sign_in_token(request), acts=acts))
    if member is None:
        raise NotSignedInError("Sign in to see this page.")
    request.state.staff_member_id = member.staff_member_id
    if request.url.path not in ACCOUNT_PATHS:
        if needs_password(services, member):
            raise AccountFirstError("Choose a password of your own first: under your name, Account.", "password_needed")
        if needs_codes(services, member):
            raise AccountFirstError(
                "Turn on the codes of an authenticator app, or add a passkey, first: under your name, Account.",
                "codes_needed",
            )
    return member


def sign_in_token(connection: HTTPConnection) -> str | None:
    """Give what a browser's cookie says of who is signed in."""
    settings: Settings = connection.app.state.services.settings
    return connection.cookies.get(cookie_name(SIGN_IN_COOKIE, settings))


def cookie_name(name: str, settings: Settings) -> str:
    """Give a cookie's whole name: over HTTPS one that browsers take from nobody but this very host.

    Under a path of a host it is kept to that path, which such a name does not allow.
    """
    if not settings.secure_cookies:
        return name
    return f"__Secure-{name}" if settings.path_prefix else f"__Host-{name}"


def needs_codes(services: Services, member: SignedIn) -> bool:
    """Tell whether somebody has to turn codes on before they see anything of patients."""
    return services.settings.require_codes and not member.has_second_factor


def needs_password(services: Services, member: SignedIn) -> bool:
    """Tell whether somebody has to choose a password first: the one that they have was made by Frontdesk."""
    return services.settings.env == "production" and member.has_given_password


Member = Annotated[SignedIn, Depends(signed_in)]


async def checked_form(request: Request, member: Member) -> SignedIn:
    """Give the staff member behind a form after checking the form's secret.

    Raises:
        PermissionDeniedError: The form was not made by our page for this sign-in.
    """
    form = await request.form()
    sent = request.headers.get("x-csrf-token") or form.get("csrf_token") or ""
    if not is_same(str(sent), member.csrf_token):
        raise PermissionDeniedError("This form is out of date. Go back, reload the page and try again.")
    require_text(form)
    return member


CheckedMember = Annotated[SignedIn, Depends(checked_form)]


def reader_who_may(permission: Permission) -> Callable[[SignedIn], Awaitable[SignedIn]]:
    """Give the check of a page: who is signed in, and may do this."""

    async def check(member: Member) -> SignedIn:
        return _permitted(member, permission)

    return check


def writer_who_may(permission: Permission) -> Callable[[SignedIn], Awaitable[SignedIn]]:
    """Give the check of a form: our own, from somebody who may do this."""

    async def check(member: CheckedMember) -> SignedIn:
        return _permitted(member, permission)

    return check


def _permitted(member: SignedIn, permission: Permission) -> SignedIn:
    if not may(member.role, permission):
        raise PermissionDeniedError("Your role does not allow this. Ask an administrator of your clinic.")
    return member


Reader = Annotated[SignedIn, Depends(reader_who_may(Permission.ANSWER_PATIENTS))]
"""Somebody who looks at patients' conversations."""
Writer = Annotated[SignedIn, Depends(writer_who_may(Permission.ANSWER_PATIENTS))]
"""Somebody who sends a form about patients' conversations."""


def require_text(form: FormData) -> None:
    """Make sure that a form holds text that every database can store.

    Raises:
        InvalidMessageError: It holds something else; the message names the field.
    """
    for name, value in form.multi_items():
        if not isinstance(value, str):
            raise InvalidMessageError(f"{name}: this field takes text, not a file. Go back and write it in.")
        if "\x00" in value or not _is_unicode(value):
            raise InvalidMessageError(
                f"{name}: there is a character in it that cannot be stored. Go back, write that part anew and send it "
                "again."
            )


def _is_unicode(text: str) -> bool:
    """Tell whether a text is whole: half of a pair of surrogates is no character."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def actor_of(member: SignedIn) -> Actor:
    """Give whom an action is put down to."""
    return Actor(staff_member_id=member.staff_member_id, name=member.name)


def is_same(sent: str, secret: str) -> bool:
    """Say whether a form's secret is ours, in a time that tells nothing about it."""
    # As bytes: the comparison refuses text that is not ASCII.
    return hmac.compare_digest(sent.encode("utf-8", "replace"), secret.encode())
