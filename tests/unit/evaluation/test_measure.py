"""Everything of the sets is asked, and each set gives its figures."""

from __future__ import annotations

import re

from bot.bootstrap import Services
from bot.evaluation.calibration import Judged
from bot.evaluation.datasets import (
    Datasets,
    ExpectedDialogue,
    ExpectedTurn,
    FactAsked,
    FactQuestion,
    LabelledText,
    TopicQuestion,
)
from bot.evaluation.measure import measure
from bot.evaluation.metrics import Share
from bot.reply import Citation, Reply
from bot.vocabulary import ReplyKind
from tests.factories import EMERGENCY
from tests.fakes import FakeRasa

SOURCE = Citation(number=1, id="leaflet", title="t", publisher="p", kind="clinic_page", address="x")
NOTHING = Datasets(questions=(), out_of_scope=(), red_flags=(), dialogues=(), facts=())
SETS = Datasets(
    questions=(
        TopicQuestion(id="Q1", text="price", topics=("cost",), treatments=frozenset({"prp"}), both_wanted=False),
        TopicQuestion(id="Q2", text="lost", topics=("safety",), treatments=frozenset(), both_wanted=False),
        TopicQuestion(id="D1", text="price", topics=("cost", "safety"), treatments=frozenset(), both_wanted=True),
    ),
    out_of_scope=(LabelledText(id="O1", text="price", label="spam"), LabelledText(id="O2", text="lost", label="spam")),
    red_flags=(LabelledText(id="r1", text=EMERGENCY, label="emergency", sign="breathing"),),
    dialogues=(
        ExpectedDialogue(
            id="C1",
            turns=(
                ExpectedTurn(text="price", topic="cost", treatments=None, kind="answer"),
                ExpectedTurn(text="lost", topic=None, treatments=None, kind="answer"),
            ),
        ),
    ),
    facts=(FactQuestion(id="F1", text="price", answer_id="prp.cost", sources=frozenset({"leaflet"})),),
    single_facts=(
        FactAsked(id="S1", text="price", told=re.compile("x")),
        FactAsked(id="S2", text="price", told=re.compile("five hundred")),
        FactAsked(id="S3", text="lost", told=re.compile(".")),
    ),
)


def reply_to(text: str) -> list[Reply]:
    """Answer the price, ask back on anything else."""
    if text != "price":
        return [Reply(kind=ReplyKind.CLARIFY, text="?")]
    return [
        Reply(
            kind=ReplyKind.ANSWER,
            text="x",
            topic="cost",
            treatments=("prp",),
            confidence=0.8,
            answer_id="prp.cost",
            citations=(SOURCE,),
        )
    ]


def counted(shares: tuple[Share, ...]) -> dict[str, tuple[int, int]]:
    """Hits and total of each."""
    return {share.name: (share.hits, share.total) for share in shares}


async def test_every_set_gives_its_figures(services: Services, rasa: FakeRasa):
    """Through the same road as the web chat."""
    rasa.answer = reply_to
    seen: list[tuple[str, int, int]] = []

    measured = await measure(services, SETS, lambda *told: seen.append(told))

    assert counted(measured.shares) == {
        "topic right": (1, 2),
        "answered with a wrong topic": (0, 2),
        "treatment right": (1, 1),
        "both questions found": (0, 1),
        "out of scope answered": (1, 2),
        "facts answered and cited": (1, 1),
        "single facts told": (1, 3),
        "single facts told first of all": (1, 3),
        "dialogue turns right": (1, 2),
    }
    assert counted(measured.red_flags) == {"emergency recall": (1, 1), "danger heard": (1, 1)}
    assert seen[-1] == ("dialogues", 1, 1)


async def test_confidence_is_kept_of_all_that_was_answered(services: Services, rasa: FakeRasa):
    """To a single question rightly, to half of a double one rightly, to what is none of its business wrongly."""
    rasa.answer = reply_to

    measured = await measure(services, SETS, lambda *_: None)

    assert measured.served == (
        Judged(confidence=0.8, right=True),
        Judged(confidence=0.8, right=True),
        Judged(confidence=0.8, right=False),
    )


async def test_empty_sets_have_no_figures(services: Services):
    """A folder may hold only some of them."""
    measured = await measure(services, NOTHING, lambda *_: None)

    assert (measured.red_flags, measured.shares, measured.served) == ((), (), ())
