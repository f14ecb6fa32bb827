"""Rendering pages: the templates, the error page, and what the frame of every page of the console shows."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from fastapi.templating import Jinja2Templates

from bot.clinic import Clinic
from bot.staff.permissions import Permission, may
from bot.staff.sign_in import SignedIn
from bot.web.prefix import PrefixedAddresses
from bot.words import ENGLISH, catalogues, source_kind

HERE = Path(__file__).parent
STATIC = HERE / "static"

templates = Jinja2Templates(directory=HERE / "templates")
templates.env.add_extension(PrefixedAddresses)
# What staff are shown as patients read it is said by the same words.
templates.env.globals.update(
    patients_read=lambda name, /, **values: catalogues()[ENGLISH].say(name, **values), source_kind=source_kind
)


def render(request: Request, name: str, context: dict[str, Any], status: int = HTTPStatus.OK) -> HTMLResponse:
    """Render a template to a page."""
    return templates.TemplateResponse(request, name, context, status_code=status)


def render_error(request: Request, status: int, message: str) -> Response:
    """Render the error page."""
    headings = {
        403: "You cannot open this",
        404: "Page not found",
        409: "That did not work",
        422: "Something in it is not right",
        429: "That was too fast",
        503: "Not available right now",
    }
    context = {
        "status": status,
        "heading": headings.get(status, "Something went wrong"),
        "message": message,
        "is_staff": request.url.path.startswith("/staff"),
    }
    return render(request, "error.html", context, status)


def console_frame(clinic: Clinic, member: SignedIn) -> dict[str, Any]:
    """Give what the frame of every page of the console shows, those on answers included."""
    return {
        "staff_member": {"id": member.staff_member_id, "name": member.name, "role": member.role.value},
        "may": {permission.value: may(member.role, permission) for permission in Permission},
        "csrf_token": member.csrf_token,
        "timezone": clinic.timezone,
    }
