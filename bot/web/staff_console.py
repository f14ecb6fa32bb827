"""The staff console: signing in, the list of tickets, a ticket's conversation, replying, resolving."""

from __future__ import annotations

import hmac
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bot.errors import PermissionDeniedError
from bot.messaging.inbound_text import clean_text
from bot.staff.actor import Actor
from bot.staff.sign_in import SIGN_IN_HOURS, SignedIn
from bot.tokens import new_token
from bot.vocabulary import TicketStatus
from bot.web.conversations import ServicesOf
from bot.web.errors import error_json
from bot.web.pages import render
from bot.web.staff_views import inbox_context, ticket_context
from bot.web.wire import LARGEST_ID, message_out

router = APIRouter(prefix="/staff", include_in_schema=False)

SIGN_IN_COOKIE = "frontdesk_staff"
CSRF_COOKIE = "frontdesk_csrf"
FILTERS = {
    "open": (TicketStatus.OPEN,),
    "assigned": (TicketStatus.ASSIGNED,),
    "resolved": (TicketStatus.RESOLVED,),
    "all": tuple(TicketStatus),
}


class NotSignedInError(PermissionDeniedError):
    """Raised when a page of the console is opened without signing in."""


async def signed_in(request: Request, services: ServicesOf) -> SignedIn:
    """Give the staff member behind the request.

    Raises:
        NotSignedInError: Nobody is signed in on this browser, or the sign-in ran out.
    """
    member = await run_sync(services.staff.who_is, request.cookies.get(SIGN_IN_COOKIE))
    if member is None:
        raise NotSignedInError("Sign in to see this page.")
    return member


Member = Annotated[SignedIn, Depends(signed_in)]


async def checked_form(request: Request, member: Member) -> SignedIn:
    """Give the staff member behind a form after checking the form's secret.

    Raises:
        PermissionDeniedError: The form was not made by our page for this sign-in.
    """
    form = await request.form()
    sent = request.headers.get("x-csrf-token") or form.get("csrf_token") or ""
    if not _same(str(sent), member.csrf_token):
        raise PermissionDeniedError("This form is out of date. Go back, reload the page and try again.")
    return member


TicketId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
CheckedMember = Annotated[SignedIn, Depends(checked_form)]


@router.get("")
async def home() -> Response:
    """Lead to the inbox."""
    return RedirectResponse("/staff/tickets", status_code=303)


@router.get("/sign-in")
async def sign_in_page(request: Request, services: ServicesOf) -> HTMLResponse:
    """Show the sign-in form."""
    return _sign_in_form(request, services, email="", error=None, status=200)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    services: ServicesOf,
    email: Annotated[str, Form(max_length=254)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
    csrf_token: Annotated[str, Form()] = "",
) -> Response:
    """Check the password and open the console."""
    if not _same(csrf_token, request.cookies.get(CSRF_COOKIE, "-")):
        problem = "The form was out of date. Please try again."
        return _sign_in_form(request, services, email=email, error=problem, status=403)
    try:
        token = await run_sync(services.staff.sign_in, email, password)
    except PermissionDeniedError as error:
        return _sign_in_form(request, services, email=email, error=str(error), status=403)
    response = RedirectResponse(_safe_next(request.query_params.get("next")), status_code=303)
    response.set_cookie(
        SIGN_IN_COOKIE,
        token,
        max_age=SIGN_IN_HOURS * 3600,
        httponly=True,
        samesite="lax",
        secure=services.settings.secure_cookies,
    )
    return response


@router.post("/sign-out")
async def sign_out(request: Request, services: ServicesOf, _member: CheckedMember) -> Response:
    """End the sign-in of this browser."""
    await run_sync(services.staff.sign_out, request.cookies.get(SIGN_IN_COOKIE))
    response = RedirectResponse("/staff/sign-in", status_code=303)
    response.delete_cookie(SIGN_IN_COOKIE)
    return response


