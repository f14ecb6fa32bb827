"""From which address of the network a request comes: the peer's, or what proxies that are trusted say of it."""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers
from starlette.types import Scope

UNKNOWN = "unknown"


def client_address(scope: Scope, trusted_proxies: int | None) -> str:
    """Give the address that a request comes from.

    Each proxy adds to the right of `X-Forwarded-For` whom it heard from; what stands further left than there are
    trusted proxies anybody may have written.

    Args:
        scope: The request's.
        trusted_proxies: How many proxies stand before the edge; None for one if it is on the same machine.
    """
    peer = (scope.get("client") or (UNKNOWN, 0))[0]
    hops = (1 if _is_this_machine(peer) else 0) if trusted_proxies is None else trusted_proxies
    if not hops:
        return peer
    said = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
    told = [address.strip() for address in said if address.strip()]
    if not told:
        return peer
    # Fewer than there should be: one of them added nothing, so the leftmost is as far as can be seen.
    found = told[-min(hops, len(told))]
    return found if _address(found) is not None else peer


def network_of(address: str) -> str:
    """Give what is counted as one place: the address, or of IPv6 the network of a household (64 bits)."""
    found = _address(address)
    if found is None:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def _is_this_machine(address: str) -> bool:
    found = _address(address)
    return found is not None and found.is_loopback


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
