"""Whom a passkey is made for: the host of the console's own address; a browser offers it nowhere else."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

_USUAL_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, kw_only=True)
class RelyingParty:
    """What passkeys are bound to.

    Attributes:
        id: The host's name.
        origin: Where the console is, as browsers say it.
        name: The clinic's name, which devices show.
    """

    id: str
    origin: str
    name: str


def relying_party(public_url: str, name: str) -> RelyingParty | None:
    """Give it for the console's address; None where browsers know no passkeys: without HTTPS, or at a bare number.

    Args:
        public_url: How staff reach the console.
        name: The clinic's name.
    """
    parts = urlsplit(public_url)
    host = (parts.hostname or "").lower()
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host == "localhost")
    if not host or not is_safe or _is_number(host):
        return None
    port = "" if parts.port in (None, _USUAL_PORTS[parts.scheme]) else f":{parts.port}"
    return RelyingParty(id=host, origin=f"{parts.scheme}://{host}{port}", name=name)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
