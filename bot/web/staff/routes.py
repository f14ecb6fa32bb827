"""The addresses of the staff console, but for those on answers."""

from __future__ import annotations

from fastapi import APIRouter

from bot.web.staff import (
    draft_key,
    files,
    inbox,
    live,
    patients,
    people,
    provider,
    safety,
    sign_in,
    texts,
    ticket_forms,
)
from bot.web.staff.account import page as account
from bot.web.staff.account import passkeys
from bot.web.staff.appointments import page as appointments
from bot.web.staff.audit import page as audit
from bot.web.staff.clinic import golive
from bot.web.staff.clinic import page as clinic
from bot.web.staff.desk import conversations, judging, labels, patient, several, views
from bot.web.staff.figures import page as figures

router = APIRouter()
# Before the tickets: "several" is no ticket's number.
desk = (several, labels, views, judging, conversations, patient)
for part in (
    sign_in,
    provider,
    *desk,
    inbox,
    ticket_forms,
    files,
    texts,
    live,
    draft_key,
    appointments,
    people,
    patients,
    account,
    passkeys,
    audit,
    safety,
    figures,
    clinic,
    golive,
):
    router.include_router(part.router)
