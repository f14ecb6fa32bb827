"""Every card that can be shown: the action first, and never a diagnosis, comfort, medicine, or waiting for staff."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bot.claims.rules import ClaimRules
from bot.settings import ROOT
from bot.triage import Card, ClinicNumbers, card_for
from bot.triage.content import SIGN_LEVELS, read_rulebook
from bot.triage.triage import RedFlag
from bot.yaml_file import plain, read_yaml

RULEBOOK = read_rulebook(ROOT / "data" / "knowledge" / "red_flags.yml")
CLAIMS_FILE = ROOT / "data" / "knowledge" / "claims.yml"
CLAIMS = ClaimRules.from_file(CLAIMS_FILE)
CLINIC = ClinicNumbers(
    name="Cedar Grove",
    phone="555-0142",
    emergency_number="911",
    crisis_line="988",
    after_hours="A nurse answers.",
    hours_now="We are closed now.",
)
DIAGNOSIS = (
    r"(?<!or )(?<!if )you (probably )?(have|are having|had|suffer)\b|this is (a|an|the)\b|it is (a|an)\b"
    r"|likely|diagnos|sign of"
)
COMFORT = (
    r"(don't|do not|no need to|not to) (worry|panic)|probably|usually|normal|nothing serious|harmless|fine|calm"
    r"|all right|okay|\bok\b|common|be over|get better|recover|reassur"
)
WAITING = (
    r"(?<!not )wait for|wait (until|and see)|(staff|someone|nurse|doctor) will (reply|write|call)|soon as possible"
)
MEDICINE = r"\b(take|dose|epipen|inhaler|antihistamine|benadryl|pill|swallow)\b"


def _cards() -> Iterator[tuple[str, Card]]:
    """Make the card of every sign, and of each level where no sign is named, alone and beside thoughts of self-harm."""
    whys = [(sign.slug, sign.level, sign.crisis, (sign.why,)) for sign in RULEBOOK.signs]
    whys += [(f"unnamed {level}", level, False, ()) for level in SIGN_LEVELS]
    for slug, level, crisis, why in whys:
        for beside in (False, True):
            flag = RedFlag(
                sign=slug,
                level=level,
                signs=(slug,),
                why=why,
                crisis=crisis or beside,
                card_level="crisis" if crisis else level,
                wordings=RULEBOOK.wordings,
            )
            yield f"{slug}{' beside self-harm' if beside else ''}", card_for(flag, CLINIC)


CARDS = dict(_cards())


def test_every_card_opens_with_the_action_and_its_number():
    """The first words say what to do, and the number can be dialled."""
    for name, card in CARDS.items():
        assert re.match(r"(Please )?[Cc]all\b", card.heading), name
        assert card.phone in {"911", "988", "555-0142"}, name
        assert card.phone in card.call_label, name
        assert card.text.startswith(f"{card.heading}."), name
        assert bool(card.why) is not name.startswith("unnamed"), name
        assert "{" not in card.text, name


@pytest.mark.parametrize(
    "never",
    [DIAGNOSIS, COMFORT, WAITING, MEDICINE],
    ids=["diagnosis", "comfort", "waiting for staff", "medicine"],
)
def test_no_card_says(never: str):
    """Neither in its heading nor in any line below."""
    found = {name: re.search(never, card.text, re.IGNORECASE) for name, card in CARDS.items()}

    assert {name: match.group() for name, match in found.items() if match} == {}


def test_no_card_names_a_medicine_or_makes_a_claim():
    """By the clinic's own list of medicines and claims."""
    medicines = [str(word).replace("_", " ").rstrip("*") for word in plain(read_yaml(CLAIMS_FILE))["lists"]["medicine"]]
    named = re.compile(rf"\b({'|'.join(map(re.escape, medicines))})", re.IGNORECASE)

    assert [name for name, card in CARDS.items() if named.search(" ".join(card.then))] == []
    assert [name for name, card in CARDS.items() if CLAIMS.check(card.text)] == []


@pytest.mark.parametrize(
    ("said", "never"),
    [
        ("You probably have a clot.", DIAGNOSIS),
        ("This is a reaction.", DIAGNOSIS),
        ("Don't worry.", COMFORT),
        ("That is normal after a shot.", COMFORT),
        ("Wait for our staff.", WAITING),
        ("A nurse will call you.", WAITING),
        ("Take an aspirin.", MEDICINE),
    ],
)
def test_the_lint_sees_what_it_looks_for(said: str, never: str):
    """A lint that finds nothing anywhere would be no lint."""
    assert re.search(never, said, re.IGNORECASE)


def test_self_harm_names_the_crisis_line_whatever_stands_beside_it():
    """On every card, by call or text."""
    for name, card in CARDS.items():
        if name.endswith("beside self-harm") or card.level == "crisis":
            assert "988" in card.text, name
    assert CARDS["self_harm"].text_label == "Text 988"


def test_same_day_card_says_whether_the_clinic_is_open_and_what_to_do_if_not():
    """From the clinic's own hours."""
    text = CARDS["infection"].text

    assert "We are closed now. A nurse answers." in text
    assert "urgent care" in text
    assert "call 911" in text
