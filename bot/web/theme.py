"""The clinic's colors, which every page wears."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from bot.clinic import Clinic
from bot.web.dependencies import ServicesOf

router = APIRouter(include_in_schema=False)

_WHITE, _BLACK = "#ffffff", "#000000"
"""One of the two has a contrast of at least 4.58 with any color; WCAG 2.2 AA asks for 4.5. An ink less black fails."""


@router.get("/static-theme.css")
async def theme(services: ServicesOf) -> Response:
    """Give the clinic's colors as a stylesheet."""
    return Response(theme_css(services.clinic), media_type="text/css")


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
