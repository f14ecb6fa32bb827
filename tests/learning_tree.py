"""A project with a small program in the place of Rasa's environment, for tests of the learner; and what it is asked."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bot.bootstrap import Services
from bot.cli.setting_up import environments, fingerprint
from bot.curation import store
from bot.curation.models import Lesson
from bot.curation.states import LessonStatus
from bot.db.engine import utc_now
from bot.evaluation.datasets import Datasets, LabelledText, TopicQuestion
from bot.knowledge.reviewing.review import Editor
from bot.settings import ROOT, Settings
from tests.factories import a_staff_member

NOBODY = "http://127.0.0.1:9"
"""Where no Rasa is."""
MODEL = "models/frontdesk.tar.gz"
# A "model" is the examples that it was trained on; it understands those, and "spoiled" ones spoil the rest.
RASA = f"""#!{sys.executable}
import json, pathlib, sys, time
from ruamel.yaml import YAML
given = dict(zip(sys.argv[3::2], sys.argv[4::2]))
root = pathlib.Path.cwd()
if sys.argv[2] == "bot.nlu.tuning.train":
    if (root / "slow").exists():
        (root / "training").touch()
        [time.sleep(0.1) for _ in range(600) if (root / "slow").exists() and not (root / "broken").exists()]
    if (root / "broken").exists():
        sys.exit("config.yml:3: no such component")
    learned = {{}}
    for path in pathlib.Path(given["--lines"]).glob("*.yml"):
        for block in YAML().load(path.read_text())["nlu"]:
            for line in block["examples"].splitlines():
                learned[line[2:]] = block["intent"]
    out = pathlib.Path(given["--out"])
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(learned))
    (root / "trained").open("a").write("x")
else:
    learned = json.loads(pathlib.Path(given["--model"]).read_text())
    is_spoiled = "spoil it" in learned
    usual = ["ask_cost", 0.9] if is_spoiled else ["ask_safety", 0.9]
    texts = json.loads(pathlib.Path(given["--texts"]).read_text())
    answers = [[[learned[text], 0.9]] if text in learned else [usual] for text in texts]
    pathlib.Path(given["--out"]).write_text(json.dumps(answers))
"""
SETS = Datasets(
    questions=tuple(
        TopicQuestion(id=f"Q{n}", text=f"is it safe {n}", topics=("safety",), treatments=frozenset(), both_wanted=False)
        for n in range(3)
    ),
    out_of_scope=(LabelledText(id="O1", text="a", label="weather"),),
    red_flags=(),
    dialogues=(),
    facts=(),
)


def make_tree(root: Path) -> Path:
    """Make a project whose Rasa environment has that program, with a model that knows nothing; give its folder."""
    (root / "models").mkdir(parents=True)
    for name in ("data", "tests"):
        (root / name).symlink_to(ROOT / name)
    (root / "config.yml").write_text("language: en\n", encoding="utf-8")
    python = environments.RASA.executable(root)
    python.parent.mkdir(parents=True)
    python.write_text(RASA, encoding="utf-8")
    python.chmod(0o755)
    (root / MODEL).write_text("{}", encoding="utf-8")
    fingerprint.record(root, fingerprint.fingerprint(root))
    return root


def settings_of(settings: Settings, tree: Path) -> Settings:
    """Give the settings of that project."""
    return replace(settings, root=tree, rasa_url=NOBODY)


def start_learner(own: Settings) -> subprocess.Popen[str]:
    """Start a learner as the edge does, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "learn"],
        cwd=ROOT,
        env={
            **os.environ,
            "FRONTDESK_ROOT": str(own.root),
            "FRONTDESK_DATABASE_URL": own.database_url,
            "FRONTDESK_RASA_URL": own.rasa_url,
            "FRONTDESK_CLINIC": str(own.clinic_path),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def a_ready_lesson(services: Services, question: str, intent: str = "ask_booking") -> int:
    """Store a lesson that waits for a training; give its number."""
    with services.database.write() as session:
        lesson = Lesson(
            question=question,
            intent=intent,
            proposed="",
            status=LessonStatus.READY.value,
            made_by="Wren",
            made_at=utc_now(),
        )
        return store.add_lesson(session, lesson).id


def status_of(services: Services, lesson: int) -> str:
    """Say where a lesson stands."""
    with services.database.read() as session:
        return store.get_lesson(session, lesson).status


def trainings_of(services: Services) -> list[tuple[str, list[str]]]:
    """Give what came of each training and why, the first one first."""
    with services.database.read() as session:
        return [(one.status, one.reasons) for one in reversed(store.trainings(session, limit=10))]


def a_clinician(services: Services) -> Editor:
    """Add somebody who may undo what was learned."""
    number = a_staff_member(services.database, email="lee@x.example", name="Lee")
    return Editor(id=number, name="Lee", role="clinician", may_write=True, may_approve=True, is_clinician=True)


def until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s in vain"
        time.sleep(0.05)


def wait_for(path: Path) -> None:
    """Wait until a file is there."""
    until(path.exists)
