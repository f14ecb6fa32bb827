"""The addresses of the staff console, but for those on answers."""

from __future__ import annotations

from fastapi import APIRouter

from bot.web.staff import (
    account,
    audit,
    figures,
    inbox,
    live,
    patients,
    people,
    safety,
    sign_in,
    texts,
    ticket_forms,
)

router = APIRouter()
for part in (sign_in, inbox, ticket_forms, texts, live, people, patients, account, audit, safety, figures):
    router.include_router(part.router)
