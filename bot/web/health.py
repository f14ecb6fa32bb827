"""Whether the edge lives, and whether all that it needs is ready."""

from __future__ import annotations

from anyio.to_thread import run_sync
from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import EncryptionKeyError
from bot.web.dependencies import ServicesOf

router = APIRouter()


@router.get("/health/live")
async def live() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "live"}


@router.get("/health/ready")
async def ready(services: ServicesOf) -> JSONResponse:
    """Say whether database and Rasa are up; 503 when one is not, and which."""

    def database_answers() -> bool:
        try:
            with services.database.read() as session:
                session.execute(text("select 1"))
        except (SQLAlchemyError, EncryptionKeyError):
            return False
        return True

    checks = {"database": await run_sync(database_answers), "rasa": await services.rasa.is_ready()}
    missing = [name for name, is_up in checks.items() if not is_up]
    if missing:
        return JSONResponse({"status": "not ready", "not_ready": missing, **checks}, status_code=503)
    return JSONResponse({"status": "ready", **checks})
