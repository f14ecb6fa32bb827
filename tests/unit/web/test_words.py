"""The catalogues of what patients' pages say: whole, with the same places, and just what pages and scripts ask for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.knowledge.files.entries import SOURCE_KINDS
from bot.settings import ROOT
from bot.web import errors
from bot.web.pages import HERE, STATIC
from bot.words import ENGLISH, ERROR, KIND, SCRIPT, WIDGET, Words, catalogues, link, phone_link, words_for

PLACE = re.compile(r"\{\w+\}")
PAGES = (*(HERE / "templates" / "patient").glob("*.html"), *(HERE / "patient").glob("*.py"))
TEXTS = ROOT / "bot" / "channels" / "sms_text.py"
SCRIPTS = (STATIC / "js" / "chat.js", *(STATIC / "js" / "chat").glob("*.js"))
PUT_TOGETHER = {"fate-one", "fate-one-kept", "fate-several", "fate-several-kept", "sending", "sent", "held"}
"""Names that a script puts together of parts."""


def _asked_for(files: tuple[Path, ...], call: str) -> set[str]:
    """Give the names that are said in some files: `say("name"`, and `say(x ? "one" : "other"`."""
    names: set[str] = set()
    for file in files:
        for arguments in re.findall(call + r"\(([^){]*)", file.read_text(encoding="utf-8")):
            names.update(re.findall(r'"([\w-]+)"', arguments.split(",")[0]))
    return names


@pytest.mark.parametrize("language", sorted(catalogues()))
def test_each_language_says_what_english_says_with_the_same_places(language: str):
    """A number or a name that is missing in one language would be missed only by who reads it."""
    english, words = catalogues()[ENGLISH], catalogues()[language]

    assert words.names <= english.names
    for name in words.names:
        assert set(PLACE.findall(words.pattern(name))) == set(PLACE.findall(english.pattern(name))), name


@pytest.mark.parametrize("language", sorted(catalogues()))
def test_the_widget_speaks_each_language_wholly(language: str):
    """It stands on pages in any of them."""
    assert catalogues()[language].patterns(WIDGET).keys() == catalogues()[ENGLISH].patterns(WIDGET).keys()


def test_english_holds_just_what_is_asked_for():
    """No words that nobody says, and none that are missing."""
    pages = _asked_for(PAGES, r"\bsay")
    scripts = {f"{SCRIPT}{name}" for name in _asked_for(SCRIPTS, r"(?<![.\w])say") | PUT_TOGETHER}
    kinds = {f"{KIND}{kind}" for kind in SOURCE_KINDS}
    texts = set(re.findall(r"[\"'](sms-[\w-]+)", TEXTS.read_text(encoding="utf-8")))
    widget = {name for name in catalogues()[ENGLISH].names if name.startswith(WIDGET)}

    programs = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "bot" / "web").rglob("*.py")))
    named = [*re.findall(r"\bsaid\(\"([\w-]+)\"", programs), *errors._HTTP.values(), "http-error"]
    said = {f"{ERROR}{name}" for name in named}

    assert pages | scripts | kinds | texts | widget | said == catalogues()[ENGLISH].names


def test_a_page_is_shown_in_the_first_language_that_is_whole():
    """Half a page in another language helps nobody."""
    assert words_for(["xx", "es", "en"]).language == ENGLISH
    assert words_for([]).language == ENGLISH


def test_what_is_filled_in_is_text_unless_it_is_a_link():
    """A clinic's name with a bracket in it stays a name."""
    words = Words("en", "one = Ask { $who } & call { $number }.")

    said = words.say("one", who="<b>us</b>", number=phone_link("555 0142"))

    assert said == 'Ask &lt;b&gt;us&lt;/b&gt; &amp; call <a href="tel:5550142">555 0142</a>.'
    assert link("/a?b=1&c", "Here", rel='"x"') == '<a href="/a?b=1&amp;c" rel="&#34;x&#34;">Here</a>'


def test_a_line_that_is_no_message_is_named():
    """Not found out by the patient who should have read it."""
    with pytest.raises(ValueError, match=r"en\.ftl: this is no message: broken"):
        Words("en", "broken line\n")
    with pytest.raises(KeyError):
        Words("en", "one = One\n").say("two")


def test_plain_words_and_dates_are_no_html():
    """A text message shows an ampersand as what it is."""
    words = Words("en", "one = Ask { $who } & call.")

    assert words.plain("one", who="<us> {who}") == "Ask <us> {who} & call."
    assert words.date("2026-03-02") == "March 2, 2026"
    assert Words("de", "").date("2026-03-02") == "2. März 2026"
    assert words.date("spring 2026") == "spring 2026"


def test_directions_are_known():
    """Of every language there is a catalogue for."""
    assert {code: words.direction for code, words in catalogues().items() if words.direction == "rtl"} == {"ar": "rtl"}
