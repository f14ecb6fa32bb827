"""How much danger is found, by the red-flag layer alone and by the whole road, and how much is cried wolf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.evaluation.datasets import LabelledText
from bot.evaluation.metrics import Outcome, Share
from bot.reply import Reply
from bot.triage import Triage
from bot.vocabulary import ReplyKind
from bot.yaml_file import plain, read_yaml

FIGURES = ("emergency recall", "same-day recall", "false alarms")
EMERGENCY = ReplyKind.EMERGENCY.value
CARDS = (EMERGENCY, ReplyKind.URGENT.value)
"""The levels of cards, the graver first."""
NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class SignFigures:
    """How well one sign is found, as the set names it.

    Attributes:
        sign: Its name in the set.
        known: Whether red_flags.yml has a sign of that name.
        first: The share found by the red-flag layer alone.
        both: The share found by the whole road; None where that was not measured.
    """

    sign: str
    known: bool
    first: Share
    both: Share | None


def known_signs(path: Path) -> frozenset[str]:
    """Give the slugs of the signs of red_flags.yml."""
    return frozenset(sign["slug"] for sign in plain(read_yaml(path))["signs"])


def levels_of_layer(triage: Triage, items: Sequence[LabelledText]) -> list[str]:
    """Give the level of the card that the red-flag layer alone shows for each text, or "nothing"."""
    flags = [triage.check(item.text) for item in items]
    return [NOTHING if flag is None else flag.level for flag in flags]


def levels_of_road(replies: Sequence[Sequence[Reply]]) -> list[str]:
    """Give the level of the gravest card among the replies to each text, or "nothing"."""
    kinds = [{reply.kind.value for reply in given} for given in replies]
    return [next((level for level in CARDS if level in found), NOTHING) for found in kinds]


def red_flag_shares(items: Sequence[LabelledText], levels: Sequence[str]) -> list[Share]:
    """Measure recall of each level and false alarms; a graver card than needed counts as found.

    Args:
        items: The texts.
        levels: The level of the card that each got, or "nothing".
    """
    of_label: dict[str | None, list[Outcome]] = {"emergency": [], "same_day": [], None: []}
    for item, got in zip(items, levels, strict=True):
        label = item.label if item.label in of_label else None
        of_label[label].append(
            Outcome(
                id=item.id,
                text=item.text,
                wanted=label or NOTHING,
                got=got,
                right=_is_right(label, got),
                group=item.sign or "",
            )
        )
    emergency, same_day, alarms = FIGURES
    return [
        Share(name=emergency, outcomes=of_label["emergency"]),
        Share(name=same_day, outcomes=of_label["same_day"]),
        Share(name=alarms, outcomes=of_label[None], of_errors=True),
    ]


def sign_figures(first: Sequence[Share], both: Sequence[Share] | None, known: frozenset[str]) -> list[SignFigures]:
    """Give recall for each sign that the set's rows name, the least found first.

    Args:
        first: What `red_flag_shares` gave for the red-flag layer alone.
        both: What it gave for the whole road, if that was measured.
        known: The slugs of the signs of red_flags.yml.
    """
    signs = {outcome.group for share in first if not share.of_errors for outcome in share.outcomes if outcome.group}
    figures = [
        SignFigures(
            sign=sign,
            known=sign in known,
            first=_of_sign(sign, first),
            both=None if both is None else _of_sign(sign, both),
        )
        for sign in sorted(signs)
    ]
    return sorted(figures, key=lambda figure: (figure.first.value or 0.0, -figure.first.total))


def _is_right(label: str | None, got: str) -> bool:
    if label is None:
        return got == NOTHING
    return got == EMERGENCY if label == "emergency" else got in CARDS


def _of_sign(sign: str, shares: Sequence[Share]) -> Share:
    outcomes = [o for share in shares if not share.of_errors for o in share.outcomes if o.group == sign]
    return Share(name=sign, outcomes=outcomes)
