"""What a model has to pass before it goes live, and asking a model all of it, in Rasa's environment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from bot.cli.learning.model_files import digest
from bot.cli.setting_up import environments, setup
from bot.cli.steps import Step, run_logged
from bot.curation.gate import LEARNED, TAUGHT, Exam, Understood
from bot.curation.lines import CURATION
from bot.curation.models import Lesson
from bot.curation.states import NOT_FOR_US
from bot.evaluation.datasets import Datasets
from bot.vocabulary import INTENT_PREFIX

ASKED = CURATION / "asked"
"""What models answered before: the one in service need not be asked again each time."""
_MOST_KEPT = 6
TOPICS, STRAYS = "questions of our test set", "what is not for the assistant"


def exams_of(sets: Datasets, learned: Sequence[Lesson], taught: Sequence[Lesson]) -> list[Exam]:
    """Put the exam together: the project's own sets, the clinic's own questions, and what is to be learned now."""
    topics = [
        Exam(text=one.text, intents=tuple(f"{INTENT_PREFIX}{topic}" for topic in one.topics), figure=TOPICS)
        for one in sets.questions
    ]
    strays = [Exam(text=one.text, intents=(), figure=STRAYS) for one in sets.out_of_scope]
    return [*topics, *strays, *_of_lessons(learned, LEARNED), *_of_lessons(taught, TAUGHT)]


def _of_lessons(lessons: Sequence[Lesson], figure: str) -> list[Exam]:
    return [
        Exam(
            text=lesson.question,
            intents=() if lesson.intent in {None, NOT_FOR_US} else (str(lesson.intent),),
            figure=figure,
        )
        for lesson in lessons
    ]


def ask(root: Path, step: Step, model: Path, texts: Sequence[str]) -> list[Understood]:
    """Give what a model understands of texts, from what it answered before where it is the same model.

    Args:
        root: The project's folder.
        step: Where it is shown.
        model: The trained archive.
        texts: What to ask.

    Raises:
        StepError: It could not be asked; the message holds the last lines.
    """
    folder = root / ASKED
    folder.mkdir(parents=True, exist_ok=True)
    key = f"{digest(model)}"
    kept_file = folder / f"{key[:32]}.json"
    kept: dict[str, Understood] = json.loads(kept_file.read_text(encoding="utf-8")) if kept_file.is_file() else {}
    new = [text for text in dict.fromkeys(texts) if _key(text) not in kept]
    if new:
        answers = _ask(root, step, model, new)
        # By a digest of each text, so that no question of a patient lies about in a file.
        kept.update({_key(text): answer for text, answer in zip(new, answers, strict=True)})
        part = kept_file.with_suffix(".part")
        part.write_text(json.dumps(kept), encoding="utf-8")
        part.replace(kept_file)
        for old in sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)[:-_MOST_KEPT]:
            old.unlink()
    return [[(str(intent), float(sure)) for intent, sure in kept[_key(text)]] for text in texts]


def _ask(root: Path, step: Step, model: Path, texts: Sequence[str]) -> list[Understood]:
    asked, answered = root / ASKED / "texts.part", root / ASKED / "answers.part"
    asked.write_text(json.dumps(list(texts)), encoding="utf-8")
    try:
        python = str(environments.RASA.executable(root))
        command = [python, "-m", "bot.nlu.tuning.understand", "--model", str(model.resolve())]
        command += ["--texts", str(asked.resolve()), "--out", str(answered.resolve())]
        log = root / "var" / "log" / "understand.log"
        run_logged(command, what="asking the model", root=root, log=log, step=step, env=setup.QUIET_RASA)
        answers: list[Understood] = json.loads(answered.read_text(encoding="utf-8"))
        return answers
    finally:
        asked.unlink(missing_ok=True)
        answered.unlink(missing_ok=True)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
