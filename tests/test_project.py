"""Holds the project together: names in YAML, code, tests and documents agree (STYLE rule 12)."""

from __future__ import annotations

import importlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actions.base import Slots
from bot.cli.main import COMMANDS
from bot.clinic import Clinic, load_clinic
from bot.confidence import ANSWER_FROM
from bot.knowledge.files.content import load_content
from bot.knowledge.files.heard import FILE as HEARD
from bot.knowledge.files.heard import Heard
from bot.settings import ROOT
from bot.vocabulary import INTENT_PREFIX, REPORTS, ActionNames, Entities, Intents, Responses
from bot.written_questions import FOLDER as ASKED
from bot.written_questions import written_questions
from bot.yaml_file import plain, read_names, read_yaml
from tests.factories import day

FEWEST_EXAMPLES = 25
BUILT_IN = {"action_listen", "action_restart", "action_session_start", "action_default_fallback"}
NOT_OURS = {".git", ".tools", "node_modules", "var", "models", "__pycache__"}

DOMAIN: dict[str, Any] = plain(read_yaml(ROOT / "domain.yml"))
CONTENT = load_content(ROOT / "data" / "knowledge")


def _values(names: type) -> set[str]:
    return {value for name, value in vars(names).items() if not name.startswith("_")}


def _intents() -> set[str]:
    return {next(iter(intent)) if isinstance(intent, dict) else intent for intent in DOMAIN["intents"]}


def _examples() -> dict[str, list[str]]:
    """Give the training examples of each intent."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "data" / "nlu").rglob("*.yml")):
        for block in plain(read_yaml(path)).get("nlu") or []:
            if "intent" in block:
                lines = (line.strip().removeprefix("- ").strip() for line in block["examples"].splitlines())
                found[block["intent"]].extend(line for line in lines if line and not line.startswith("#"))
    return found


def _steps() -> Iterator[tuple[str, str]]:
    """Give every step of the rules as (what, name)."""
    for path in (ROOT / "data" / "rules").glob("*.yml"):
        read = plain(read_yaml(path))
        for flow in read["rules"]:
            for step in flow["steps"]:
                for part in step.get("or", [step]):
                    yield from ((what, str(name)) for what, name in part.items() if what in {"intent", "action"})


def _source_files(*folders: str, suffixes: tuple[str, ...] = (".py",)) -> list[Path]:
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in suffixes and "__pycache__" not in path.parts
    ]


def _project_files() -> Iterator[Path]:
    """Give every text file of the project, without environments, databases and trained models."""
    for top in sorted(ROOT.iterdir()):
        if top.name in NOT_OURS or top.name.startswith(".venv") or top.name.endswith("_cache"):
            continue
        paths = [top] if top.is_file() else sorted(top.rglob("*"))
        yield from (path for path in paths if path.is_file() and not NOT_OURS & set(path.relative_to(ROOT).parts))


def _normalised(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _held_out() -> dict[str, str]:
    """Give the questions that training must never see, normalised, with where they stand."""
    found: dict[str, str] = {}
    for path in (*(ROOT / "tests" / "nlu").glob("*.tsv"), *(ROOT / "tests" / "triage_set").glob("*red_flags.tsv")):
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        column = header.split("\t").index("text")
        found.update({_normalised(row.split("\t")[column]): path.name for row in rows if row})
    facts = plain(read_yaml(ROOT / "tests" / "facts" / "seed_facts.yml"))["facts"]
    found.update({_normalised(fact["question"]): fact["id"] for fact in facts})
    # A single word such as "stop" is no question that could be kept back.
    return {text: place for text, place in found.items() if " " in text}


# The domain, the code and the flows.


def test_every_action_has_one_class_and_every_class_its_action():
    """The action server and Rasa know the same actions."""
    for path in _source_files("actions"):
        importlib.import_module(f"actions.{path.stem}" if path.stem != "__init__" else "actions")
    base = importlib.import_module("actions.base").ClinicAction

    names = Counter(found().name() for found in base.__subclasses__() if found.__module__.startswith("actions."))

    assert names == Counter(DOMAIN["actions"])
    assert set(names) == _values(ActionNames)


def test_slots_are_those_of_the_domain():
    """A slot under another name would silently stay empty."""
    assert _values(Slots) == set(DOMAIN["slots"])


def test_intents_and_entities_that_code_asks_for_are_in_the_domain():
    """The fallback is Rasa's own."""
    entities = {next(iter(entity)) if isinstance(entity, dict) else entity for entity in DOMAIN["entities"]}

    assert _values(Intents) - {Intents.FALLBACK} <= _intents()
    assert _values(Entities) == entities


