"""Gives a page of the console the key for what its reader has half-written, which stays in the browser."""

from __future__ import annotations

from anyio.to_thread import run_sync
from fastapi import APIRouter
from pydantic import BaseModel

from bot.web.dependencies import Member, ServicesOf

router = APIRouter(prefix="/staff", include_in_schema=False)


class DraftKeyOut(BaseModel):
    """A key, in base64url."""

    key: str


@router.get("/draft-key")
async def draft_key(member: Member, services: ServicesOf) -> DraftKeyOut:
    """Give the key of whoever is signed in: the same at each sign-in, and another for everybody else."""
    return DraftKeyOut(key=await run_sync(services.browser_keys.of_staff_member, member.staff_member_id))
