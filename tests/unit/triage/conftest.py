"""What the tests of the red-flag layer share."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.triage import ClinicNumbers, Triage

ROOT = Path(__file__).resolve().parents[3]
RED_FLAGS = ROOT / "data" / "knowledge" / "red_flags.yml"


@pytest.fixture(scope="session")
def triage() -> Triage:
    """The clinic's own signs."""
    return Triage.from_file(RED_FLAGS)


@pytest.fixture(scope="session")
def clinic() -> ClinicNumbers:
    """A made-up clinic."""
    return ClinicNumbers(
        name="Cedar Grove", phone="555-0142", emergency_number="911", crisis_line="988", after_hours="A nurse answers."
    )
