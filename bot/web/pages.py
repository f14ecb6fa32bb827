"""Rendering pages: the templates, what every page gets, and the theme's colors."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from fastapi.templating import Jinja2Templates

from bot.clinic import Clinic

HERE = Path(__file__).parent
STATIC = HERE / "static"
_WHITE, _BLACK = "#ffffff", "#000000"
"""One of the two has a contrast of at least 4.58 with any color; WCAG 2.2 AA asks for 4.5. An ink less black fails."""

templates = Jinja2Templates(directory=HERE / "templates")


def render(request: Request, name: str, context: dict[str, Any], status: int = HTTPStatus.OK) -> HTMLResponse:
    """Render a template to a page."""
    return templates.TemplateResponse(request, name, context, status_code=status)


def render_error(request: Request, status: int, message: str) -> Response:
    """Render the error page."""
    headings = {403: "You cannot open this", 404: "Page not found", 503: "Not available right now"}
    heading = headings.get(status, "Something went wrong")
    return render(request, "error.html", {"status": status, "heading": heading, "message": message}, status)


def theme_css(clinic: Clinic) -> str:
    """Give the stylesheet with the clinic's accent color and a text color that can be read on it."""
    accent = clinic.accent_color
    text = max((_WHITE, _BLACK), key=lambda color: contrast(accent, color))
    return f":root{{--accent:{accent};--accent-text:{text}}}\n"


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colors like #0b6b5d, from 1 to 21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
