"""What is kept of training data files is what reading them gives, and is used for unchanged files alone."""

from __future__ import annotations

import warnings

import pytest
from rasa.shared.nlu.training_data import loading

from bot.nlu.kept import Kept
from bot.nlu.project import project_path
from bot.nlu.tuning.kept_files import kept_files

EXAMPLES = """version: "3.1"
nlu:
- intent: ask_cost
  metadata: {teaches: danger}
  examples: |
    - how much is [PRP](treatment)
- lookup: treatment
  examples: |
    - prp
- synonym: prp
  examples: |
    - platelets
- regex: price
  examples: |
    - \\d+ dollars
"""


@pytest.fixture
def file(tmp_path):
    """Return a file with every kind of block."""
    path = tmp_path / "cost.yml"
    path.write_text(EXAMPLES, encoding="utf-8")
    return path


@pytest.fixture
def kept(tmp_path):
    """Return a place where files are kept."""
    return tmp_path / "models" / "files.json"


@pytest.fixture
def read(monkeypatch):
    """Return the names of the files that Rasa has read itself."""
    names = []
    rasas = loading._load

    def noted(filename, language="en"):
        names.append(filename)
        return rasas(filename, language)

    monkeypatch.setattr(loading, "_load", noted)
    return names


def load(file, kept):
    """Load a file as training does."""
    with kept_files(Kept(kept)):
        return loading.load_data(str(file))


def test_unchanged_file_is_not_read_again_and_gives_the_same(file, kept, read):
    """Each message, synonym, table and expression."""
    first, second = load(file, kept), load(file, kept)

    assert read == [str(file)]
    assert second.fingerprint() == first.fingerprint()
    assert [one.data for one in second.training_examples] == [one.data for one in first.training_examples]
    assert second.entity_synonyms == first.entity_synonyms == {"platelets": "prp"}


def test_changed_file_is_read_again(file, kept, read):
    """By its content, whatever its date."""
    load(file, kept)
    file.write_text(EXAMPLES.replace("how much", "what price"), encoding="utf-8")

    found = load(file, kept)

    assert [example.get("text") for example in found.training_examples] == ["what price is PRP"]
    assert read == [str(file)] * 2


@pytest.mark.parametrize("content", ["", "{", "[]", '{"key": 1}', '{"key": "other", "results": {}}', "\x00\xff"])
def test_broken_or_foreign_file_is_made_anew(file, kept, read, content):
    """Whatever is in the place of what was kept."""
    load(file, kept)
    right = kept.read_text(encoding="utf-8")
    kept.write_text(content, encoding="utf-8")

    found = load(file, kept)

    assert len(found.training_examples) == 1
    assert kept.read_text(encoding="utf-8") == right


def test_what_rasa_says_of_a_file_it_says_every_time(file, kept):
    """A mistake must not fall silent because it was made before."""
    file.write_text(EXAMPLES.replace("    - how", "    how"), encoding="utf-8")
    heard = []
    for _ in range(2):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            load(file, kept)
        heard.append([str(one.message) for one in caught if "doesn't start with" in str(one.message)])

    assert len(heard[0]) == 1
    assert heard[1] == heard[0]


def test_rasa_reads_files_itself_afterwards(file, kept):
    """The change lasts as long as the training."""
    before = loading.load_data
    load(file, kept)

    assert loading.load_data is before


@pytest.mark.slow(reason="reads all training files of the project twice")
def test_projects_files_are_kept_whole(kept):
    """None of the project's own files holds what would not come back."""
    files = sorted(project_path("data/nlu").rglob("*.yml"))
    fingerprints = []
    for _ in range(2):
        with kept_files(Kept(kept)):
            fingerprints.append([loading.load_data(str(path)).fingerprint() for path in files])

    assert len(Kept(kept).read()) == len(files)
    assert fingerprints[1] == fingerprints[0]
