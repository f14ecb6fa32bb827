"""What the tests in Rasa's environment share: a small training set of their own and a place to keep models."""

from __future__ import annotations

from bot.nlu.server.quiet import prepare_environment

# Rasa reads the environment while it is imported.
prepare_environment()

import pytest  # noqa: E402
from rasa.engine.graph import ExecutionContext, GraphSchema  # noqa: E402
from rasa.engine.storage.local_model_storage import LocalModelStorage  # noqa: E402
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader  # noqa: E402
from rasa.shared.nlu.training_data.loading import load_data  # noqa: E402

from bot.nlu.knowledge import ANSWERS, TOPICS, TREATMENTS, paragraphs  # noqa: E402
from bot.nlu.project import project_path  # noqa: E402
from bot.paragraphs import paragraph_key  # noqa: E402
from bot.process.memory import keep_what_stays  # noqa: E402

TRAINING_DATA = """
version: "3.1"
nlu:
- intent: ask_cost
  examples: |
    - how much does prolotherapy cost
    - what is the price of prp
    - price list please
    - what do you charge for a session
    - how expensive are the injections
- intent: ask_safety
  examples: |
    - is prp safe
    - is it safe
    - are the injections dangerous
    - how safe is prolotherapy for older people
    - is there any danger in it
- intent: ask_session_count
  examples: |
    - how many sessions will I need
    - how many prp injections are usual
    - number of treatments needed
    - how often do I have to come back for sessions
    - will one session be enough
- intent: ask_medications_before
  examples: |
    - do I have to stop aspirin before the injection
    - can I take celebrex before my appointment
    - which medicines should I stop before prp
    - should I stop blood thinners first
- intent: greet
  examples: |
    - hello
    - hi there
    - good morning
    - hey
- intent: out_of_scope
  examples: |
    - what is the weather tomorrow
    - tell me a joke
    - do you sell shoes
    - who won the game last night
- intent: report_emergency
  examples: |
    - I can't breathe
    - my lips are swelling
    - she won't wake up
    - my chest hurts badly
- intent: report_urgent
  examples: |
    - my knee is hot and red
    - I have a fever since the shot
    - pus is coming out
    - my calf is swollen
- intent: report_crisis
  examples: |
    - I want to die
    - I am going to kill myself
    - I don't want to live
- lookup: treatment
  examples: |
    - prolotherapy
    - prp
    - platelet rich plasma
    - bone marrow concentrate
    - steroid injection
    - cortisone
- lookup: body_part
  examples: |
    - knee
    - bone
    - elbow
- lookup: condition
  examples: |
    - tennis elbow
    - knee arthritis
- lookup: medicine
  examples: |
    - aspirin
    - celebrex
    - celexa
    - cortisone
- synonym: prp
  examples: |
    - prp
    - platelet rich plasma
- synonym: stem_cell
  examples: |
    - bone marrow concentrate
- synonym: steroid_injection
  examples: |
    - steroid injection
    - cortisone
"""

WRITTEN_QUESTION = "would a goldfish glow in the aquarium"
"""It shares no word with the paragraph that it is written for."""


def pytest_collection_finish():
    """Rasa and what it imports stay: no look for garbage has to go through them."""
    keep_what_stays()


@pytest.fixture(scope="session")
def training_data():
    """Return a small training set with every kind of block."""
    return RasaYAMLReader().reads(TRAINING_DATA)


@pytest.fixture(scope="session")
def a_paragraph():
    """Return a paragraph of the project's answers."""
    return paragraphs(*(project_path(path) for path in (ANSWERS, TOPICS, TREATMENTS)))[0]


@pytest.fixture(scope="session")
def one_question(tmp_path_factory, a_paragraph):
    """Return a folder with a question written for it: all 17,000 would be read anew with the small training set."""
    folder = tmp_path_factory.mktemp("asked")
    (folder / "forum.tsv").write_text(
        f"paragraph\tquestion\n{paragraph_key(a_paragraph.text)}\t{WRITTEN_QUESTION}\n", "utf-8"
    )
    return folder


@pytest.fixture(scope="session")
def project_data():
    """Return the project's own training data, for looking only: reading them takes seconds."""
    return load_data(str(project_path("data/nlu")))


@pytest.fixture
def model_storage(tmp_path):
    """Return a place where components keep what they learn."""
    return LocalModelStorage(tmp_path)


@pytest.fixture(scope="session")
def execution_context():
    """Return what Rasa passes to every component."""
    return ExecutionContext(GraphSchema({}), "test")
