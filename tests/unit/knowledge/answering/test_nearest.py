"""The paragraph that speaks of what is asked: next in its answer, beside another answer, or in the place of none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.bootstrap import Services
from bot.confidence import (
    PARAGRAPH_BEFORE_FROM,
    PARAGRAPH_BESIDE_SHARE,
    PARAGRAPH_BESIDE_TIMES,
    PARAGRAPH_DECLINED_FROM,
    PARAGRAPH_FIRST_FROM,
    PARAGRAPH_INSTEAD_FROM,
    PARAGRAPH_NEXT_FROM,
    PARAGRAPH_UNNAMED_FROM,
    PARAGRAPH_WORTH_A_LOOK,
)
from bot.db.engine import Database
from bot.knowledge import store
from bot.knowledge.answering.answering import Answering
from bot.knowledge.answering.nearest import place_of
from bot.knowledge.answering.question import NearParagraph, Question
from bot.knowledge.exchange.importing import import_content
from bot.knowledge.files.content import load_content
from bot.nlu import knowledge as nlu_knowledge
from bot.paragraphs import paragraph_key
from bot.settings import load_settings
from bot.vocabulary import Outcome
from tests.factories import a_clinic, serving, write_content
from tests.unit.knowledge.conftest import RESPONSES

TOPICS = """\
topics:
- {slug: pain_during, title: Pain, question: "Does {treatment} hurt?", unknown_treatment: main}
- {slug: imaging_guidance, title: Imaging, question: "Is {treatment} guided?", unknown_treatment: main}
- {slug: evidence, title: Studies, question: "What studies?", unknown_treatment: ask}
"""
ULTRASOUND = "With ultrasound the shot may hurt less."
NUMBING = "The skin is numbed first."
IN_GENERAL = "Shots into a joint are felt for a moment."
ON_CELLS = "Drawing marrow for cells may ache."
OPERATED = "After surgery the pain is treated with pills."
CONFIDENCE = 0.6
BESIDE_FROM = PARAGRAPH_BESIDE_SHARE * CONFIDENCE
ANSWERS = f"""\
treatment: prolotherapy
review: {{status: approved, by: Dr. Lee, on: 2026-01-10, due: 2099-01-10}}
owner: Dr. Lee
answers:
- topic: pain_during
  evidence: review
  short: {{text: It can sting., cites: [overview]}}
  details:
  - {{text: Soreness follows., cites: [overview]}}
  - {{text: {NUMBING}, cites: [overview]}}
- topic: imaging_guidance
  evidence: review
  short: {{text: Often with ultrasound., cites: [overview]}}
  details:
  - {{text: Not all clinics do., cites: [overview]}}
  - {{text: {ULTRASOUND}, cites: [overview]}}
"""
OTHERS = {"regenerative_medicine": IN_GENERAL, "surgery": OPERATED}
OTHER_ANSWERS = """\
treatment: {about}
review: {{status: approved, by: Dr. Lee, on: 2026-01-10, due: 2099-01-10}}
owner: Dr. Lee
answers:
- topic: pain_during
  evidence: review
  short: {{text: {text}, cites: [overview]}}
  details:
  - {{text: {cells}, cites: [overview]}}
