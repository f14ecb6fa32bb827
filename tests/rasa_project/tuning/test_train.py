"""Training says which file and line is broken."""

from __future__ import annotations

import pytest

from bot.nlu.tuning import train

BROKEN = {
    "bad indentation": ('version: "3.1"\nnlu:\n- intent: ask_cost\n   examples: |\n    - how much\n', "cost.yml"),
    "unknown key": ('version: "3.1"\nnlu:\n- intent: ask_cost\n  exampels: |\n    - how much\n', "cost.yml:3"),
    "unclosed quotation mark": ('version: "3.1\nnlu:\n- intent: ask_cost\n', "cost.yml"),
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a project of one file each, which training takes for the real one."""
    monkeypatch.setattr(train, "PROJECT_ROOT", tmp_path)
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    (tmp_path / "config.yml").write_text(
        "recipe: default.v1\nassistant_id: test\nlanguage: en\npipeline:\n"
        "- name: bot.nlu.components.entity_rules.EntityRules\npolicies: []\n",
        encoding="utf-8",
    )
    (tmp_path / "domain.yml").write_text('version: "3.1"\nintents: [ask_cost]\n', encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("content", "place"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_yaml_names_its_file_and_line(project, capsys, content, place):
    """A typing error in data/ must be found at once."""
    (project / "data" / "nlu" / "cost.yml").write_text(content, encoding="utf-8")

    assert train.main(["--out", str(project / "model.tar.gz")]) == 1

    printed = capsys.readouterr()
    assert place in printed.err
    assert "line" in printed.err or ":3" in printed.err


def test_bad_setting_is_named(project, capsys):
    """A misspelt setting in config.yml stops training with its name."""
    config = project / "config.yml"
    text = config.read_text(encoding="utf-8").replace("EntityRules\n", "EntityRules\n  contacts: true\n")
    config.write_text(text, encoding="utf-8")
    (project / "data" / "nlu" / "cost.yml").write_text(
        'version: "3.1"\nnlu:\n- intent: ask_cost\n  examples: |\n    - how much\n    - price\n', encoding="utf-8"
    )

    assert train.main(["--out", str(project / "model.tar.gz")]) == 1
    assert "'contacts'" in capsys.readouterr().err


def test_other_file_name_is_refused(capsys):
    """Rasa would write its archive under another name."""
    assert train.main(["--out", "models/frontdesk.zip"]) == 1
    assert ".tar.gz" in capsys.readouterr().err


def test_what_staff_taught_is_read_too(project, capsys):
    """A slip in it is found like any other: the folder is no mere option."""
    (project / "data" / "nlu" / "cost.yml").write_text(
        'version: "3.1"\nnlu:\n- intent: ask_cost\n  examples: |\n    - how much\n    - price\n', encoding="utf-8"
    )
    (project / "taught").mkdir()
    content, place = BROKEN["unknown key"]
    (project / "taught" / "learned.yml").write_text(content, encoding="utf-8")

    assert train.main(["--out", str(project / "model.tar.gz"), "--lines", str(project / "taught")]) == 1
    assert place.replace("cost.yml", "learned.yml") in capsys.readouterr().err
