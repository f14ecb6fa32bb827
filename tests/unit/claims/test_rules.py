"""Claims that no text to a patient may make are found, and what denies them is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.claims.rules import ClaimRules, check_claims
from bot.errors import ContentError

CLAIMS = [
    ("PRP will cure your arthritis.", "cure"),
    ("This not only cures, it regrows cartilage.", "cure"),
    ("Results are guaranteed!", "guarantee"),
    ("We guarantee it, no doubt.", "guarantee"),
    ("100% success", "guarantee"),
    ("It has 100 % of patients walking again", "guarantee"),
    ("It is proven to work.", "guarantee"),
    ("No surgery, guaranteed results", "guarantee"),
    ("There is no risk.", "no_risk"),
    ("It's completely safe.", "no_risk"),
    ("Zero side effects.", "no_risk"),
    ("A risk-free shot", "no_risk"),
    ("Our exosomes are FDA approved.", "fda_approved"),
    ("We use stem cells. They are FDA-approved.", "fda_approved"),
    ("These exosomes have been approved by the FDA.", "fda_approved"),
    ("Your tendon will heal in six weeks.", "promised_outcome"),
    ("You\u2019ll be completely pain-free.", "promised_outcome"),
    ("The injection will help your knee.", "promised_outcome"),
    ("It won't hurt and you will feel better soon.", "promised_outcome"),
    ("You will not need any surgery.", "promised_outcome"),
    ("PRP regrows cartilage.", "told_outcome"),
    ("Prolotherapy heals tears.", "told_outcome"),
    ("Our shots repair the worn meniscus.", "told_outcome"),
    ("It strengthens and rebuilds the ligament.", "told_outcome"),
    ("The cells grow new cartilage.", "told_outcome"),
    ("It can regrow cartilage in the knee.", "told_outcome"),
    ("Your cartilage grows back.", "told_outcome"),
    ("It helps torn tendons to heal.", "told_outcome"),
    ("This shot avoids surgery.", "told_outcome"),
    ("A few shots replace an operation.", "told_outcome"),
    ("With PRP there is no need for surgery.", "told_outcome"),
    ("Exosomes reverse arthritis.", "told_outcome"),
    ("It eliminates knee pain.", "told_outcome"),
    ("About 85% of patients get better.", "share_without_source"),
    ("PRP has a success rate of 90 percent.", "share_without_source"),
    ("Eight out of ten people improved.", "share_without_source"),
    ("Studies show that 9 in 10 people benefit.", "share_without_source"),
    ("In one trial pain fell.\nOf our patients, 8 in 10 got better.", "share_without_source"),
    ("Take 400mg of ibuprofen.", "dose"),
    ("You can take two Advil tonight.", "dose"),
    ("One tablet every six hours is fine.", "dose"),
    ("Just double your dose.", "dose"),
    ("Stop taking your blood thinner a week before.", "stop_medicine"),
    ("Please come off the Eliquis.", "stop_medicine"),
    ("skip your metformin that day", "stop_medicine"),
    ("Start taking aspirin.", "stop_medicine"),
]
FINE = [
    "This is not a cure.",
    "Nobody can cure arthritis.",
    "Results cannot be guaranteed.",
    "It isn't proven to work.",
    "It is not true that there is no risk.",
    "The trial found no side effects in 20 people.",
    "Exosomes are not FDA approved.",
    "The FDA has not approved any exosome product.",
    "No stem cell product is approved by the FDA for joints.",
    "The FDA approved ibuprofen long ago.",
    "We can't say if it will heal.",
    "No one can say how long it lasts, or if it will help you.",
    "It may help your knee to heal.",
    "It does not regrow cartilage.",
    "No trial has shown that PRP heals tears.",
    "A clinic says that it repairs tissue.",
    "In lab studies, it rebuilds cartilage.",
    "The shot is meant to help the ligament heal.",
    "Whether it avoids surgery is not known.",
    "It may help a tendon to heal.",
    "A torn tendon heals slowly, so take it easy.",
    "In one trial of 90 adults, 60% got better.",
    "A review has 24 trials. In these, 8 in 10 people improved.",
    "By a registry, 82% of new knees still work after 25 years.",
    "Pain is felt by 60% of people.",
    "The shot holds 20% dextrose.",
    "Our staff will help you to book.",
    "The clinic is open 9 to 5 and someone will call you twice.",
    "We take 60 ml of blood from your arm.",
    "Please do not stop your blood thinner on your own.",
    "Ask your doctor before you stop aspirin.",
    "You may have to pause some medicines.",
    "If you stop by at 10, bring 2 photos.",
    "",
    "...!",
    "See {clinic.phone} 🙂",
]


@pytest.mark.parametrize(("text", "rule"), CLAIMS)
def test_a_claim_is_found(text: str, rule: str):
    """With the words that make it, where they stand, and a reason to read."""
    found = [warning for warning in check_claims(text) if warning.rule == rule]

    assert len(found) == 1
    assert text[found[0].start : found[0].end] == found[0].found
    assert found[0].reason.endswith(".")


@pytest.mark.parametrize("text", FINE)
def test_what_makes_no_claim_is_left_alone(text: str):
    """Denials, what others report, and everyday words."""
    assert check_claims(text) == []


def test_claims_come_in_the_order_of_the_text():
    """As a writer reads them."""
    found = check_claims("Stop your aspirin.\nThen you will be pain free. Guaranteed.")

    assert [warning.rule for warning in found] == ["stop_medicine", "promised_outcome", "guarantee"]


@pytest.mark.parametrize(
    ("broken", "line", "problem"),
    [
        ("negations: [no]\nforbidden: []\n", 1, "under 'forbidden:'"),
        ("negations: [no]\nnot_negations: [x]\nforbidden:\n- slug: a\n  any: [b]\n", 4, "needs slug, reason and any"),
        (
            "negations: [no]\nnot_negations: [x]\nforbidden:\n- {slug: a, reason: b, any: [c d.e]}\n",
            4,
            "cannot be read",
        ),
        ("negations: [no]\nnot_negations: [x]\nforbidden:\n- {slug: a, reason: b, any: ['{c}']}\n", 4, "no list 'c'"),
        (
            "negations: [no]\nnot_negations: [x]\nforbidden:\n- {slug: a, reason: b, any: ['a ...']}\n",
            4,
            "begin and end",
        ),
    ],
)
def test_a_broken_rule_names_its_line(tmp_path: Path, broken: str, line: int, problem: str):
    """Nobody has to search."""
    path = tmp_path / "claims.yml"
    path.write_text(broken, encoding="utf-8")

    with pytest.raises(ContentError, match=problem) as caught:
        ClaimRules.from_file(path)

    assert caught.value.line == line