"""


@pytest.fixture
def answering(database: Database, tmp_path: Path) -> Answering:
    """Give answering on two answers about prolotherapy, one in general, and one about what is not offered."""
    folder = write_content(tmp_path / "knowledge", topics=TOPICS, answers=ANSWERS)
    for about, text in OTHERS.items():
        (folder / "answers" / f"{about}.yml").write_text(
            OTHER_ANSWERS.format(about=about, text=text, cells=ON_CELLS), "utf-8"
        )
    import_content(database, load_content(folder))
    return Answering(database, a_clinic(), RESPONSES, serving)


def near(text: str, probability: float, answer: str = "imaging_guidance", of: str = "prolotherapy") -> NearParagraph:
    """Make what the understanding says of a paragraph."""
    key = paragraph_key(text)
    return NearParagraph(answer=f"{of}.{answer}", key=key, tells=int(key, 16), probability=probability)


def ask(answering: Answering, *paragraphs: NearParagraph, topic: str = "pain_during", **fields: tuple[str, ...]):
    """Ask about prolotherapy, with these paragraphs found."""
    named = {"treatments": ("prolotherapy",), **fields}
    return answering.answer(Question(topic=topic, paragraphs=paragraphs, confidence=CONFIDENCE, **named), ())


def test_nearest_detail_of_the_answer_comes_next(answering: Answering) -> None:
    """Right after the short text, which still comes first."""
    (reply,) = ask(answering, near(NUMBING, PARAGRAPH_NEXT_FROM, "pain_during")).replies

    assert (reply.short, reply.details[0].text) == ("It can sting.", NUMBING)
    assert len(reply.details) == 2


def test_detail_that_is_surely_asked_for_comes_first(answering: Answering) -> None:
    """Before the short text, which is read right after it."""
    (reply,) = ask(answering, near(NUMBING, PARAGRAPH_FIRST_FROM, "pain_during")).replies

    assert [reply.short, *(claim.text for claim in reply.details)] == [NUMBING, "It can sting.", "Soreness follows."]
    assert reply.first_details is None


def test_detail_of_a_general_answer_never_comes_first(answering: Answering) -> None:
    """It may be about one treatment, and none was named."""
    sure = near(ON_CELLS, 0.99, "pain_during", of="regenerative_medicine")

    (reply,) = ask(answering, sure, treatments=()).replies

    assert (reply.short, reply.details[0].text) == (IN_GENERAL, ON_CELLS)


@pytest.mark.parametrize(("odds", "first"), [(0.01, ULTRASOUND), (-0.01, "It can sting.")])
def test_paragraph_of_another_answer_comes_first_if_it_is_likelier_than_the_topic(
    answering: Answering, odds: float, first: str
) -> None:
    """What is asked is rather in it."""
    replies = ask(answering, near(ULTRASOUND, max(PARAGRAPH_BEFORE_FROM, CONFIDENCE) + odds)).replies

    assert len(replies) == 2
    assert replies[0].short == first


def test_paragraph_of_another_answer_comes_beside(answering: Answering) -> None:
    """Alone: the rest of its answer waits."""
    _, beside = ask(answering, near(ULTRASOUND, BESIDE_FROM)).replies

    assert beside.answer_id == "prolotherapy.imaging_guidance"
    assert (beside.short, beside.first_details) == (ULTRASOUND, 0)


def test_what_tells_the_same_counts_once(answering: Answering) -> None:
    """Two paragraphs of an answer that rest on the same facts make it no likelier than one."""
    parts = (near("Often with ultrasound.", BESIDE_FROM - 0.01), near(ULTRASOUND, BESIDE_FROM - 0.01))

    assert len(ask(answering, *(replace(part, tells=1) for part in parts)).replies) == 1
    assert len(ask(answering, *parts).replies) == 2


def test_an_answer_is_as_likely_as_its_paragraphs_together(answering: Answering) -> None:
    """They often tell parts of the same; the likeliest of them is shown."""
    parts = (near("Often with ultrasound.", BESIDE_FROM * 0.4), near(ULTRASOUND, BESIDE_FROM * 0.6 + 0.001))

    assert [reply.short for reply in ask(answering, *parts).replies] == ["It can sting.", ULTRASOUND]
    assert len(ask(answering, *parts[1:]).replies) == 1


@pytest.mark.parametrize(
    "paragraphs",
    [
        [near(ULTRASOUND, BESIDE_FROM - 0.01)],
        [near(ULTRASOUND, 0.6), near(NUMBING, 0.6 / PARAGRAPH_BESIDE_TIMES + 0.01, "pain_during")],
        [
            near(ULTRASOUND, 0.6),
            near(NUMBING, 0.6 / PARAGRAPH_BESIDE_TIMES - 0.01, "pain_during"),
            near("Soreness follows.", 0.02, "pain_during"),
        ],
        [near("Words that nobody has written.", 0.9)],
        [near(ULTRASOUND, 0.9, "no_such_answer")],
        [near(IN_GENERAL, 0.9, "pain_during", of="regenerative_medicine")],
        [near(OPERATED, 0.9, "pain_during", of="surgery")],
    ],
    ids=[
        "too unlikely",
        "the answer itself nearly as likely",
        "its paragraphs together nearly as likely",
        "words since changed",
        "an answer that is not served",
        "the same topic again, in general",
        "another treatment",
    ],
)
def test_nothing_comes_beside(answering: Answering, paragraphs: list[NearParagraph]) -> None:
    """What was asked is answered, and no more."""
    assert len(ask(answering, *paragraphs).replies) == 1


def test_the_answer_itself_may_be_likely_too(answering: Answering) -> None:
    """As long as the other is so many times likelier."""
    there = near(NUMBING, 0.6 / PARAGRAPH_BESIDE_TIMES - 0.01, "pain_during")

    assert len(ask(answering, near(ULTRASOUND, 0.6), there).replies) == 2


@pytest.mark.parametrize(
    ("paragraph", "shorts"),
    [
        (near(NUMBING, 0.9, "pain_during"), [IN_GENERAL, NUMBING]),
        (near(ULTRASOUND, 0.9), [IN_GENERAL, ULTRASOUND]),
        (near(OPERATED, 0.9, "pain_during", of="surgery"), [IN_GENERAL]),
    ],
    ids=["of the same topic, of a treatment offered", "of another topic", "of a treatment that is not offered"],
)
def test_where_no_treatment_is_named_only_what_is_offered_comes_beside(
    answering: Answering, paragraph: NearParagraph, shorts: list[str]
) -> None:
    """Who asks if it hurts asks nothing about surgery."""
    assert [reply.short for reply in ask(answering, paragraph, treatments=()).replies] == shorts


def test_who_asks_plainly_after_a_topic_gets_its_answer_alone(answering: Answering) -> None:
    """The surer the topic, the likelier the paragraph has to be; and who chose it from a list gets nothing beside."""
    question = Question(topic="pain_during", treatments=("prolotherapy",), paragraphs=(near(ULTRASOUND, 0.5),))
    sure = 0.5 / PARAGRAPH_BESIDE_SHARE

    replies = {
        confidence: len(answering.answer(replace(question, confidence=confidence), ()).replies)
        for confidence in (None, sure + 0.01, sure - 0.01)
    }

    assert list(replies.values()) == [1, 1, 2]


def test_what_is_not_done_here_is_told_of_all_the_same(answering: Answering) -> None:
    """By the answers that speak of it, after the sentence that it is not done."""
    question = Question(
        topic="",
        paragraphs=(
            near(NUMBING, PARAGRAPH_DECLINED_FROM - 0.01, "pain_during"),
            near(ULTRASOUND, PARAGRAPH_WORTH_A_LOOK),
        ),
    )

    told = answering.told_of(question, ["prolotherapy.imaging_guidance"], lead="We do not do that.")

    assert told is not None
    assert told.text.startswith(f"We do not do that.\n\n{ULTRASOUND}")
    assert answering.told_of(question, ["prolotherapy.evidence"], lead="We do not do that.") is None


def test_what_surely_tells_of_what_is_not_done_need_not_be_among_its_answers(answering: Answering) -> None:
    """Whatever treatment it is about: that none is named, and that it is not done here, is said before it."""
    paragraph = near(OPERATED, PARAGRAPH_DECLINED_FROM, "pain_during", of="surgery")

    told = answering.told_of(Question(topic="", paragraphs=(paragraph,)), [], lead="We do not do that.")

    assert told is not None
    assert told.text.startswith(f"We do not do that.\n\n{OPERATED}")


def test_paragraph_answers_what_would_be_asked_back(answering: Answering) -> None:
    """A topic without an answer, or one of which nobody knows what it is about."""
    answered = ask(answering, near(ULTRASOUND, PARAGRAPH_INSTEAD_FROM), topic="evidence")

    assert answered.outcome is Outcome.ANSWERED
    assert [reply.short for reply in answered.replies] == [ULTRASOUND]
    assert answered.treatments == ("prolotherapy",)


@pytest.mark.parametrize(
    ("paragraph", "named"),
    [
        (near(ULTRASOUND, PARAGRAPH_INSTEAD_FROM - 0.01), {}),
        (near(ULTRASOUND, PARAGRAPH_UNNAMED_FROM - 0.01), {"treatments": ()}),
        (near(ULTRASOUND, 0.9), {"treatments": ("prp",)}),
        (near(ULTRASOUND, 0.9), {"treatments": ("prp",), "excluded": ("prolotherapy",)}),
    ],
    ids=["too unlikely", "no treatment named", "another treatment named", "its treatment left out"],
)
def test_no_paragraph_answers_instead(
    answering: Answering, paragraph: NearParagraph, named: dict[str, tuple[str, ...]]
) -> None:
    """Better asked back than told what is about something else."""
    assert ask(answering, paragraph, topic="evidence", **named).outcome is not Outcome.ANSWERED


def test_what_names_no_treatment_is_told_where_it_is_surer(answering: Answering) -> None:
    """Too often it is none of the clinic's business."""
    answered = ask(answering, near(ULTRASOUND, PARAGRAPH_UNNAMED_FROM), topic="evidence", treatments=())

    assert [reply.short for reply in answered.replies] == [ULTRASOUND]