def test_every_wording_that_code_asks_for_is_in_the_domain():
    """A missing one would be an error before a patient's eyes."""
    assert _values(Responses) - set(DOMAIN["responses"]) == set()


def test_every_wording_of_the_domain_is_used():
    """By a rule or code; a wording that nobody reads is not kept up."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in _source_files("bot", "actions"))
    in_code = {value for name, value in vars(Responses).items() if re.search(rf"\bResponses\.{name}\b", code)}
    in_flows = {name for what, name in _steps() if what == "action"}

    # One wording for each value that clinic.yml may leave empty: FixedResponses.unset adds the value's name.
    of_values = {f"{Responses.UNSET}_{name}" for name in Clinic.model_fields}
    # One wording for each language that has its own: actions/declining.py adds the language's code to the name.
    in_language = {
        name for name in DOMAIN["responses"] if re.fullmatch(rf"{Responses.OTHER_LANGUAGE}_[a-z]{{2}}", name)
    }

    # What is said because of a message's words stands in heard.yml.
    heard = Heard.from_file(ROOT / "data" / "knowledge" / HEARD).wordings

    assert set(DOMAIN["responses"]) - in_code - in_flows - in_language - of_values - heard == set()
    assert heard <= set(DOMAIN["responses"])


def test_every_action_of_a_rule_exists():
    """Rasa trains on a misspelt one without a word."""
    known = {*DOMAIN["actions"], *DOMAIN["responses"], *BUILT_IN}

    assert {name for what, name in _steps() if what == "action"} <= known


def test_every_intent_is_handled_by_a_rule():
    """And no rule waits for an intent that cannot come."""
    handled = {name for what, name in _steps() if what == "intent"}

    assert handled == _intents() | {Intents.FALLBACK}


def test_rasas_thresholds_are_those_of_the_code():
    """Each answers a different part of one message by it: they would contradict each other."""
    config = plain(read_yaml(ROOT / "config.yml"))
    parts = {part["name"].rpartition(".")[2]: part for part in (*config["pipeline"], *config["policies"])}
    rasas = {
        "FallbackClassifier: threshold": parts["FallbackClassifier"]["threshold"],
        "RulePolicy: core_fallback_threshold": parts["RulePolicy"]["core_fallback_threshold"],
    }

    others = {name: value for name, value in rasas.items() if value != ANSWER_FROM}

    assert others == {}, f"config.yml says {others}, ANSWER_FROM in bot/confidence.py is {ANSWER_FROM}: make them equal"


def test_rasa_takes_no_file_of_the_content_for_training_data():
    """It looks for these keys in every file of data/, and `rasa data validate` would end in an error."""
    rasas = {"nlu", "rules", "stories", "intents", "entities", "slots", "responses", "actions", "forms"}
    taken = {path.name: rasas & read_yaml(path).keys() for path in (ROOT / "data" / "knowledge").rglob("*.yml")}

    assert {name: keys for name, keys in taken.items() if keys} == {}


def _test_stories() -> list[dict[str, Any]]:
    """Give Rasa's test stories."""
    stories: list[dict[str, Any]] = plain(read_yaml(ROOT / "tests" / "test_stories.yml"))["stories"]
    return stories


