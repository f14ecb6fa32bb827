"""Whoever wants no more texts is heard in words that nobody listed; what is unsure is asked about, not obeyed."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.opt_outs import fitting
from bot.opt_outs.features import KINDS_FILE, Features
from bot.opt_outs.judge import CARD_FILE, FOLDER, TEXTS_FILE, WEIGHTS_FILE, OptOutJudge, load_judge
from bot.settings import ROOT, load_settings
from bot.short_replies import OptOutSentences

BLIND = ROOT / "tests" / "opt_outs_blind.tsv"
"""Written before the judge was fitted, in manners that it had no texts of; nothing is mended by a row of it."""
STRANGERS = ROOT / "tests" / "opt_outs_of_strangers.tsv"
"""Written by somebody who knew neither rules nor texts; as above."""


@pytest.fixture(scope="module")
def judge() -> OptOutJudge:
    """Give the project's."""
    return load_judge(ROOT)


@pytest.fixture(scope="module")
def parts() -> OptOutSentences:
    """Give what hears an opt-out by its parts."""
    return OptOutSentences.from_folder(load_settings({}).knowledge_path)


def _rows(path: Path) -> list[dict[str, str]]:
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    return [dict(zip(head.split("\t"), line.split("\t"), strict=True)) for line in lines]


def _outcomes(judge: OptOutJudge, parts: OptOutSentences, texts: list[str]) -> Counter[str]:
    """Count what becomes of texts: obeyed by parts or judge, asked about, or passed over."""
    return Counter(
        "obeyed" if parts.reads(text) is not None or judge.is_sure(text) else "asked" if judge.is_unsure(text) else ""
        for text in texts
    )


def _of(path: Path, wants_out: str, **where: str) -> list[str]:
    rows = [row for row in _rows(path) if row["wants_out"] == wants_out]
    return [row["text"] for row in rows if all(row[name] == value for name, value in where.items())]


@pytest.mark.parametrize(("language", "heard"), [("en", 0.90), ("es", 0.85)])
def test_opt_outs_that_nobody_had_in_mind_are_heard(
    judge: OptOutJudge, parts: OptOutSentences, language: str, heard: float
):
    """Obeyed, or asked about: the second round was written before the judge was fitted to what it learned last."""
    texts = _of(BLIND, "yes", round="2", language=language)

    outcomes = _outcomes(judge, parts, texts)

    assert (outcomes["obeyed"] + outcomes["asked"]) / len(texts) >= heard
    assert outcomes["obeyed"] / len(texts) >= 0.75


def test_what_only_sounds_like_one_is_not_obeyed(judge: OptOutJudge, parts: OptOutSentences):
    """In at most two of a hundred, in either language."""
    assert _outcomes(judge, parts, _of(BLIND, "no", round="2"))["obeyed"] <= 2
    assert _outcomes(judge, parts, _of(BLIND, "no", round="1"))["obeyed"] <= 2


def test_strangers_are_heard(judge: OptOutJudge, parts: OptOutSentences):
    """Of their 60 the parts alone obey 33."""
    outcomes = _outcomes(judge, parts, _of(STRANGERS, "yes"))

    assert outcomes["obeyed"] >= 52
    assert outcomes["obeyed"] + outcomes["asked"] >= 56
    assert _outcomes(judge, parts, _of(STRANGERS, "no"))["obeyed"] <= 2


def test_a_patients_question_is_no_opt_out(judge: OptOutJudge, parts: OptOutSentences):
    """Of those that it did not learn from, hardly one is even asked about."""
    unseen = [one.text for one in fitting.ordinary_examples(ROOT / "data", learned=False)][::20]

    outcomes = _outcomes(judge, parts, unseen)

    assert len(unseen) > 900
    assert outcomes["obeyed"] <= 2
    assert outcomes["asked"] <= len(unseen) // 50


@pytest.mark.parametrize(
    "text",
    [
        "should I stop taking my aspirin?",
        "the pain doesn't stop",
        "please cancel my appointment on Friday",
        "don't call me, text me",
        "can I stop by the clinic at noon",
        "no",
        "start again",
        "quiero cancelar mi cita",
        "no deja de doler",
    ],
)
def test_another_thing_that_is_to_stop_is_left_alone(judge: OptOutJudge, text: str):
    """It is neither obeyed nor asked about."""
    assert not judge.is_sure(text)
    assert not judge.is_unsure(text)


def test_a_long_text_is_an_opt_out_by_one_of_its_sentences(judge: OptOutJudge):
    """And what else it says is for staff."""
    text = (
        "My son drove me in last week and the young man at the desk was very kind about the parking. "
        "Please stop texting me. What do I still owe you for the second visit to Dr. Lee?"
    )

    assert judge.is_sure(text)
    assert judge.says_more(text)
    assert not judge.says_more("please stop texting me")


def test_no_text_at_all_is_no_opt_out(judge: OptOutJudge):
    """Nor are marks, or more than anybody types."""
    assert judge.chance("") == 0.0
    assert judge.chance("?!") < 0.3
    assert judge.chance("knee " * 5000) < 0.3


def test_the_same_texts_give_the_same_judge(parts: OptOutSentences):
    """Nothing is drawn by lot."""
    features = Features(ROOT / FOLDER / KINDS_FILE, parts)
    some = fitting.written_examples(ROOT / FOLDER)[::20]

    first, second = (fitting.fit(features, some) for _ in range(2))

    assert first.chance("stop these") == second.chance("stop these")


def test_what_was_written_for_it_is_not_what_measures_it():
    """No row of a measuring set is among its texts."""
    learned = {one.text.casefold() for one in fitting.written_examples(ROOT / FOLDER)}

    assert len(learned) > 2500
    assert [row["id"] for path in (BLIND,) for row in _rows(path) if row["text"].casefold() in learned] == []


def test_files_that_do_not_belong_together_are_refused(tmp_path: Path):
    """A file that was changed, and one that is missing."""
    folder = tmp_path / FOLDER
    shutil.copytree(ROOT / FOLDER, folder, ignore=shutil.ignore_patterns(TEXTS_FILE))
    with (folder / KINDS_FILE).open("a", encoding="utf-8") as file:
        file.write("more: [word]\n")
    with pytest.raises(ContentError, match=KINDS_FILE):
        load_judge(tmp_path)

    (folder / WEIGHTS_FILE).unlink()
    with pytest.raises(ContentError, match="cannot be read"):
        load_judge(tmp_path)


def test_a_kind_without_words_is_refused(tmp_path: Path, parts: OptOutSentences):
    """With its line."""
    broken = tmp_path / KINDS_FILE
    broken.write_text("end: stop\n", encoding="utf-8")

    with pytest.raises(ContentError, match="list of words"):
        Features(broken, parts)


def test_its_card_says_what_it_learned_from():
    """As many texts as there are."""
    card = json.loads((ROOT / FOLDER / CARD_FILE).read_text(encoding="utf-8"))
    written = Counter(
        f"{one.language} {'opt-out' if one.wants_out else 'other'}" for one in fitting.written_examples(ROOT / FOLDER)
    )

    assert {name: count for name, count in card["trained_on"].items() if name != "ordinary"} == written


@pytest.mark.parametrize("word", ["more", "no", "enough", "mas"])
def test_nobody_is_asked_over_a_single_word(judge: OptOutJudge, word: str):
    """It is told too little by one; "stop" and its like are on the carriers' list."""
    assert not judge.is_unsure(word)
