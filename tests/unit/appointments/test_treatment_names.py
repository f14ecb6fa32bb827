"""Treatments are found by what people write, whoever they are, and only those that the clinic offers."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from bot.appointments.treatment_names import TreatmentNames
from bot.clinic import load_clinic
from bot.settings import load_settings

SETTINGS = load_settings({})
CLINIC = load_clinic(SETTINGS.clinic_path)
NAMES = TreatmentNames(SETTINGS.knowledge_path, CLINIC)


@pytest.mark.parametrize(
    ("written", "slug"),
    [
        ("stem cell", "stem_cell"),
        ("stem_cell", "stem_cell"),
        ("Stem  Cells", "stem_cell"),
        ("Stem-cell injections", "stem_cell"),
        ("BMAC", "stem_cell"),
        ("PRP", "prp"),
        ("Platelet-Rich Plasma (PRP)", "prp"),
        ("platelet rich plasma injection", "prp"),
        ("p.r.p.", "prp"),
        ("Prolo", "prolotherapy"),
        # Not offered here, hints rather than names, and none at all.
        ("exosomes", None),
        ("fat harvest", None),
        ("sugar", None),
        ("laser", None),
        ("", None),
    ],
)
def test_a_treatment_is_found_by_any_name_of_it(written: str, slug: str | None):
    """As a whole."""
    assert NAMES.called(written) == slug


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("US-guided platelet rich plasma, left knee", "prp"),
        ("BMAC ; 30 minutes", "stem_cell"),
        ("PRP or stem cells, to be decided", None),
        ("follow-up visit", None),
    ],
)
def test_a_treatment_is_found_among_other_words(words: str, slug: str | None):
    """Where they name one alone."""
    assert NAMES.named_in(words) == slug


def test_what_the_clinic_offers_from_now_on_is_found():
    """Names are read once, the clinic's choice each time."""
    clinic = CLINIC.model_copy()
    names = TreatmentNames(SETTINGS.knowledge_path, clinic)
    assert names.called("Exosome therapy") is None

    clinic.follow(CLINIC.model_copy(update={"treatments": ("exosomes",)}))

    assert names.called("Exosome therapy") == "exosomes"
    assert NAMES.offered == ["prolotherapy", "PRP", "stem cell treatment"]


def test_without_what_patients_call_them_their_own_names_do(tmp_path: Path):
    """Another field's content has no training data beside it."""
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "treatments.yml").write_text(
        dedent("""\
        treatments:
        - {slug: root_canal, name: Root canal treatment, short_name: a root canal, kind: offered}
        """),
        encoding="utf-8",
    )
    names = TreatmentNames(folder, CLINIC.model_copy(update={"treatments": ("root_canal",)}))

    assert [names.called(each) for each in ("Root-canal treatment", "root canal", "bmac")] == [
        "root_canal",
        "root_canal",
        None,
    ]
