"""What a message gets of card, check or nothing: whichever is expected to cost least, by what each mistake costs."""

from __future__ import annotations

PASSED_OVER = 250.0
"""Saying nothing to somebody in danger."""
ONLY_ASKED = 80.0
"""Asking somebody in danger first whether it is happening now: a moment is lost, and some do not answer."""
NEEDLESS_CARD = 10.0
"""A red card for somebody who is in no danger: it frightens, and teaches not to heed cards."""
NEEDLESS_CHECK = 1.0
"""Asking somebody who is in no danger; what the others are measured by."""

REPORTS_AMONG_MESSAGES = 1 / 50
"""How many of patients' messages tell of a danger now: an assumption, until a clinic has counted."""
REPORTS_LEARNED_FROM = 1 / 4
"""How many of the texts that the model learned from do."""
FLOOR_ODDS = 10.0
"""How much likelier a danger is where the floor hears one: between what it is beside hard harmless messages (7) and
beside ordinary questions (300), on the sets of `frontdesk evaluate safety`."""

CARD, CHECK, NOTHING = "card", "check", "nothing"


def decide(danger: float, *, floor: bool) -> str:
    """Give `CARD`, `CHECK` or `NOTHING`.

    Args:
        danger: How likely the model finds that the message tells of a danger now (0 to 1).
        floor: Whether the floor hears one too.
    """
    odds = danger / max(1 - danger, 1e-9) * (FLOOR_ODDS if floor else 1.0)
    odds *= _odds(REPORTS_AMONG_MESSAGES) / _odds(REPORTS_LEARNED_FROM)
    danger = odds / (1 + odds)
    harmless = 1 - danger
    costs = {
        CARD: NEEDLESS_CARD * harmless,
        CHECK: ONLY_ASKED * danger + NEEDLESS_CHECK * harmless,
        NOTHING: PASSED_OVER * danger,
    }
    return min(costs, key=lambda outcome: costs[outcome])


def _odds(share: float) -> float:
    return share / (1 - share)
