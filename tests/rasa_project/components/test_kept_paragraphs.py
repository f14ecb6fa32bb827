"""A training takes the paragraphs as the last one has read them, until anything that they are read from has changed."""

from __future__ import annotations

import copy

import pytest
from rasa.engine.storage.resource import Resource

from bot.nlu.components import paragraph_finder
from bot.nlu.components.paragraph_finder import ParagraphFinder
from bot.nlu.kept import keeping_in

ANSWERS = "treatment: prp\nanswers:\n- {topic: cost, short: {text: It costs $500.}}\n"
TOPICS = "topics:\n- {slug: cost, question: 'What does {treatment} cost?'}\n"
TREATMENTS = "treatments:\n- {slug: prp, name: PRP, short_name: PRP, kind: offered}\n"


@pytest.fixture
def files(tmp_path, one_question):
    """Return the settings of a small clinic's answers."""
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "prp.yml").write_text(ANSWERS, "utf-8")
    (tmp_path / "topics.yml").write_text(TOPICS, "utf-8")
    (tmp_path / "treatments.yml").write_text(TREATMENTS, "utf-8")
    named = {name: str(tmp_path / f"{name}.yml") for name in ("topics", "treatments")}
    return {**named, "answers": str(tmp_path / "answers"), "asked": str(one_question)}


@pytest.fixture
def train(files, tmp_path, training_data, model_storage, execution_context, monkeypatch):
    """Return a function that trains, and gives what was written and how often paragraphs were read for it."""
    read_paragraphs, reads = paragraph_finder.read_paragraphs, []

    def read(*what):
        reads.append(what)
        return read_paragraphs(*what)

    monkeypatch.setattr(paragraph_finder, "read_paragraphs", read)

    def training(data=training_data):
        reads.clear()
        config = {**ParagraphFinder.get_default_config(), **files}
        resource = Resource("ParagraphFinder")
        with keeping_in(tmp_path / "training"):
            ParagraphFinder.create(config, model_storage, resource, execution_context).train(copy.deepcopy(data))
        with model_storage.read_from(resource) as folder:
            return {path.name: path.read_bytes() for path in folder.iterdir()}, len(reads)

    return training


def test_what_was_read_is_taken_as_it_is(train):
    """The next training writes the same files, and reads nothing."""
    first, read_first = train()
    second, read_second = train()

    assert (read_first, read_second) == (1, 0)
    assert first == second
    assert len(first) >= 2


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("answers/prp.yml", "$500", "$600"),
        ("topics.yml", "cost?", "cost tomorrow?"),
        ("treatments.yml", "name: PRP", "name: P"),
    ],
)
def test_a_changed_file_is_read_anew(train, tmp_path, name, before, after):
    """Whichever it is."""
    first, _ = train()
    path = tmp_path / name
    path.write_text(path.read_text("utf-8").replace(before, after), "utf-8")

    second, read = train()

    assert read == 1
    assert first != second


def test_other_names_are_read_anew(train, training_data):
    """What is a treatment or a medicine decides how a paragraph is read."""
    train()
    other = copy.deepcopy(training_data)
    other.lookup_tables[0]["elements"].append("ozone")

    assert train(other)[1] == 1


def test_a_broken_file_is_made_anew(train, tmp_path):
    """As if nothing had been kept."""
    first, _ = train()
    (tmp_path / "training" / paragraph_finder.PARAGRAPHS_FILE).write_bytes(b"half of an archi")

    second, read = train()

    assert read == 1
    assert first == second
