"""The forms that are sent before anybody is signed in: each carries the secret of a cookie that our page has set."""

from __future__ import annotations

import re
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from bot.tokens import new_token
from bot.web.dependencies import ServicesOf, cookie_name, is_same
from bot.web.pages import render

CSRF_COOKIE = "frontdesk_csrf"
OUT_OF_DATE = "The form was out of date. Please try again."
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def is_our_form(request: Request, sent: str) -> bool:
    """Tell whether a form was made by our page for this browser.

    Args:
        request: The request, whose cookie must be there.
        sent: The secret that the form brought.
    """
    secret = _secret_of(request)
    return secret is not None and is_same(sent, secret)


def render_form(
    request: Request, services: ServicesOf, name: str, values: dict[str, Any], status: int = 200
) -> HTMLResponse:
    """Render a page with such a form, and set the cookie that belongs to it.

    Args:
        request: The request.
        services: The settings say whether the cookie needs HTTPS.
        name: The template, whose form has a field `csrf_token`.
        values: What the template shows besides.
        status: The page's status.
    """
    secret = _secret_of(request) or new_token()
    page = render(request, name, {"csrf_token": secret, **values}, status)
    settings = services.settings
    name = cookie_name(CSRF_COOKIE, settings)
    page.set_cookie(name, secret, httponly=True, samesite="strict", secure=settings.secure_cookies)
    return page


def _secret_of(request: Request) -> str | None:
    """Give the cookie's secret; None for a cookie that is missing or none of ours, so that nobody can plant one."""
    secret = request.cookies.get(cookie_name(CSRF_COOKIE, request.app.state.services.settings), "")
    return secret if _SECRET.fullmatch(secret) else None
