"""Whether the edge lives, and whether all that it needs is ready."""

from __future__ import annotations

from anyio.to_thread import run_sync
from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.conversations import store as conversations
from bot.escalation import safety_store
from bot.notifications import store as notifications
from bot.vocabulary import SafetyAnswer
from bot.web.dependencies import ServicesOf

router = APIRouter()


@router.get("/health/live")
async def live() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "live"}


@router.get("/health/ready")
async def ready(services: ServicesOf) -> JSONResponse:
    """Say whether database and Rasa are up; 503 when one is not."""

    def database_answers() -> bool:
        try:
            with services.database.read() as session:
                session.execute(text("select 1"))
        except SQLAlchemyError:
            return False
        return True

    checks = {"database": await run_sync(database_answers), "rasa": await services.rasa.is_ready()}
    fine = all(checks.values())
    return JSONResponse({"status": "ready" if fine else "not ready", **checks}, status_code=200 if fine else 503)


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(services: ServicesOf) -> str:
    """Give counts for a monitoring system, in Prometheus's text form."""

    def counted() -> tuple[int, dict[str, int], dict[str, int], dict[str, int]]:
        with services.database.read() as session:
            messages = conversations.count_messages(session)
            outbox = notifications.counts(session)
            safety = safety_store.counts(session)
        tickets = {status.value: count for status, count in services.tickets.inbox([])[1].items()}
        return messages, outbox, safety, tickets

    messages, outbox, safety, tickets = await run_sync(counted)
    lines = ["# TYPE frontdesk_messages_total counter", f"frontdesk_messages_total {messages}"]
    lines.append("# TYPE frontdesk_tickets gauge")
    lines.extend(f'frontdesk_tickets{{status="{status}"}} {count}' for status, count in tickets.items())
    lines.append("# TYPE frontdesk_outbox gauge")
    lines.extend(f'frontdesk_outbox{{state="{state}"}} {count}' for state, count in outbox.items())
    not_now = safety.pop(SafetyAnswer.NOT_NOW.value)
    lines.append("# TYPE frontdesk_safety_checks gauge")
    lines.extend(f'frontdesk_safety_checks{{answer="{answer}"}} {count}' for answer, count in safety.items())
    lines.append("# TYPE frontdesk_cards_not_now gauge")
    lines.append(f"frontdesk_cards_not_now {not_now}")
    return "\n".join(lines) + "\n"
