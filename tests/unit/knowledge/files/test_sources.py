"""A source's link opens for everybody, and its names say something to a patient."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.knowledge.files.content import Content
from bot.knowledge.files.entries import SourceEntry
from bot.knowledge.files.quality import content_problems
from bot.knowledge.files.sources import source_problems
from tests.factories import a_clinic
from tests.unit.knowledge.conftest import RESPONSES

FINE = {
    "id": "overview", "title": "An overview", "publisher": "A journal", "kind": "review",
    "address": "https://example.org/a?b=1",
}  # fmt: skip


def test_the_real_sources_have_links_that_open_and_names_to_know(content: Content):
    """Those that have no link say so in words."""
    assert [problem for source in content.sources for problem in source_problems(source)] == []
    assert sum(source.address.startswith("https://") for source in content.sources) > len(content.sources) - 10


def test_the_words_of_a_regulator_are_cited_from_the_regulator(content: Content):
    """What the FDA has not approved, and the harm told to it, are on its own pages."""
    kinds = {source.id: source.kind for source in content.sources}
    behind = {fact.id: kinds[fact.source] for fact in content.facts}

    assert {name: behind[name] for name in ("C011", "C018", "C105", "C110", "C115", "C126")} == dict.fromkeys(
        ("C011", "C018", "C105", "C110", "C115", "C126"), "regulator"
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"address": "http://example.org/a"}, "is no https link"),
        ({"address": "www.example.org/a"}, "is no https link"),
        ({"address": "https://example.org/a (page 3)"}, "holds more than the link"),
        ({"address": "https://library.example.org:2400/a"}, "which is no public site"),
        ({"address": "https://example.org./a"}, "which is no public site"),
        ({"address": "https://intranet/a"}, "which is no public site"),
        ({"address": "https://example.org:port/a"}, "is no link that can be opened"),
        ({"address": "https://stage.example.org/a"}, "a site's copy for its own tests"),
        ({"address": "https://cache.qa01.example.org/a"}, "a site's copy for its own tests"),
        ({"publisher": "PMC8888180"}, "its publisher holds “PMC8888180”"),
        ({"publisher": "doi 10.1055/s-0034-1390030"}, "its publisher holds “doi”"),
        ({"title": "A trial (PMID 39259950)"}, "its title holds “PMID”"),
        ({"title": "Results record NCT03818737"}, "its title holds “NCT03818737”"),
    ],
    ids=str,
)
def test_what_leads_nowhere_or_says_nothing_is_told(change: dict[str, str], problem: str):
    """With the source's id."""
    (told,) = source_problems(SourceEntry.model_validate({**FINE, **change}))

    assert told.startswith("overview: ")
    assert problem in told


@pytest.mark.parametrize(
    "change",
    [
        {"address": "a leaflet on paper"},
        {"address": "https://contest.example.org/a"},
        {"title": "Policy MP-430, and 21 CFR 1271.10"},
    ],
    ids=str,
)
def test_what_is_fine_is_not_told(change: dict[str, str]):
    """Numbers of laws and policies are what a patient asks an insurer by."""
    assert list(source_problems(SourceEntry.model_validate({**FINE, **change}))) == []


def test_the_check_of_a_folder_tells_of_its_sources(content: Content):
    """As of its answers."""
    broken = SourceEntry.model_validate({**FINE, "address": "http://example.org/a"})

    problems = content_problems(replace(content, answers=(), sources=(broken,)), a_clinic(), RESPONSES)

    assert problems == ["overview: its address is no https link: begin it with https://."]
