"""Whether a request was sent by one of our own pages: what the browser itself says, which no page can forge."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers

OWN = frozenset({"same-origin", "none"})
"""What `Sec-Fetch-Site` says of our own pages, and of what somebody typed."""


def is_from_elsewhere(headers: Headers, public_url: str) -> bool:
    """Tell whether a browser says that a page of another site sent a request.

    A browser that says nothing, as old ones and programs do, is not from elsewhere: the form's secret decides then.

    Args:
        headers: The request's.
        public_url: How Frontdesk is reached from outside, should a proxy not pass the host on.
    """
    fetched = headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched not in OWN
    return "origin" in headers and not has_own_origin(headers, public_url)


def has_own_origin(headers: Headers, public_url: str) -> bool:
    """Tell whether a browser names our own site as that of the page; for what carries no secret of a form.

    Args:
        headers: The request's.
        public_url: How Frontdesk is reached from outside.
    """
    # `null` is the origin of a page that hides where it is, as a frame that was made for it does.
    origin = headers.get("origin", "").lower().partition("://")[2]
    own = {headers.get("host", "").lower(), urlsplit(public_url).netloc.lower()}
    return bool(origin) and origin in own