def test_what_is_compared_with_may_be_left_to_a_sure_paragraph(answering: Answering) -> None:
    """Whether it is sooner than with exercises alone, the paragraph on the treatment may say."""
    named = {"topic": "evidence", "alternatives": ("surgery",)}

    sure = ask(answering, near(ULTRASOUND, PARAGRAPH_DECLINED_FROM), **named)
    unsure = ask(answering, near(ULTRASOUND, PARAGRAPH_DECLINED_FROM - 0.01), **named)

    assert [reply.short for reply in sure.replies] == [ULTRASOUND]
    assert unsure.outcome is not Outcome.ANSWERED


def test_own_case_is_told_in_general_with_a_person_at_hand(answering: Answering) -> None:
    """The sentence that nobody here judges it comes first."""
    question = Question(topic="", treatments=("prolotherapy",), paragraphs=(near(ULTRASOUND, 0.5),))
    reply = answering.in_general(question, lead="Ask your doctor.", options=())

    assert reply is not None
    assert reply.text.startswith(f"Ask your doctor.\n\n{ULTRASOUND}")


def test_every_paragraph_that_the_understanding_reads_is_found_in_the_store(services: Services) -> None:
    """Both name answers and paragraphs alike, or none would ever be served."""
    root = load_settings({}).knowledge_path
    read = nlu_knowledge.paragraphs(root / "answers", root / "topics.yml", root / "treatments.yml")

    with services.database.read() as session:
        served = {found.answer_id: found for found in store.servable(session, serving())}
    missing = [
        one
        for one in read
        if one.answer not in served
        or place_of(
            served[one.answer], NearParagraph(answer=one.answer, key=paragraph_key(one.text), tells=0, probability=1)
        )
        is None
    ]

    assert len(read) > 1000
    assert missing == []
