"""What the danger model learns from: every table is read, and plain questions stand there as plain wishes too."""

from __future__ import annotations

import pytest

from bot.nlu.project import project_path
from bot.nlu.tuning.danger_examples import DangerExample, labelled, plain_wishes

FOLDER = project_path("data/danger")


def test_plain_questions_become_plain_wishes():
    """None of them is a danger, whatever it begins with."""
    asked = [
        DangerExample(text=text, level="none", is_ordinary=True) for text in ("can i drive home?", "do I eat first")
    ]

    wishes = plain_wishes(asked)

    assert [wish.level for wish in wishes] == ["none", "none"]
    assert wishes[0].text.endswith(" drive home")
    assert not any(one.text == wish.text for one, wish in zip(asked, wishes, strict=True))


@pytest.mark.parametrize(
    "one",
    [
        DangerExample(text="can i kill myself with these pills", level="crisis"),
        DangerExample(text="can i breathe into a bag", level="none"),
        DangerExample(text="what does it cost", level="none", is_ordinary=True),
        DangerExample(text=f"can i {'very ' * 20}much", level="none", is_ordinary=True),
    ],
    ids=["a danger", "near to one", "no question of this form", "long"],
)
def test_nothing_else_does(one: DangerExample):
    """A report least of all."""
    assert plain_wishes([one]) == []


def test_wishes_and_words_of_self_harm_stand_side_by_side():
    """In one table, so that a new fit learns both or neither."""
    levels = [one.level for one in labelled(FOLDER / "wishes.tsv")]

    assert levels.count("none") > 400
    assert levels.count("crisis") > 200


def test_a_label_that_is_none_is_refused(tmp_path):
    """Better than to take it for harmless."""
    path = tmp_path / "more.tsv"
    path.write_text("level\tsign\twho\twhen\ttext\nsevere\t\tself\tnow\tmy arm is off\n", encoding="utf-8")

    with pytest.raises(KeyError):
        labelled(path)
