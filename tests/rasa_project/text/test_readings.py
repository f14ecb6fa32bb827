"""What each part of the understanding learns from."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

from bot.nlu.kept import keeping_in
from bot.nlu.text import readings
from bot.nlu.text.readings import examples_of, questions_of

DATA = """
version: "3.1"
nlu:
- intent: ask_cost
  examples: |
    - how much is it
- intent: ask_aftercare
  metadata: {teaches: danger}
  examples: |
    - sore and stiff since Monday, no fever, slept badly, walked the dog. what now
- intent: ask_aftercare
  examples: |
    - what do I do at home
"""


def test_what_teaches_danger_alone_is_no_question():
    """A long post shows what is no danger, not how its topic is asked."""
    data = RasaYAMLReader().reads(DATA)

    every, questions = examples_of(data, ()), questions_of(data, ())

    assert [example.intent for example in every] == ["ask_cost", "ask_aftercare", "ask_aftercare"]
    assert [example.asked for example in questions] == ["how much is it", "what do i do at home"]


def test_what_staff_have_taught_is_a_question_that_is_told_apart():
    """The classifier keeps it apart, so that it moves nothing else."""
    data = RasaYAMLReader().reads(DATA.replace("{teaches: danger}", "{teaches: itself}"))

    assert [example.is_taught for example in questions_of(data, ())] == [False, True, False]


NAMED = """
version: "3.1"
nlu:
- intent: ask_cost
  examples: |
    - how much is PRP
    - the price of platelets?
    - ...
- lookup: treatment
  examples: |
    - prp
"""


@pytest.fixture
def split(monkeypatch):
    """Return the texts that were taken apart into words."""
    seen = []
    real = readings.split_words
    monkeypatch.setattr(readings, "split_words", lambda text: seen.append(text) or real(text))
    return seen


def test_readings_are_kept_for_the_next_training(tmp_path, split):
    """They are the same, and only a new sentence is taken apart."""
    fresh = examples_of(RasaYAMLReader().reads(NAMED), ())
    split.clear()
    found = []
    for more in ("", "    - cost of prp\n"):
        data = RasaYAMLReader().reads(NAMED.replace("    - ...\n", f"    - ...\n{more}"))
        with keeping_in(tmp_path):
            found.append(examples_of(data, ()))

    assert found[0] == fresh
    assert found[1][: len(fresh)] == fresh
    assert [example.asked for example in found[1]][-1] == "cost of treatment"
    assert split == ["how much is PRP", "the price of platelets?", "...", "cost of prp"]


def test_kept_readings_know_the_names_they_were_read_with(tmp_path):
    """With another name in the tables, or a treatment that is only compared with, all are read anew."""
    with keeping_in(tmp_path):
        examples_of(RasaYAMLReader().reads(NAMED), ())
        named = examples_of(RasaYAMLReader().reads(f"{NAMED}    - platelets\n"), ())
        compared = examples_of(RasaYAMLReader().reads(NAMED), {"prp"})

    assert named[1].asked == "the price of treatment?"
    assert compared[0].asked == "how much is prp"


@pytest.mark.parametrize("content", ["", "[]", '{"key": "other", "results": {"how much is PRP": ["no", "no"]}}'])
def test_broken_or_foreign_readings_are_made_anew(tmp_path, content):
    """Whatever is in their place."""
    path = tmp_path / "readings.json"
    path.write_text(content, encoding="utf-8")
    with keeping_in(tmp_path):
        found = examples_of(RasaYAMLReader().reads(NAMED), ())

    assert [example.asked for example in found] == ["how much is treatment", "the price of platelets?", "..."]
    assert path.read_text(encoding="utf-8") != content