def test_every_intent_has_a_test_story():
    """What Rasa's own test never plays is not known to work; the reports of a danger are all one to Rasa."""
    tested = {step["intent"] for story in _test_stories() for step in story["steps"] if "intent" in step}

    assert tested == (_intents() - REPORTS) | {Intents.FALLBACK}


def test_no_sentence_of_a_test_story_is_known_from_elsewhere():
    """A story of sentences that were learnt, or kept back for measuring, would test nothing or spoil the measure."""
    said = {step["user"] for story in _test_stories() for step in story["steps"] if "user" in step}
    sentences = {_normalised(re.sub(r"\[([^]]*)\](\([^)]*\)|\{[^}]*\})", r"\1", text)) for text in said}
    learnt = {_normalised(example) for examples in _examples().values() for example in examples}

    assert sentences & (learnt | set(_held_out())) == set()


# Topics, training examples and held-out questions.


def test_every_topic_has_an_intent_and_every_question_intent_a_topic():
    """A topic's slug is its intent without "ask_"."""
    asking = {name.removeprefix(INTENT_PREFIX) for name in _intents() if name.startswith(INTENT_PREFIX)}

    assert asking - {"person"} == {topic.slug for topic in CONTENT.topics}


@pytest.mark.parametrize("topic", [topic.slug for topic in CONTENT.topics])
def test_every_topic_has_a_training_file_with_enough_examples(topic: str):
    """Each example once, and all of the file's own intent."""
    (block,) = plain(read_yaml(ROOT / "data" / "nlu" / "topics" / f"{topic}.yml"))["nlu"]
    examples = [_normalised(line) for line in block["examples"].splitlines() if line.startswith("- ")]

    assert block["intent"] == INTENT_PREFIX + topic
    assert len(examples) >= FEWEST_EXAMPLES
    assert [text for text, times in Counter(examples).items() if times > 1] == []


def test_every_intent_has_examples_and_every_example_an_intent_of_the_domain():
    """An intent without examples is never found."""
    assert set(_examples()) == _intents()


def test_no_example_stands_under_two_intents():
    """It would teach that two meanings are one."""
    intents_of: dict[str, set[str]] = defaultdict(set)
    for intent, examples in _examples().items():
        for example in examples:
            intents_of[_normalised(example)].add(intent)

    assert {text: sorted(intents) for text, intents in intents_of.items() if len(intents) > 1} == {}


def test_no_held_out_question_is_in_the_training_data():
    """What is measured on must not be learnt by heart."""
    held_out = _held_out()
    learnt = {
        example: f"{held_out[_normalised(example)]} and {intent}"
        for intent, examples in _examples().items()
        for example in examples
        if _normalised(example) in held_out
    }

    assert learnt == {}


def test_no_question_of_a_test_set_was_written_for_a_paragraph():
    """Nor those of other voices and on single facts, for which the written questions are there."""
    sets = [path for folder in ("nlu/other_voices", "facts") for path in (ROOT / "tests" / folder).glob("*.tsv")]
    rows = [row.split("\t") for path in sets for row in path.read_text(encoding="utf-8").splitlines()]
    measured = set(_held_out()) | {_normalised(row[1]) for row in rows if len(row) > 1}
    measured = {text for text in measured if " " in text}
    written = {_normalised(one.question) for one in written_questions(ROOT / "data" / "knowledge" / ASKED)}

    assert len(measured) > len(rows) > 1000
    assert written & measured == set()


def test_every_topic_has_held_out_questions():
    """A topic that is not measured gets worse unseen."""
    header, *rows = (ROOT / "tests" / "nlu" / "questions.tsv").read_text(encoding="utf-8").splitlines()
    measured = Counter(row.split("\t")[header.split("\t").index("topic")] for row in rows if row)

    assert {topic.slug: measured[topic.slug] for topic in CONTENT.topics if measured[topic.slug] < 3} == {}


