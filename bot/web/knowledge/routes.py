"""The addresses of the pages on answers in the staff console."""

from __future__ import annotations

from fastapi import APIRouter

from bot.web.knowledge import answer, answers, care, coverage, editor, feedback, learning, lesson, plans, trying

router = APIRouter()
for part in (answers, coverage, care, feedback, learning, lesson, plans, editor, trying, answer):
    router.include_router(part.router)
