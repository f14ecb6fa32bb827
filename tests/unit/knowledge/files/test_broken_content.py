"""Each way to break a content file has an error of its own, with the file and the line to go to."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.knowledge.files.content import load_content
from tests.factories import ANSWERS_FILE, SOURCES_FILE, TOPICS_FILE, TREATMENTS_FILE, write_content

FILES = {
    "answers": ("answers/prolotherapy.yml", ANSWERS_FILE),
    "topics": ("topics.yml", TOPICS_FILE),
    "sources": ("sources.yml", SOURCES_FILE),
    "treatments": ("treatments.yml", TREATMENTS_FILE),
}
LONG = " ".join(["word"] * 61)


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "problem"),
    [
        pytest.param(
            "answers", "cites: [second-look, overview]", "cites: [blog]", 12,
            "prolotherapy.definition: there is no source 'blog' in sources.yml", id="missing source",
        ),
        pytest.param(
            "answers", "    cites: [overview]\n  details", "    cites: []\n  details", 7,
            "short: the short answer cites nothing", id="answer without a source",
        ),
        pytest.param(
            "answers", "    cites: [overview]\n  details", "  details", 7,
            "short: the short answer cites nothing", id="answer without a list of sources",
        ),
        pytest.param(
            "answers", "Most people do well.", "2026", 17,
            'short.text: is read as a number, not as a text; put it into quotes: "2026"', id="number for a text",
        ),
        pytest.param(
            "answers", "owner: sample", "owner: 007", 3,
            'owner: is read as a number, not as a text; put it into quotes: "007"', id="number for a name",
        ),
        pytest.param(
            "answers", "Most people do well.", "", 17, "short.text: is empty; write a text", id="nothing for a text",
        ),
        pytest.param(
            "answers", "by: Sample", "by: 2026-01-10", 2,
            'review.by: is read as a date, not as a text; put it into quotes: "2026-01-10"', id="date for a name",
        ),
        pytest.param(
            "answers", "Most people do well.", "Ask for room #12.", 17,
            'is read as "Ask for room" only', id="text cut by a comment",
        ),
        pytest.param(
            "topics", "title: Safety", "title: \u201cSafety\u201d", 3,
            'has typographic quotes, which would be shown; write straight ones: "Safety"', id="typographic quotes",
        ),
        pytest.param(
            "sources", "publisher: A journal", "publisher: true", 3,
            'publisher: is read as true or false, not as a text; put it into quotes: "true"', id="yes or no for a text",
        ),
        pytest.param(
            "answers", "topic: safety\n", "topic: prices\n", 14,
            "prolotherapy.prices: there is no topic 'prices' in topics.yml", id="unknown topic",
        ),
        pytest.param(
            "answers", "related: [safety]", "related: [mood]", 13,
            "there is no topic 'mood' in topics.yml", id="unknown related topic",
        ),
        pytest.param(
            "answers", "- topic: safety\n", "- topic: safety\n  treatments: [botox]\n", 15,
            "there is no treatment 'botox' in treatments.yml", id="unknown treatment",
        ),
        pytest.param(
            "answers", "Most people do well.", LONG, 14,
            "the short answer has 61 words; at most 60 are read first", id="too long a short answer",
        ),
        pytest.param(
            "answers", "Most people do well.", '""', 17,
            "short.text: is empty", id="empty short answer",
        ),
        pytest.param(
            "answers", "topic: safety\n", "topic: definition\n", 14,
            "answer prolotherapy.definition stands in two places", id="duplicate id",
        ),
        pytest.param(
            "answers", "due: 2099-01-10", "due: 2026-01-10", 2,
            "the review's due date must be after its date", id="review due on its date",
        ),
        pytest.param(
            "answers", "due: 2099-01-10", "due: 2026-13-01", 2,
            "holds a value that cannot be read: month must be in 1..12", id="impossible date",
        ),
        pytest.param(
            "answers", "on: 2026-01-10", "on: yesterday", 2,
            "review.on: must be a date such as 2026-12-01", id="date in words",
        ),
        pytest.param(
            "answers", "status: approved", "status: aproved", 2,
            "review.status: must be one of draft, in_review, approved or retired", id="unknown status",
        ),
        pytest.param(
            "answers", "review: {status: approved, sample: true, by: Sample, on: 2026-01-10, due: 2099-01-10}\n", "", 4,
            "review: is missing", id="no review",
        ),
        pytest.param(
            "answers", "by: Sample, ", "", 2, "review: an approved answer needs by", id="reviewed by nobody",
        ),
        pytest.param(
            "answers", "owner: sample\n", "", 4, "owner: is missing", id="no owner",
        ),
        pytest.param(
            "answers", "topic: safety\n", "topic: comparison\n", 14,
            "prolotherapy.comparison: a comparison needs two treatments", id="comparison of one",
        ),
        pytest.param(
            "answers", "Most people do well.", "Call {clinic.fax}.", 17,
            "there is no value 'clinic.fax' in clinic.yml", id="unknown value of the clinic",
        ),
        pytest.param(
            "answers", "The shots go where it hurts.", "Call {phone}.", 11,
            "there is no value 'phone' in clinic.yml", id="placeholder without clinic",
        ),
        pytest.param(
            "answers", "  related: [safety]", "\trelated: [safety]", 13, "is not valid YAML", id="tab",
        ),
        pytest.param(
            "answers", "  evidence: review\n", "  evidence: hearsay\n", 15,
            "prolotherapy.safety: evidence: must be one of regulator", id="unknown kind of evidence",
        ),
        pytest.param(
            "answers", "  related: [safety]", "  related: safety", 13,
            "related: must be a list", id="text where a list belongs",
        ),
        pytest.param(
            "answers", "  evidence: review\n", "  evidence: review\n  sources_differ: perhaps\n", 16,
            "sources_differ: must be true or false", id="word where yes or no belongs",
        ),
        pytest.param(
            "answers", "  evidence: review\n", "  evidence: review\n  shrot: x\n", 16,
            "shrot: is not known here; it may be misspelt", id="misspelt key",
        ),
        pytest.param(
            "answers", "- topic: safety\n", "- just words\n- topic: safety\n", 14,
            "each answer must be named values", id="answer that is a text",
        ),
        pytest.param("answers", "answers:\n", "answer:\n", 1, "must hold a list under 'answers:'", id="no answers"),
        pytest.param(
            "answers", "- topic: safety\n", "- id: Prolotherapy Safety\n  topic: safety\n", 14,
            "id: may hold only small letters", id="id with spaces",
        ),
        pytest.param("topics", "slug: safety", "slug: definition", 3, "definition stands here twice", id="topic twice"),
        pytest.param(
            "topics", "unknown_treatment: main", "unknown_treatment: guess", 3,
            "safety: unknown_treatment: must be one of main, general or ask", id="unknown rule of a topic",
        ),
        pytest.param(
            "sources", "id: second-look", "id: overview", 3, "overview stands here twice", id="source twice",
        ),
        pytest.param(
            "sources", "kind: review", "kind: rumour", 3, "second-look", id="unknown kind of source",
        ),
        pytest.param("sources", "publisher: A clinic, ", "", 2, "publisher: is missing", id="no publisher"),
        pytest.param("treatments", "kind: general", "kind: other", 4, "kind: must be one of", id="unknown kind"),
        pytest.param(
            "treatments", "treatments:\n", "treatment:\n", 1, "must hold a list under 'treatments:'", id="no list",
        ),
    ],
)  # fmt: skip
def test_a_broken_file_is_told_with_its_line(tmp_path: Path, *, file: str, old: str, new: str, line: int, problem: str):
    """The clinician who edits it can go straight there."""
    name, text = FILES[file]
    assert text.count(old) == 1, "the table must break exactly one thing"
    write_content(tmp_path, **{file: text.replace(old, new)})

    with pytest.raises(ContentError) as raised:
        load_content(tmp_path)

    assert problem in str(raised.value)
    assert raised.value.path == str(tmp_path / name)
    assert raised.value.line == line


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path):
    """An old editor's encoding would garble what patients read."""
    path = write_content(tmp_path) / "answers" / "prolotherapy.yml"
    path.write_bytes(ANSWERS_FILE.replace("a set", "a sét").encode("latin-1"))

    with pytest.raises(ContentError, match=r"prolotherapy\.yml: is not UTF-8 text"):
        load_content(tmp_path)


def test_an_id_in_two_files_is_refused(tmp_path: Path):
    """The second file is named."""
    write_content(tmp_path)
    (tmp_path / "answers" / "second.yml").write_text(ANSWERS_FILE, encoding="utf-8")

    with pytest.raises(ContentError, match=r"second\.yml:5: answer prolotherapy\.definition stands in two places"):
        load_content(tmp_path)


def test_a_folder_without_answers_is_refused(tmp_path: Path):
    """An empty folder would retire every answer of the clinic."""
    (write_content(tmp_path) / "answers" / "prolotherapy.yml").unlink()

    with pytest.raises(ContentError, match="holds no answers"):
        load_content(tmp_path)


def test_a_missing_file_is_named(tmp_path: Path):
    """A folder without its sources cannot be checked."""
    (write_content(tmp_path) / "sources.yml").unlink()

    with pytest.raises(ContentError, match=r"sources\.yml: cannot be read"):
        load_content(tmp_path)
