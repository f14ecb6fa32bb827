"""How often one address of the network may fail to sign in, whichever accounts it tries; success does not count."""

from __future__ import annotations

from fastapi import Request
from limits import parse_many

from bot.web.door.client_address import network_of
from bot.web.door.limiting import passing_of

FAILURES = parse_many("30/5 minutes")
"""Staff of one clinic may all come from one address, and each of them mistypes."""
_NAME = "failed sign-ins"


async def too_many_failures(request: Request) -> bool:
    """Tell whether an address has failed too often."""
    passing = passing_of(request)
    return bool(await passing.counters.wait_left(FAILURES, _NAME, network_of(passing.address)))


async def failed(request: Request) -> None:
    """Count a failure of an address."""
    passing = passing_of(request)
    await passing.counters.wait_for(FAILURES, _NAME, network_of(passing.address))
