"""The forms that save and remove a view, and that say how somebody wants the shortcut keys."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from bot.staff import store as staff
from bot.staff.models import ShortcutKeys
from bot.staff.permissions import Permission, may
from bot.web.dependencies import ServicesOf, Writer, actor_of
from bot.web.staff.inbox import Wanted
from bot.web.staff.inbox_views import inbox_query
from bot.web.staff.ticket_forms import wants_json
from bot.web.wire import LARGEST_ID

router = APIRouter(prefix="/staff", include_in_schema=False)

ViewId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.post("/views")
async def save(
    services: ServicesOf,
    member: Writer,
    wanted: Wanted,
    *,
    name: Annotated[str, Form(max_length=200)] = "",
    shared: Annotated[bool, Form()] = False,
) -> Response:
    """Save what the inbox shows under a name."""
    await run_sync(partial(services.saved_views.save, name, wanted, actor_of(member), shared=shared))
    return RedirectResponse(f"/staff/tickets?{inbox_query(wanted, page=1)}", status_code=303)


@router.post("/views/{view_id}/remove")
async def remove(services: ServicesOf, member: Writer, wanted: Wanted, view_id: ViewId) -> Response:
    """Remove a view; what it showed stays on screen, so that saving it again is one step."""
    others = may(member.role, Permission.MANAGE_STAFF)
    await run_sync(partial(services.saved_views.remove, view_id, actor_of(member), may_remove_others=others))
    return RedirectResponse(f"/staff/tickets?{inbox_query(wanted, page=1)}", status_code=303)


@router.post("/keys")
async def keys(
    request: Request, services: ServicesOf, member: Writer, wanted: Annotated[ShortcutKeys, Form()]
) -> Response:
    """Keep how somebody wants the shortcut keys, wherever they sign in."""

    def keep() -> None:
        with services.database.write() as session:
            staff.set_shortcut_keys(session, member.staff_member_id, wanted)

    await run_sync(keep)
    if wants_json(request):
        return JSONResponse({"shortcut_keys": wanted.value})
    return RedirectResponse("/staff/tickets", status_code=303)
