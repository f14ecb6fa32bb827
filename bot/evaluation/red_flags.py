"""How much danger is found, and how much is cried wolf: by the floor, by the model, by both, and by the whole road."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.evaluation.datasets import LabelledText
from bot.evaluation.metrics import Outcome, Share
from bot.reply import Reply
from bot.triage import RedFlag, Triage
from bot.triage.content import read_rulebook
from bot.vocabulary import ReplyKind

FIGURES = ("emergency recall", "same-day recall", "danger heard", "false alarms", "needless checks")
"""Emergencies with the emergency card; same-day signs with a card; both with a card or a check; cards and then
checks for what is harmless."""
EMERGENCY = ReplyKind.EMERGENCY.value
CARDS = (EMERGENCY, ReplyKind.URGENT.value)
"""The levels of cards, the graver first."""
CHECK = ReplyKind.SAFETY_CHECK.value
NOTHING = "nothing"
BOTH = "both"
WAYS = ("floor", "model", BOTH)


@dataclass(frozen=True, kw_only=True)
class SignFigures:
    """How well one sign is heard, as the set names it.

    Attributes:
        sign: Its name in the set.
        known: Whether red_flags.yml has a sign of that name.
        heard: The share with a card or a check.
    """

    sign: str
    known: bool
    heard: Share


def known_signs(path: Path) -> frozenset[str]:
    """Give the slugs of the signs of red_flags.yml."""
    return frozenset(sign.slug for sign in read_rulebook(path).signs)


def levels_of_layers(triage: Triage, items: Sequence[LabelledText]) -> Mapping[str, list[str]]:
    """Give what each text gets, by the floor alone, by the model alone and by both (`WAYS`); needs no Rasa.

    Returns:
        For each way the level of the card, "safety_check" or "nothing", text by text.
    """
    levels: dict[str, list[str]] = {way: [] for way in WAYS}
    for item in items:
        heard, reading = triage.floor.signs(item.text), triage.model.read(item.text)
        levels["floor"].append(heard[0].level if heard else NOTHING)
        levels["model"].append(_level_of(triage.weigh((), reading)))
        levels["both"].append(_level_of(triage.weigh(heard, reading, one_dose=triage.floor.hears_one_dose(item.text))))
    return levels


def levels_of_road(replies: Sequence[Sequence[Reply]]) -> list[str]:
    """Give the level of the gravest card among the replies to each text, "safety_check" or "nothing"."""
    kinds = [{reply.kind.value for reply in given} for given in replies]
    return [next((level for level in (*CARDS, CHECK) if level in found), NOTHING) for found in kinds]


def red_flag_shares(items: Sequence[LabelledText], levels: Sequence[str]) -> list[Share]:
    """Measure what is heard and what is cried in vain; a graver card than needed counts as found.

    Args:
        items: The texts.
        levels: What each got: the level of the card, "safety_check" or "nothing".
    """
    emergency, same_day, heard, alarms, checks = FIGURES
    return [
        _share(emergency, items, levels, labels=("emergency",), right=(EMERGENCY,)),
        _share(same_day, items, levels, labels=("same_day",), right=CARDS),
        _share(heard, items, levels, labels=("emergency", "same_day"), right=(*CARDS, CHECK)),
        _share(alarms, items, levels, labels=(None,), right=(CHECK, NOTHING)),
        _share(checks, items, levels, labels=(None,), right=(*CARDS, NOTHING)),
    ]


def sign_figures(shares: Sequence[Share], known: frozenset[str]) -> list[SignFigures]:
    """Give how well each sign is heard that the set's rows name, the least heard first.

    Args:
        shares: What `red_flag_shares` gave.
        known: The slugs of the signs of red_flags.yml.
    """
    heard = next((share for share in shares if share.name == FIGURES[2]), None)
    outcomes = [] if heard is None else [outcome for outcome in heard.outcomes if outcome.group]
    figures = [
        SignFigures(
            sign=sign,
            known=sign in known,
            heard=Share(name=sign, outcomes=[outcome for outcome in outcomes if outcome.group == sign]),
        )
        for sign in sorted({outcome.group for outcome in outcomes})
    ]
    return sorted(figures, key=lambda figure: (figure.heard.value or 0.0, -figure.heard.total))


def _level_of(flag: RedFlag | None) -> str:
    if flag is None:
        return NOTHING
    return flag.level if flag.sure else CHECK


def _share(
    name: str,
    items: Sequence[LabelledText],
    levels: Sequence[str],
    *,
    labels: Sequence[str | None],
    right: Sequence[str],
) -> Share:
    outcomes = [
        Outcome(
            id=item.id,
            text=item.text,
            wanted=item.label or NOTHING,
            got=got,
            right=got in right,
            group=item.sign or "",
        )
        for item, got in zip(items, levels, strict=True)
        if item.label in labels
    ]
    return Share(name=name, outcomes=outcomes, of_errors=labels == (None,))
