"""The queue of answers that patients were not helped by, until somebody has looked at them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.bootstrap import Services
from bot.conversations.store import questions_behind
from bot.knowledge import feedback_store, store
from bot.labels import FEEDBACK_REASONS, NO_FEEDBACK_REASON
from bot.staff.sign_in import SignedIn
from bot.vocabulary import FeedbackReason
from bot.web.dependencies import CheckedMember, Member, ServicesOf
from bot.web.knowledge.answer import AnswerId
from bot.web.knowledge.frame import answers_frame, moment
from bot.web.pages import render

router = APIRouter(prefix="/staff/knowledge", include_in_schema=False)


@router.get("/feedback")
async def feedback_page(request: Request, services: ServicesOf, member: Member) -> HTMLResponse:
    """Show which answers patients were not helped by."""
    return render(request, "knowledge/feedback.html", await run_sync(feedback_context, services, member))


@router.post("/answers/{answer_id}/feedback")
async def looked_at(services: ServicesOf, member: CheckedMember, answer_id: AnswerId) -> Response:
    """Take an answer's thumbs down off the queue."""

    def mark() -> None:
        with services.database.write() as session:
            feedback_store.mark_looked_at(session, answer_id, member.name)

    await run_sync(mark)
    return RedirectResponse("/staff/knowledge/feedback", status_code=303)


def feedback_context(services: Services, member: SignedIn) -> dict[str, Any]:
    """Gather the thumbs down that nobody has looked at, by answer, those with most first."""
    with services.database.read() as session:
        waiting = feedback_store.waiting(session)
        counts = feedback_store.counts(session)
        asked = questions_behind(session, [row.message_id for row in waiting])
        titles = {slug: topic.title for slug, topic in store.topics(session).items()}
    queue: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in waiting:
        queue[row.answer_id].append(
            {
                "version": row.answer_version,
                "reason": FEEDBACK_REASONS[FeedbackReason(row.reason)] if row.reason else NO_FEEDBACK_REASON,
                "at": moment(row.created_at, services),
                "question": asked.get(row.message_id),
            }
        )
    answers: list[dict[str, Any]] = [
        {
            "id": answer_id,
            "title": titles.get(answer_id.rpartition(".")[2], answer_id),
            "downs": downs,
            "up": counts[answer_id][0],
            "down": counts[answer_id][1],
        }
        for answer_id, downs in queue.items()
    ]
    answers.sort(key=lambda answer: -len(answer["downs"]))
    return {**answers_frame(services, member, "feedback"), "answers": answers}
