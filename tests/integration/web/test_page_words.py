"""Patients' pages in another language: all that stands on them is of its catalogue, and they say which it is."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot import words
from bot.bootstrap import Services
from bot.web.app import create_app
from bot.words import Words
from tests.integration.edge import TestClient

SENTENCE = re.compile(r"[A-Z]?[a-z']+(?: [a-z']+){2,}")
"""Three words in a row."""


@pytest.fixture
def arabic(monkeypatch: pytest.MonkeyPatch) -> Words:
    """Give a whole catalogue in a language from right to left: each message is its name and what is put into it."""
    english = words.catalogues()[words.ENGLISH]
    lines = [
        f"{name} = [{name}]" + "".join(f" {{ ${place} }}" for place in re.findall(r"\{(\w+)\}", english.pattern(name)))
        for name in sorted(english.names)
    ]
    whole = Words("ar", "\n".join(lines) + "\n")
    monkeypatch.setattr(words, "catalogues", lambda: {words.ENGLISH: english, "ar": whole})
    return whole


@pytest.mark.parametrize("address", ["/", "/privacy"])
def test_a_page_speaks_the_clinics_language(address: str, services: Services, arabic: Words) -> None:
    """No sentence of the template's own is left; what the clinic and the topics say is theirs."""
    clinic = services.clinic.model_copy(update={"languages": ("ar", "en"), "first_questions": ()})

    with TestClient(create_app(replace(services, clinic=clinic))) as visitor:
        page = visitor.get(address).text

    assert re.search(r'<html lang="ar"[^>]* dir="rtl"', page)
    shown = re.sub(r"<[^>]*>", "\n", page.partition("<body")[2])
    told = {clinic.name, "Talk to a person"}
    left = [text for text in SENTENCE.findall(shown) if not any(text in known or known in text for known in told)]
    assert left == []


def test_a_clinic_whose_language_has_no_whole_catalogue_gets_english(services: Services) -> None:
    """The widget's words alone are no page."""
    clinic = services.clinic.model_copy(update={"languages": ("es", "en")})

    with TestClient(create_app(replace(services, clinic=clinic))) as visitor:
        page = visitor.get("/privacy").text

    assert '<html lang="en"' in page
    assert "dir=" not in page.partition(">")[0]


@pytest.mark.parametrize(("address", "map_link"), [("", "https://map.example/{address}"), ("1 Lane", "")])
def test_without_an_address_or_a_map_nothing_leads_there(services: Services, address: str, map_link: str) -> None:
    """A clinic chooses: the address is then text."""
    clinic = services.clinic.model_copy(update={"address": address, "map_link": map_link})

    with TestClient(create_app(replace(services, clinic=clinic))) as visitor:
        assert visitor.get("/map", follow_redirects=False).status_code == 404
        assert "&#34;address&#34;: &#34;&#34;" in visitor.get("/").text


def test_the_map_is_asked_for_the_address_as_it_is_written(services: Services) -> None:
    """Whatever signs stand in it."""
    clinic = services.clinic.model_copy(
        update={"address": "1 A&B Straße #2", "map_link": "https://map.example/?q={address}"}
    )

    with TestClient(create_app(replace(services, clinic=clinic))) as visitor:
        moved = visitor.get("/map", follow_redirects=False)

    assert moved.headers["location"] == "https://map.example/?q=1%20A%26B%20Stra%C3%9Fe%20%232"
