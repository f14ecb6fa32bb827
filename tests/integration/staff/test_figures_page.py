"""The page of the figures: who sees it, which days it shows, and that its tables are those of the files."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

import pytest

from bot.bootstrap import Services
from bot.vocabulary import Role
from tests.chat_tester import ChatTester
from tests.integration.edge import PASSWORD, NewChat, error_message
from tests.unit.analytics.small_clinic import SECRET, fill

FORTNIGHT = {"since": "2026-03-02", "until": "2026-03-15"}
JSON = {"accept": "application/json"}


class _Tables(HTMLParser):
    """Reads the tables of a page: the text of each cell, by the slug of the figure."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self._slug = ""
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a figure, a row or a cell."""
        values = dict(attrs)
        if values.get("data-testid") == "figure":
            self._slug = values["data-slug"] or ""
            self.found[self._slug] = []
        elif tag == "tr":
            self.found[self._slug].append([])
        elif tag in {"td", "th"}:
            self._in_cell = True
            self.found[self._slug][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        self._in_cell = self._in_cell and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        """Take the text of a cell."""
        if self._in_cell:
            self.found[self._slug][-1][-1] += data


@pytest.fixture
def clinician(new_chat: NewChat, services: Services) -> ChatTester:
    """Give a clinician of the small clinic who is signed in."""
    fill(services.database)
    services.staff.add(email="lee@clinic.example", name="Dr. Lee", role=Role.CLINICIAN, password=PASSWORD)
    someone = new_chat("lee@clinic.example")
    someone.staff_signs_in()
    return someone


def _page(reader: ChatTester, **wanted: str) -> str:
    page = reader.staff.get("/staff/figures", params=wanted or FORTNIGHT)
    assert page.status_code == 200, page.text
    return page.text


def test_page_and_files_say_the_same(clinician: ChatTester) -> None:
    """Every table of the page is a file, cell for cell; thousands are set apart on the page only."""
    reader = _Tables()
    reader.feed(_page(clinician))

    assert len(reader.found) == 12
    for slug, shown in reader.found.items():
        file = clinician.staff.get(f"/staff/figures/{slug}.csv", params=FORTNIGHT)
        assert file.content.startswith(b"\xef\xbb\xbf")
        assert f'filename="{slug}-2026-03-02-2026-03-15.csv"' in file.headers["content-disposition"]
        rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
        width = len(rows[0])
        assert [row[:width] for row in shown] == [[cell or "none" for cell in row] for row in rows], slug


def test_no_word_of_a_patient_is_on_the_page_or_in_a_file(clinician: ChatTester, caplog: pytest.LogCaptureFixture):
    """Nor in a log."""
    texts = [_page(clinician)]
    texts += [clinician.staff.get(f"/staff/figures/{slug}.csv", params=FORTNIGHT).text for slug in ("asked", "glance")]
    texts.append(clinician.staff.get("/staff/figures/not_understood.csv", params=FORTNIGHT).text)

    for text in [*texts, caplog.text]:
        assert SECRET not in text
        assert "park" not in text


def test_numbers_lead_to_what_lies_behind_them(clinician: ChatTester) -> None:
    """To the ticket, to the conversation of which staff have none, to the answer, and to the inbox."""
    page = _page(clinician)

    assert re.search(r'<a href="/staff/tickets/\d+">Ticket \d+<', page)
    assert '<a href="/staff/conversations/reworded">Chat of 03 Mar, 09:50<' in page
    assert '<a href="/staff/knowledge/answers/prp.safety">' in page
    inbox = re.search(r'<a href="(/staff/tickets\?status=all&amp;reason=red_flag)">', page)
    assert inbox is not None
    for place in ("/staff/conversations/reworded", inbox.group(1).replace("&amp;", "&")):
        assert clinician.staff.get(place).status_code == 200


def test_a_long_name_is_there_in_full_for_wider_screens(clinician: ChatTester) -> None:
    """Only where the short one says less."""
    page = _page(clinician)

    assert re.search(r'class="chart-label chart-short"[^>]*>A card, an open check or a mi…<', page)
    assert re.search(r'class="chart-label chart-whole"[^>]*>A card, an open check or a missed [^<…]+<', page)
    assert re.search(r'class="chart-label"[^>]*>Passed on to staff<', page)


def test_each_chart_says_what_it_shows_and_has_its_table(clinician: ChatTester) -> None:
    """For whoever hears the page; and there is no style in it, which the policy of the page would stop."""
    page = _page(clinician)

    charts = re.findall(r'<svg class="chart" role="img" aria-labelledby="([\w-]+)"', page)
    assert len(charts) == 11
    for chart in charts:
        assert re.search(rf'<title id="{chart}">[^<]+: \d+ bars; the longest is [^<]+</title>', page)
        assert f'aria-labelledby="{chart.removesuffix("-chart")}"' in page
    assert "style=" not in page


def test_days_are_chosen(clinician: ChatTester) -> None:
    """By a tap or by their dates; the days that are shown stand in the fields."""
    assert _page(clinician, days="7").count('aria-current="true"') == 1
    assert "Last 7 days</a>" in _page(clinician, days="7")
    assert 'aria-current="true">Last 30 days' in _page(clinician, since="")
    shown = _page(clinician)
    assert 'value="2026-03-02"' in shown
    assert 'value="2026-03-15"' in shown
    assert 'aria-current="true"' not in shown
    assert "In 14 days: 8 of 13 questions answered; 12 chats," in shown


def test_days_without_patients_say_so(clinician: ChatTester) -> None:
    """No chart of nothing."""
    page = _page(clinician, since="2025-01-01", until="2025-01-31")

    assert "Nobody wrote in these days" in page
    assert "<table" not in page


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        ("2026-03-15", "2026-03-02", "after the last"),
        ("soon", "", "From: choose a day"),
        ("", "9999-12-31", "from the year 2000"),
        ("2010-01-01", "2026-01-01", "three years"),
    ],
)
def test_days_that_are_none_are_named(clinician: ChatTester, since: str, until: str, words: str) -> None:
    """On the page, with the fields as they were filled in; a file says it too."""
    wanted = {"since": since, "until": until}
    page = clinician.staff.get("/staff/figures", params=wanted)

    assert page.status_code == 422
    assert words in page.text
    assert f'name="since" type="date" value="{since}"' in page.text
    assert words in error_message(clinician.staff.get("/staff/figures/weeks.csv", params=wanted, headers=JSON), 422)


def test_only_administrators_and_clinicians_see_them(clinician: ChatTester, chat: ChatTester) -> None:
    """Whoever answers patients is not led there."""
    chat.staff_signs_in()

    assert 'href="/staff/figures"' in clinician.staff.get("/staff/tickets").text
    assert 'href="/staff/figures"' not in chat.staff.get("/staff/tickets").text
    for place in ("/staff/figures", "/staff/figures/weeks.csv"):
        assert chat.staff.get(place).status_code == 403
        assert chat.patient.get(place, follow_redirects=False).status_code == 401


def test_a_table_that_there_is_not_says_so(clinician: ChatTester) -> None:
    """With the way back."""
    assert "Go back to the figures" in error_message(
        clinician.staff.get("/staff/figures/nosuch.csv", headers=JSON), 404
    )


def test_a_figure_leads_to_its_chats(clinician: ChatTester) -> None:
    """By what became of a question, and by topic; the newest first, without a word of theirs."""
    page = _page(clinician)
    gaps = re.search(r'href="(/staff/figures/chats\?kind=no_answer&amp;since=2026-03-09&amp;until=2026-03-15)"', page)
    topic = re.search(r'href="(/staff/figures/chats\?topic=safety&amp;since=2026-03-02&amp;until=2026-03-15)"', page)
    assert gaps is not None
    assert topic is not None

    behind = [clinician.staff.get(found.group(1).replace("&amp;", "&")).text for found in (gaps, topic)]

    places = [re.findall(r'href="/staff/(?:conversations/(\w+)|tickets/\d+)"', text) for text in behind]
    assert places[0] == ["gap"]
    assert places[1] == ["silent", "calm", "wrong", "open", "reworded", "helped"]
    assert "<h1>No approved answer</h1>" in behind[0]
    assert "<h1>Safety</h1>" in behind[1]
    assert SECRET not in "".join(behind)


def test_a_figure_without_chats_says_so(clinician: ChatTester) -> None:
    """And what no figure is has none."""
    for wanted in ({"topic": "nosuch"}, {"kind": "card"}, {"kind": "declined"}):
        assert "No such chats" in clinician.staff.get("/staff/figures/chats", params={**FORTNIGHT, **wanted}).text
