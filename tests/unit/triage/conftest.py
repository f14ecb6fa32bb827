"""What the tests of the look for danger share."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.triage import ClinicNumbers
from bot.triage.content import Rulebook, read_rulebook
from bot.triage.floor import Floor

ROOT = Path(__file__).resolve().parents[3]
RED_FLAGS = ROOT / "data" / "knowledge" / "red_flags.yml"
DANGER = ROOT / "data" / "danger"
ENCODER = ROOT / "models" / "danger"


@pytest.fixture(scope="session")
def rules() -> Rulebook:
    """What the clinic's red-flag file says."""
    return read_rulebook(RED_FLAGS)


@pytest.fixture(scope="session")
def floor(rules: Rulebook) -> Floor:
    """The clinic's phrases, without the model."""
    return Floor(rules)


@pytest.fixture(scope="session")
def clinic() -> ClinicNumbers:
    """A made-up clinic."""
    return ClinicNumbers(
        name="Cedar Grove", phone="555-0142", emergency_number="911", crisis_line="988", after_hours="A nurse answers."
    )
