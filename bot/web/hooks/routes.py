"""The addresses that other programs call: a provider's webhook, the desk that a clinic has already."""

from __future__ import annotations

from fastapi import APIRouter

from bot.web.hooks import channel, sms, tickets

router = APIRouter()
for part in (sms, channel, tickets):
    router.include_router(part.router)
