"""What declines a message in another language says which of its words are in which."""

from __future__ import annotations

import pytest

from actions.declining import declined_language
from bot.bootstrap import Services
from bot.reply import Passage, Reply
from bot.vocabulary import Responses
from tests.test_project import DOMAIN

OWN = sorted(name.removeprefix(f"{Responses.OTHER_LANGUAGE}_") for name in DOMAIN["responses"])
LANGUAGES = [code for code in OWN if len(code) == 2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_another_language_carry_it(services: Services, language: str):
    """A screen reader reads them in its voice; the English below is the page's own."""
    reply = declined_language(services, language)

    own, english = reply.passages
    assert own.lang == language
    assert own.dir == ("rtl" if language == "ar" else "ltr")
    assert (english.lang, english.dir) == (None, None)
    assert reply.text == f"{own.text}\n\n{english.text}"


@pytest.mark.parametrize("language", ["und", "it", "xx"])
def test_what_is_said_in_english_alone_needs_no_passages(services: Services, language: str):
    """It is in the page's language."""
    assert declined_language(services, language).passages == ()


def test_passages_survive_the_road_through_json(services: Services):
    """And replies that were stored before there were any are read as ever."""
    reply = declined_language(services, "ar")

    assert Reply.model_validate(reply.model_dump(mode="json")) == reply
    before = {name: value for name, value in reply.model_dump(mode="json").items() if name != "passages"}
    assert Reply.model_validate(before).passages == ()


@pytest.mark.parametrize("code", ["ar", "he", "fa", "ur"])
def test_languages_from_right_to_left_are_set_so(code: str):
    """Whichever the clinic adds words in."""
    assert Passage.in_language("x", code).dir == "rtl"


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_keep_their_order_among_letters_from_right_to_left(services: Services, language: str):
    """555-0142 would be shown as 0142-555; elsewhere nothing invisible stands in the text."""
    own, _ = declined_language(services, language).passages

    assert (f"\u2068{services.clinic.phone}\u2069" in own.text) == (language == "ar")
    assert ("\u2068" in own.text) == (language == "ar")
