"""What follow-ups ask, as data/knowledge/follow_ups.yml says it, and each way to break that file."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.knowledge.files.content import Content, load_content
from bot.knowledge.files.follow_ups import FollowUpTopics
from bot.settings import load_settings
from bot.vocabulary import FollowUp
from tests.factories import write_content

FILE = """\
follow_ups:
  how_long:
    otherwise: safety
    definition: [comparison]
  place:
    nothing: definition
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give where the file is."""
    return write_content(tmp_path) / "follow_ups.yml"


def test_a_follow_up_asks_by_the_topic_before_it(path: Path):
    """After a topic that is named, after any other, and after nothing."""
    path.write_text(FILE, encoding="utf-8")

    topics = FollowUpTopics.from_file(path)

    assert topics.asked(FollowUp.HOW_LONG, "comparison") == "definition"
    assert topics.asked(FollowUp.HOW_LONG, "definition") == "safety"
    assert topics.asked(FollowUp.HOW_LONG, None) is None
    assert topics.asked(FollowUp.PLACE, None) == "definition"
    assert topics.asked(FollowUp.WHY, "safety") is None


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("how_long:", "how_far:", 2, "there is no follow-up 'how_far'; there are treatment, place"),
        ("safety", "mood", 3, "there is no topic 'mood' in topics.yml"),
        ("[comparison]", "[mood]", 4, "there is no topic 'mood' in topics.yml"),
        ("definition: [", "mood: [", 4, "there is no topic 'mood' in topics.yml"),
        ("[comparison]", "[comparison, comparison]", 4, "how_long: comparison stands here twice; keep one"),
        ("[comparison]", "comparison", 4, "how_long.definition: must be a list of topics"),
        ("otherwise: safety\n    definition: [comparison]", "safety", 2, "how_long: must be topics"),
        ("nothing: definition", "nothing: [definition]", 6, "is no topic's slug"),
        ("follow_ups:", "followups:", 1, "must hold the kinds of follow-ups under 'follow_ups:'"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(path: Path, old: str, new: str, line: int, problem: str):
    """By the check of the whole content folder too."""
    path.write_text(FILE.replace(old, new), encoding="utf-8")

    with pytest.raises(ContentError) as raised:
        load_content(path.parent)

    assert f"follow_ups.yml:{line}: " in str(raised.value)
    assert problem in str(raised.value)


def test_why_never_asks_the_same_again(content: Content):
    """What lies behind a topic is another topic."""
    topics = FollowUpTopics.from_file(load_settings({}).knowledge_path / "follow_ups.yml")

    behind = {topic.slug: topics.asked(FollowUp.WHY, topic.slug) for topic in content.topics}

    assert [topic for topic, asked in behind.items() if asked in {topic, None}] == []
