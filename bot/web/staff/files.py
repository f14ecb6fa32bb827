"""A picture or another file that came with a patient's message, for a staff member who asks to see it."""

from __future__ import annotations

from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path
from fastapi.responses import Response

from bot.channels.files import SHOWN
from bot.errors import ConnectionFailedError, NotFoundError
from bot.web.dependencies import Member, ServicesOf
from bot.web.wire import LARGEST_ID

router = APIRouter(prefix="/staff/files", include_in_schema=False)


@router.get("/{file_id}")
async def show(services: ServicesOf, member: Member, file_id: Annotated[int, Path(ge=1, le=LARGEST_ID)]) -> Response:  # noqa: ARG001
    """Show a picture; have anything else saved, since a file of somebody unknown may hold a program."""
    try:
        kind, data = await run_sync(services.files.fetch, file_id)
    except ConnectionFailedError as error:
        raise NotFoundError(f"This cannot be shown now: {error}. Try again, or look for it at the provider.") from None
    if kind in SHOWN:
        return Response(data, media_type=kind, headers={"content-disposition": "inline"})
    headers = {"content-disposition": f'attachment; filename="file-{file_id}"'}
    return Response(data, media_type="application/octet-stream", headers=headers)
