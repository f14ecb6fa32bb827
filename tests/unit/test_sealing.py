"""What is sealed is opened by its key alone, and shows no change."""

from __future__ import annotations

import pytest

from bot.errors import EncryptionKeyError, SettingsError
from bot.sealing import ValueKey, escaped, new_key, open_memory, read_keys, seal_memory, unescaped

SECRET = bytes(range(32))


@pytest.mark.parametrize("text", ["", "a", "Zoë: ¿duele? 🙂", "x" * 5000, "a.b.c", "fd1.x"])
def test_a_text_comes_back_as_it_was(text: str):
    """Sealed either way."""
    key = ValueKey("0a0b0c0d", SECRET)

    assert key.open(key.seal(text)) == text if text else key.seal(text) == ""
    assert key.open(key.seal_findable(text, text.lower())) == text if text else True


def test_equal_texts_show_only_where_they_are_looked_up():
    """And there by the form that people look for."""
    key = ValueKey("0a0b0c0d", SECRET)

    assert key.seal("knee") != key.seal("knee")
    assert key.seal_findable("Zoe@mail.example", "zoe@mail.example").startswith(
        f"{key.seal_findable('zoe@mail.example', 'zoe@mail.example')}."
    )


@pytest.mark.parametrize("seal", [ValueKey.seal, lambda key, text: key.seal_findable(text, text)])
def test_a_changed_value_is_refused_and_the_message_tells_nothing_of_it(seal):
    """Also one that was sealed with another key of the same name."""
    key, other = ValueKey("0a0b0c0d", SECRET), ValueKey("0a0b0c0d", SECRET[::-1])
    sealed = seal(key, "my knee hurts")
    changed = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]

    for opening, stored in ((key, changed), (other, sealed), (key, sealed[:20])):
        with pytest.raises(EncryptionKeyError, match="0a0b0c0d") as refused:
            opening.open(stored)
        assert "knee" not in str(refused.value)


def test_keys_are_read_the_one_in_use_first():
    """White space stands between them."""
    old, new = new_key(), new_key()

    assert [key.id for key in read_keys(f"{new}\n{old}\n")] == [*[key.id for key in read_keys(new)], *[
        key.id for key in read_keys(old)
    ]]  # fmt: skip
    assert read_keys(" \n") == ()


@pytest.mark.parametrize("written", ["secret", "fdk1_12", "fdk1_" + "zz" * 32, new_key()[5:]])
def test_what_is_no_key_is_refused_without_being_shown(written: str):
    """A password is none: nothing that people can think of is long enough."""
    with pytest.raises(SettingsError, match="is no key") as refused:
        read_keys(f"{new_key()} {written}")

    assert written not in str(refused.value)


def test_a_key_does_not_show_itself():
    """Settings are printed when something goes wrong."""
    written = new_key()

    assert written[5:] not in repr(read_keys(written))


def test_what_only_looks_sealed_is_told_apart():
    """Where there is no key, a patient may write what a sealed value begins with."""
    for text in ("fd1.a", "fs1.", "fd0.fd1.", "knee"):
        assert unescaped(escaped(text)) == text


def test_rasas_memory_is_opened_by_an_older_key_while_it_is_there():
    """Once it is taken away, Rasa remembers no more of it."""
    old, new = read_keys(new_key()), read_keys(new_key())
    sealed = seal_memory(old, '[{"event": "user"}]')

    assert open_memory([*new, *old], sealed) == '[{"event": "user"}]'
    assert open_memory(new, sealed) is None
    assert open_memory(new, "[]") == open_memory((), seal_memory((), "[]")) == "[]"
