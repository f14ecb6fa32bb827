"""Serves the widget's script to the pages of other websites."""

from __future__ import annotations

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.bootstrap import Services
from bot.errors import NotFoundError
from bot.web.dependencies import ServicesOf
from bot.web.errors import said
from bot.web.framing import OWN_PAGES, framing_origins
from bot.web.widget.script import Script, widget_script

router = APIRouter(include_in_schema=False)

HEADERS = {
    # Every page of a website asks for it; a new version is there minutes later.
    "cache-control": "public, max-age=300",
    "vary": "accept-encoding",
    # It is made for pages elsewhere, also those that load nothing which does not say so.
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",
}


@router.get("/widget.js")
async def widget(request: Request, services: ServicesOf) -> Response:
    """Give the script, compressed for those who take it so.

    Raises:
        NotFoundError: No website may show the chat.
    """
    # Of all that stands in it only the clinic's values change while the edge runs.
    kept, values = request.app.state, (services.clinic.name, services.clinic.phone)
    if getattr(kept, "widget_script_for", None) != values:
        kept.widget_script, kept.widget_script_for = await run_sync(_script, services), values
    script: Script = kept.widget_script
    headers = {**HEADERS, "etag": script.etag}
    if request.headers.get("if-none-match") == script.etag:
        return Response(status_code=304, headers=headers)
    body = script.plain
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers = script.compressed, {**headers, "content-encoding": "gzip"}
    return Response(body, media_type="text/javascript; charset=utf-8", headers=headers)


def _script(services: Services) -> Script:
    allowed = framing_origins(services.settings, services.clinic)
    if not allowed:
        raise NotFoundError(said("not-found"))
    return widget_script(services.clinic, demo=OWN_PAGES in allowed)
