"""The addresses of the widget's room: the script that websites load, and a made-up website to try it on."""

from __future__ import annotations

from fastapi import APIRouter

from bot.web.widget import demo, serving

router = APIRouter()
for part in (serving, demo):
    router.include_router(part.router)
