"""Tokens: never kept as they are, never the same twice."""

from __future__ import annotations

from bot import tokens


def test_tokens_are_long_and_stored_as_hashes():
    """Who reads the database cannot open a chat with it."""
    token = tokens.new_token()

    assert len(token) >= 43
    assert token != tokens.new_token()
    assert tokens.hash_token(token) == tokens.hash_token(token)
    assert token not in tokens.hash_token(token)
