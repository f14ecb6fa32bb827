"""Whoever wants no more texts is heard in any words; whoever asks about stopping anything else is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.settings import ROOT, load_settings
from bot.short_replies import OptOutSentences
from bot.yaml_file import read_yaml

SET = read_yaml(ROOT / "tests" / "opt_out_set.yml")
THINGS = """
    aspirin | my blood thinner | ibuprofen | metformin | smoking | therapy | the injections | PRP | prolotherapy
    the pain | the bleeding | my exercises | la aspirina | el ibuprofeno | la medicina | el tratamiento
    las inyecciones | la terapia | de fumar"""
FRAMES = """
    should I stop {} | stop {} | when do I stop {}? | I want to stop {} | I don't want any more {} | no more {}
    I don't want {} anymore | can I quit {} before? | please stop {} | I'm tired of {} | take me off {} | cancel {}
    do I have to stop {} if you text me | my doctor said to stop {} | remove {} | I no longer need {}
    debo dejar {} | dejo {} | ya no quiero {} | no quiero {} | cuando paro {} | cancelen {} | estoy harto de {}
    quiten {} | basta de {} | me quitaron {}"""


STRANGERS = ROOT / "tests" / "opt_outs_of_strangers.tsv"
"""Written by somebody who knew no rule; the rules are never mended by a row of it."""
HEARD_AT_FIRST_SIGHT, TAKEN_WRONGLY = 33, 1
"""Of 60 each; what the understanding hears besides is not counted (docs/sms.md)."""


@pytest.fixture(scope="module")
def sentences() -> OptOutSentences:
    """Give what reads them."""
    return OptOutSentences.from_folder(load_settings({}).knowledge_path)


def _listed(texts: str) -> list[str]:
    return [text.strip() for line in texts.strip().splitlines() for text in line.split("|")]


def _cases(kind: str) -> list[str]:
    return [str(text) for texts in SET[kind].values() for text in texts]


@pytest.mark.parametrize("text", _cases("opt_out"))
def test_an_opt_out_is_heard(sentences: OptOutSentences, text: str):
    """In English and Spanish."""
    assert sentences.reads(text) is not None


@pytest.mark.parametrize("text", _cases("harmless"))
def test_what_only_sounds_like_it_is_none(sentences: OptOutSentences, text: str):
    """The same words, about something else."""
    assert sentences.reads(text) is None


def test_stopping_a_medicine_or_a_treatment_is_never_an_opt_out(sentences: OptOutSentences):
    """In whatever words it is asked or wished for."""
    texts = [frame.format(thing) for frame in _listed(FRAMES) for thing in _listed(THINGS)]

    assert len(texts) > 400
    assert [text for text in texts if sentences.reads(text) is not None] == []


def test_strangers_are_heard_no_less_than_at_first_sight(sentences: OptOutSentences):
    """What they say of other things is taken for an opt-out no more often."""
    rows = [line.split("\t") for line in STRANGERS.read_text(encoding="utf-8").splitlines()[1:]]
    heard = {
        wants_out: sum(sentences.reads(text) is not None for _, wants, text in rows if wants == wants_out)
        for wants_out in ("yes", "no")
    }

    assert heard["yes"] >= HEARD_AT_FIRST_SIGHT
    assert heard["no"] <= TAKEN_WRONGLY


def test_a_question_to_the_clinic_is_never_an_opt_out(sentences: OptOutSentences):
    """Of a thousand that other people wrote."""
    lines = (ROOT / "tests" / "nlu" / "questions.tsv").read_text(encoding="utf-8").splitlines()
    questions = [line.split("\t")[1] for line in lines[1:]]

    assert len(questions) > 900
    assert [text for text in questions if sentences.reads(text) is not None] == []


@pytest.mark.parametrize(
    "text",
    [
        "don't stop texting me",
        "please do not remove me from your list",
        "no dejen de escribirme",
        "I did not mean to unsubscribe",
        "don't text me before 9 am",
        "stop texting me at night",
        "no me escriban por la noche",
        "why did you stop texting me",
        "did you stop sending reminders?",
        "don't bother",
        "needles don't bother me",
        "if I opt out, do I lose my appointment",
        "it hurts, stop",
    ],
)
def test_what_is_turned_round_or_limited_is_left_to_be_understood(sentences: OptOutSentences, text: str):
    """Not every wish about texts is one for none at all."""
    assert sentences.reads(text) is None


@pytest.mark.parametrize(
    ("text", "says_more"),
    [
        ("stop texting me", False),
        ("wrong number, please stop texting me", False),
        ("stop texting me because I moved away", False),
        ("stop texting me. how much do I owe?", True),
        ("no me escriban m\u00e1s. quiero hablar con el doctor", True),
    ],
)
def test_what_it_says_besides_is_for_staff(sentences: OptOutSentences, text: str, says_more: bool):
    """And what belongs to the opt-out is not."""
    wish = sentences.reads(text)

    assert wish is not None
    assert wish.says_more is says_more


def test_a_folder_without_the_file_goes_by_the_project(tmp_path: Path):
    """And one with a broken one is refused."""
    assert OptOutSentences.from_folder(tmp_path).reads("unsubscribe me") is not None
    (tmp_path / "opting_out.yml").write_text("cease: {en: [(stop)]}")
    with pytest.raises(ContentError):
        OptOutSentences.from_folder(tmp_path)
