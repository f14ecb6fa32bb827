"""Passwords: never kept as they are, never the same twice."""

from __future__ import annotations

import re

import pytest

from bot.staff import passwords


def test_only_the_right_password_matches():
    """And the hash does not hold it."""
    hashed = passwords.hash_password("correct horse")

    assert passwords.password_matches(hashed, "correct horse")
    assert not passwords.password_matches(hashed, "Correct horse")
    assert "correct horse" not in hashed
    assert hashed.startswith("$argon2id$")


@pytest.mark.parametrize("broken", ["", "plain", "$argon2id$broken"])
def test_a_broken_hash_matches_nothing(broken: str):
    """A row that was tampered with lets nobody in."""
    assert not passwords.password_matches(broken, "correct horse")


def test_new_passwords_can_be_typed_and_never_repeat():
    """Four groups of letters and figures."""
    made = {passwords.new_password() for _ in range(50)}

    assert len(made) == 50
    assert all(re.fullmatch(r"[0-9a-f]{4}(-[0-9a-f]{4}){3}", password) for password in made)