def test_treatments_of_the_training_data_are_those_of_the_content():
    """A synonym for a treatment that no answer lists leads nowhere."""
    blocks = plain(read_yaml(ROOT / "data" / "nlu" / "treatments.yml"))["nlu"]

    assert {block["synonym"] for block in blocks if "synonym" in block} <= {t.slug for t in CONTENT.treatments}


def test_conditions_that_answers_list_are_those_that_messages_name():
    """Another spelling would never be found in a message, and "not named" be said of what is."""
    blocks = [
        block
        for name in ("conditions", "body_parts")
        for block in plain(read_yaml(ROOT / "data" / "nlu" / f"{name}.yml"))["nlu"]
    ]
    known = {block["synonym"] for block in blocks if "synonym" in block}
    listed = {name for entry in CONTENT.answers for part in entry.listed or () for name in part.conditions}

    assert listed | set(read_names(ROOT / "data" / "knowledge" / "condition_names.yml")) <= known


def test_medicines_that_have_a_name_are_those_that_messages_name():
    """Another spelling would name nothing."""
    blocks = plain(read_yaml(ROOT / "data" / "nlu" / "medicines.yml"))["nlu"]

    assert set(read_names(ROOT / "data" / "knowledge" / "medicine_names.yml")) <= {b.get("synonym") for b in blocks}


def test_every_language_of_the_wordings_and_of_the_clinic_has_a_name():
    """Or a patient would read its code."""
    names = read_names(ROOT / "data" / "knowledge" / "language_names.yml")
    own = f"{Responses.OTHER_LANGUAGE}_"
    spoken = {name.removeprefix(own) for name in DOMAIN["responses"] if name.startswith(own)}

    assert spoken | set(load_clinic(ROOT / "clinic.yml").languages) <= set(names)


def test_the_first_questions_of_the_chat_are_topics():
    """One that is none would silently not be offered."""
    clinic = load_clinic(ROOT / "clinic.yml")

    assert {topic for topic, _treatment in clinic.first_asked()} <= {topic.slug for topic in CONTENT.topics}
    assert {treatment for _topic, treatment in clinic.first_asked()} == set(clinic.treatments)


# Answers.


def test_every_answer_has_a_citation_and_a_review_due_in_the_future():
    """Or it would not be served, or should not be."""
    overdue = [entry.id for entry in CONTENT.answers if entry.review.due <= day(0)]
    unfounded = [entry.id for entry in CONTENT.answers if not entry.short.cites]

    assert (overdue, unfounded) == ([], [])


# Documents.


def test_every_setting_is_documented():
    """The table of settings in docs/operations.md names each variable that the code reads."""
    read = _source_files("bot", "actions")
    read += [ROOT / "frontdesk", *ROOT.glob("*.yml")]
    settings = {name for path in read for name in re.findall(r"\bFRONTDESK_[A-Z_]+\b", path.read_text("utf-8"))}

    documented = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

    assert [name for name in sorted(settings) if name not in documented] == []


def test_every_command_is_in_the_readme():
    """As it is typed."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [name for name in COMMANDS if not re.search(rf"frontdesk {name}\b", readme)] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_loaded(name: str):
    """A command is imported only when it is called, so nothing else would notice."""
    assert importlib.import_module(f"bot.cli.commands.{COMMANDS[name].module}").command.name == name


# Files.


def test_no_file_names_a_package_index():
    """The project installs with whatever index a machine is set up for."""
    parts = (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("yarnpkg", "com"), ("pytorch", "org"))
    hosts = re.compile("|".join(re.escape(".".join(part)) for part in parts))
    options = re.compile(r"--(extra-)?index-url\b|\bindex-url\s*=|\"resolved\":\s*\"http")
    found = []
    for path in _project_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if hosts.search(text) or (options.search(text) and path != Path(__file__).resolve()):
            found.append(str(path.relative_to(ROOT)))

    assert found == []
