"""What staff say of the look for danger, beside the messages that it is about."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy.orm import Session

from bot.escalation.desk import judgements_store
from bot.staff.sign_in import SignedIn
from bot.vocabulary import Judgement

JUDGEMENT_LABELS = {Judgement.NO_DANGER: "This was no danger", Judgement.MISSED: "A danger was missed"}
NOTHING: dict[str, Any] = {"said": [], "mine": ""}


def judged_in(session: Session, conversation_ids: Collection[str], member: SignedIn) -> dict[int, dict[str, Any]]:
    """Give what staff say of the messages of these conversations, by the message, and what the reader says."""
    found: dict[int, dict[str, Any]] = {}
    for one in judgements_store.of(session, conversation_ids):
        judged = found.setdefault(one.message_id, {"said": [], "mine": ""})
        judged["said"].append({"name": one.staff_name, "words": JUDGEMENT_LABELS[one.judgement]})
        if one.staff_member_id == member.staff_member_id:
            judged["mine"] = one.judgement.value
    return found
