"""Which of the connections to other machines are in the open, as the settings' addresses say it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from sqlalchemy import make_url

from bot.settings import Settings

_VERIFIED = "verify-full"


def in_the_open(settings: Settings) -> list[str]:
    """Name the variables whose address leaves this machine without TLS, or with a certificate that nobody checks.

    Args:
        settings: The addresses.

    Returns:
        Names of variables, never what is in them.
    """
    return [name for name, is_safe in _connections(settings) if not is_safe]


def _connections(settings: Settings) -> Iterator[tuple[str, bool]]:
    yield "FRONTDESK_DATABASE_URL", _is_safe_database(settings.database_url)
    yield "FRONTDESK_TRACKER_URL", _is_safe_database(settings.tracker_url)
    if settings.redis_url:
        url = make_url(settings.redis_url)
        is_checked = url.drivername == "rediss" and url.query.get("ssl_cert_reqs", "required") == "required"
        yield "FRONTDESK_REDIS_URL", is_checked or _is_here(url.host)
    for address in settings.rasa_urls:
        url = make_url(address)
        yield "FRONTDESK_RASA_URL", url.drivername == "https" or _is_here(url.host)
    if settings.smtp_url:
        url = make_url(settings.smtp_url)
        yield "FRONTDESK_SMTP_URL", url.drivername != "smtp" or _is_here(url.host)


def _is_safe_database(address: str) -> bool:
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        return True
    hosts = url.normalized_query.get("host") or ((url.host,) if url.host else ())
    return url.query.get("sslmode") == _VERIFIED or all(_is_here(host) for host in hosts)


def _is_here(host: str | None) -> bool:
    """Tell whether a host is this machine: the folder of a socket, or the loopback."""
    if not host or host.startswith("/") or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
