"""The addresses of the patient's room: the chat page, its interface, its live connection."""

from __future__ import annotations

from fastapi import APIRouter

from bot.web.patient import chat, conversations, directions, live, notice, page_keys

router = APIRouter()
for part in (chat, conversations, directions, live, notice, page_keys):
    router.include_router(part.router)
