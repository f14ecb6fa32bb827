"""The report is one page that needs nothing from outside, and patients' words in it are only words."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.evaluation.report import render, write_report
from tests.unit.evaluation.results import NASTY, a_setup, a_share, an_evaluation

VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """Reads a page: its tags, the attributes of each, its text; fails where tags do not close in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it; it closes itself."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the one that is open."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every tag of that name."""
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def html() -> str:
    """A report in which everything has a nasty text."""
    crossed = a_share("cross-validated accuracy", True, False, group="cost", text=NASTY)
    evaluation = an_evaluation(text=NASTY, cross_validated=crossed)
    return render(evaluation, a_setup(baseline={"topic right": {"least": 0.9}}, failures=("topic right is low.",)))


def test_page_is_well_formed_and_says_what_failed(html: str):
    """Every tag closes, in order."""
    assert "topic right is low." in Page(html).text


def test_page_asks_nothing_of_other_machines(html: str):
    """No address anywhere but in the patients' words, no script, no style sheet, no font."""
    page = Page(html)

    assert re.findall(r"https?://(?!evil\.example)|\bsrc=[\"']|@import", html) == []
    assert all("url(#" in found for found in re.findall(r"url\([^)]*", html))
    assert (page.all("script"), page.all("link"), page.all("img")) == ([], [], [])
    assert all(str(link.get("href")).startswith("#") for link in page.all("a"))


def test_patients_words_are_escaped(html: str):
    """They are shown as they were written, and do nothing."""
    assert NASTY not in html
    assert NASTY in Page(html).text


def test_pictures_have_a_text_and_tables_have_headers(html: str):
    """For those who do not see them."""
    page = Page(html)
    named = [attributes for _, attributes in page.tags if attributes.get("role") == "img"]

    assert len(named) == len(page.all("svg")) == 5
    assert all(attributes["aria-label"] for attributes in named)
    assert all(attributes["aria-hidden"] == "true" for attributes in page.all("svg"))
    assert all(attributes.get("scope") in {"row", "col"} for attributes in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))


def test_ids_stand_once_and_links_lead_somewhere(html: str):
    """Several drawings in one page must not share ids."""
    page = Page(html)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]

    assert len(ids) == len(set(ids))
    assert {str(link["href"])[1:] for link in page.all("a")} <= set(ids)
    assert set(re.findall(r"url\(#([^)]*)\)", html)) <= set(ids)


def test_drawings_take_the_pages_colour():
    """Else they could not be read on a dark page."""
    text = render(an_evaluation(), a_setup())

    assert "currentColor" in text
    assert "#010203" not in text


def test_report_of_a_quick_run_leaves_out_cross_validation():
    """And still stands."""
    page = Page(render(an_evaluation(), a_setup()))

    assert "cross-validated" not in page.text
    assert "No baseline holds" in page.text


def test_report_is_written_into_a_new_folder(tmp_path: Path):
    """One file."""
    path = tmp_path / "evaluation" / "report.html"

    write_report(path, an_evaluation(), a_setup())

    assert [found.name for found in path.parent.iterdir()] == ["report.html"]
