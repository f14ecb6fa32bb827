"""Which passwords may be chosen: long enough, and none that whoever knows people or the clinic guesses soon."""

from __future__ import annotations

from collections.abc import Sequence

from bot.errors import InvalidMessageError

MIN_PASSWORD = 12
"""Length is what makes a password hard to guess (NIST SP 800-63B); nobody is asked for digits or signs."""
MAX_PASSWORD = 200
LOCAL_WORDS = ("frontdesk", "front desk", "clinic", "patient", "reception")
"""What stands on every page, beside what is the clinic's and the person's own."""
SOON_GUESSED = 10**10
"""Guesses: so many nobody makes against an account that locks, nor in hours against a stolen hash of argon2."""
_LOOKED_AT = 72
"""Characters: reading more takes long, and these alone decide."""


def require_good_password(password: str, own_words: Sequence[str] = ()) -> None:
    """Let only a password through that is long enough, not endless, and not soon guessed.

    Guessed is as people guess: by 30,000 passwords that were found in breaches, words and names, dates, rows of keys,
    repeats, and what belongs to the clinic and the person (`zxcvbn`, on this machine).

    Args:
        password: What was chosen.
        own_words: The clinic's name and treatments, the person's name and address.

    Raises:
        InvalidMessageError: It is not; says what to do.
    """
    if len(password) < MIN_PASSWORD:
        raise InvalidMessageError(
            f"A password has at least {MIN_PASSWORD} characters. Three or four words will do.", field="new"
        )
    if len(password) > MAX_PASSWORD:
        raise InvalidMessageError(f"A password has at most {MAX_PASSWORD} characters.", field="new")
    # Imported when somebody chooses one: its lists take 15 MB.
    from zxcvbn import zxcvbn

    known = [*LOCAL_WORDS, *own_words, *(part for words in own_words for part in words.replace("@", " ").split())]
    if zxcvbn(password[:_LOOKED_AT], user_inputs=[word for word in known if word])["guesses"] < SOON_GUESSED:
        raise InvalidMessageError(
            "This password is easily guessed: it is one that many people use, or made of names, dates or rows of keys. "
            "Take four words that have nothing to do with each other.",
            field="new",
        )
