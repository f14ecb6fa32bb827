"""Gives a page of the chat the key of an earlier one, so that it can read what that has kept in the browser."""

from __future__ import annotations

from anyio.to_thread import run_sync
from fastapi import APIRouter
from pydantic import BaseModel, Field

from bot.browser_keys.keys import KEY_ID
from bot.web.dependencies import ServicesOf

router = APIRouter(include_in_schema=False)


class PageKeyIn(BaseModel):
    """Which key is asked for."""

    id: str = Field(pattern=f"^{KEY_ID.pattern}$")


class PageKeyOut(BaseModel):
    """A key, in base64url."""

    key: str


@router.post("/page-key")
async def page_key(body: PageKeyIn, services: ServicesOf) -> PageKeyOut:
    """Give the key to whoever knows its id; that stands in no address, as no token does."""
    return PageKeyOut(key=await run_sync(services.browser_keys.of_page, body.id))