@router.get("/tickets")
async def inbox(request: Request, services: ServicesOf, member: Member, status: str = "open") -> HTMLResponse:
    """Show the list of tickets."""
    context = await run_sync(inbox_context, services, member, _filter(status), FILTERS[_filter(status)])
    return render(request, "staff/tickets.html", context)


@router.get("/tickets/{ticket_id}")
async def ticket(
    request: Request, services: ServicesOf, member: Member, ticket_id: TicketId, status: str = "open"
) -> HTMLResponse:
    """Show a ticket with its conversation."""
    context = await run_sync(ticket_context, services, member, _filter(status), FILTERS[_filter(status)], ticket_id)
    return render(request, "staff/ticket.html", context)


@router.post("/tickets/{ticket_id}/take")
async def take(request: Request, services: ServicesOf, member: CheckedMember, ticket_id: TicketId) -> Response:
    """Take a ticket: from now on this staff member answers the patient."""
    services.deliver.announce(await run_sync(services.tickets.take, ticket_id, _actor(member)))
    return _done(request, ticket_id, {"ticket_id": ticket_id})


@router.post("/tickets/{ticket_id}/replies")
async def reply(
    request: Request,
    services: ServicesOf,
    member: CheckedMember,
    ticket_id: TicketId,
    text: Annotated[str, Form()] = "",
) -> Response:
    """Send a reply to the patient; writing one takes the ticket if nobody has it."""
    cleaned = clean_text(text)
    view = await run_sync(services.tickets.view, ticket_id)
    if view.status is not TicketStatus.RESOLVED:
        services.deliver.announce(await run_sync(services.tickets.take, ticket_id, _actor(member)))
    message = await services.deliver.staff_reply(view.conversation_id, text=cleaned, staff_name=member.name)
    return _done(request, ticket_id, {"message": message_out(message).model_dump()})


@router.post("/tickets/{ticket_id}/resolve")
async def resolve(request: Request, services: ServicesOf, member: CheckedMember, ticket_id: TicketId) -> Response:
    """Close a ticket and hand the conversation back to the bot."""
    change = await run_sync(partial(services.tickets.resolve, ticket_id, by=_actor(member)))
    services.deliver.announce(change)
    return _done(request, ticket_id, {"ticket_id": ticket_id})


def _actor(member: SignedIn) -> Actor:
    return Actor(staff_member_id=member.staff_member_id, name=member.name)


def _filter(status: str) -> str:
    return status if status in FILTERS else "open"


def _safe_next(path: str | None) -> str:
    """Give a page of the console to go to: never another site."""
    inside = path is not None and path.startswith("/staff/tickets")
    return path if inside and path is not None else "/staff/tickets"


def _same(sent: str, secret: str) -> bool:
    # As bytes: the comparison refuses text that is not ASCII.
    return hmac.compare_digest(sent.encode("utf-8", "replace"), secret.encode())


def _sign_in_form(
    request: Request, services: ServicesOf, *, email: str, error: str | None, status: int
) -> HTMLResponse:
    csrf_token = request.cookies.get(CSRF_COOKIE) or new_token()
    page = render(request, "staff/sign_in.html", {"csrf_token": csrf_token, "email": email, "error": error}, status)
    page.set_cookie(CSRF_COOKIE, csrf_token, httponly=True, samesite="strict", secure=services.settings.secure_cookies)
    return page


def _done(request: Request, ticket_id: int, body: dict[str, Any]) -> Response:
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse(body)
    return RedirectResponse(f"/staff/tickets/{ticket_id}", status_code=303)


def not_signed_in(request: Request) -> Response:
    """Answer a request without a sign-in: the form for a page, an error for a program."""
    if "text/html" in request.headers.get("accept", ""):
        # A form cannot be sent again after signing in: only a page can be gone back to.
        page = request.url.path if request.method == "GET" else "/staff/tickets"
        query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
        return RedirectResponse(f"/staff/sign-in?next={quote(page + query)}", status_code=303)
    return error_json(401, "not_signed_in", "You are not signed in. Sign in and try again.")
