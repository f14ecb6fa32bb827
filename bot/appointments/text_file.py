"""The text of a file that somebody exported, read whole."""

from __future__ import annotations

from pathlib import Path

from bot.errors import ContentError


def read_text(path: Path, *, longest: int, else_save: str) -> str:
    """Read a file as UTF-8 text, with or without the invisible mark at its beginning.

    Args:
        path: The file.
        longest: How many bytes it may have.
        else_save: What to do if it is no such text, as a sentence.

    Raises:
        ContentError: It cannot be read, is too long, or is no text.
    """
    try:
        if path.stat().st_size > longest:
            raise ContentError(path, "is too long for a file of appointments; cut it into several.")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ContentError(path, f"cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise ContentError(path, f"is not UTF-8 text; {else_save}") from error
    if "\0" in text:
        raise ContentError(path, f"holds what is no text; {else_save}")
    return text
