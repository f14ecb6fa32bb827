"""Staff tests hash many passwords, so they do it with argon2's smallest effort."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from bot.staff import passwords


@pytest.fixture(autouse=True)
def _quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real algorithm, made to take a millisecond instead of a tenth of a second."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quick)
    monkeypatch.setattr(passwords, "dummy_hash", lambda: quick.hash("nobody"))
