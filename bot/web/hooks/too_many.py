"""Which texts are taken however many came before from their number."""

from __future__ import annotations

from anyio.to_thread import run_sync
from fastapi import Request

from bot.bootstrap import Services
from bot.messaging.texting import InboundText
from bot.web.door.limiting import count_subject, passing_of


async def refuse_too_many(request: Request, services: Services, inbound: InboundText) -> None:
    """Count a text from its number, and refuse it if there were too many and it may wait.

    Args:
        request: The call that brings it.
        services: What reads it.
        inbound: The text.

    Raises:
        TooManyRequestsError: There were too many.
    """
    await count_subject(request, inbound.phone)
    passing = passing_of(request)
    if passing.wait and not await run_sync(_is_always_taken, services, inbound.body):
        raise passing.too_many()


def _is_always_taken(services: Services, text: str) -> bool:
    """Tell whether it is danger, may answer a check, or is an opt-out."""
    is_short = services.offers.is_short_reply(text) or services.opt_outs.asked_for(text) is not None
    return is_short or services.receive.card_for(text) is not None
