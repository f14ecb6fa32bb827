"""Which paragraph tells what is asked, and how surely."""

from dataclasses import replace

import numpy as np
import pytest

from bot.nlu.models.asked import Asked
from bot.nlu.models.paragraphs import (
    ASKED_MEANING,
    ASKED_WORDS,
    HEADING_WEIGHT,
    MEANING,
    TREATMENTS,
    USUAL,
    WORDS,
    Paragraphs,
    Read,
)

DRESSING = Read(
    answer="prp.aftercare", key="a", tells=0, stems={"dress", "dry"}, heading={"prp", "aft"}, treatments={"prp"}
)
ICE = Read(answer="prp.aftercare", key="b", tells=1, stems={"ice", "pack"}, heading={"prp", "aft"}, treatments={"prp"})
PRICE = Read(answer="prp.cost", key="c", tells=2, stems={"dollar"}, heading={"prp", "cost"}, treatments={"prp"})
READ = [DRESSING, ICE, PRICE]
EAST, NORTH, UP = np.eye(3, dtype=np.float32)
NORTH_EAST_AND_UP = (EAST + NORTH + UP) / np.sqrt(np.float32(3))
VECTORS = np.stack([EAST, EAST, NORTH])
NO_QUESTIONS = Asked.of([], np.zeros((0, 3), np.float32))


@pytest.fixture
def paragraphs():
    """Return three paragraphs without questions, of which the last means something else."""
    return Paragraphs(READ, VECTORS, NO_QUESTIONS)


def asked_of(place, stems, vector, read=READ, vectors=VECTORS):
    """Return paragraphs of which one has a written question."""
    read = [replace(one, asked=stems) if at == place else one for at, one in enumerate(read)]
    return Paragraphs(read, vectors, Asked.of([place], vector[np.newaxis]))


def found(paragraphs, stems, vector, named=(), least=0.0):
    """Return the probabilities of what is found by the paragraphs' keys, the likeliest first."""
    return {read.key: odds for read, odds in paragraphs.nearest(stems, vector, named, least=least, most=9)}


def first(paragraphs, stems, vector, named=()):
    """Return the key of the likeliest."""
    return next(iter(found(paragraphs, stems, vector, named)))


def test_words_tell_paragraphs_of_one_meaning_apart(paragraphs):
    """An encoder that learned topics puts all paragraphs of one topic in one place."""
    assert first(paragraphs, {"dress"}, EAST) == "a"
    assert first(paragraphs, {"ice"}, EAST) == "b"


def test_meaning_finds_what_shares_no_word(paragraphs):
    """A patient's word is seldom the answer's."""
    assert first(paragraphs, {"price"}, NORTH) == "c"


def test_a_written_question_finds_a_paragraph_that_means_and_says_something_else():
    """It has no word of it, and lies far from it: who asks "can I shower" means the dressing that stays dry."""
    shower = {"shower", "wash"}
    with_it = asked_of(0, shower, UP)

    assert not shower & {*DRESSING.stems, *DRESSING.heading}
    assert first(with_it, shower, UP) == "a"
    before = found(Paragraphs(READ, VECTORS, NO_QUESTIONS), shower, UP)["a"]
    assert before < 0.01
    assert found(with_it, shower, UP)["a"] > 0.5


def test_a_question_is_known_by_its_meaning_alone_and_by_its_words_alone():
    """A patient seldom hits both."""
    with_it = asked_of(0, {"shower", "wash"}, UP)

    assert first(with_it, {"bath"}, UP) == "a"
    assert first(with_it, {"shower"}, NORTH_EAST_AND_UP) == "a"


def test_a_paragraph_without_questions_is_taken_to_have_the_usual_ones(paragraphs):
    """A clinic's new paragraph is no worse off than one whose questions are as near as such questions usually are."""
    compared = paragraphs.compared({"dress"}, EAST, ())

    own = np.column_stack([np.ones(3), compared[:, [MEANING, WORDS]]])
    assert compared[:, [ASKED_MEANING, ASKED_WORDS]] == pytest.approx(own @ USUAL.T)
    # Of two that say the same, the one whose questions are about something else is less likely.
    twins, dress = [DRESSING, replace(DRESSING, key="twin", tells=3)], {"dress"}
    beside_a_farther = found(asked_of(1, {"tape"}, NORTH, twins, VECTORS[:2]), dress, (EAST + UP) / np.sqrt(2))
    assert beside_a_farther["a"] > beside_a_farther["twin"]
    # And the one of which just this is asked is likelier.
    beside_a_nearer = found(asked_of(1, dress, UP, twins, VECTORS[:2]), dress, 0.6 * EAST + 0.8 * UP)
    assert beside_a_nearer["a"] < beside_a_nearer["twin"]


def test_what_tells_the_same_in_several_answers_is_one_paragraph():
    """As likely as all of them together, and each of its answers may tell it."""
    same = replace(DRESSING, answer="stem_cell.aftercare")
    alone, other = {"dress", "dry"}, [DRESSING, same, ICE]
    vectors = np.stack([EAST, EAST, EAST])
    as_two = found(Paragraphs([DRESSING, replace(same, key="z", tells=3), ICE], vectors, NO_QUESTIONS), alone, EAST)

    both = Paragraphs(other, vectors, NO_QUESTIONS).nearest(alone, EAST, (), least=0, most=9)

    assert [read.answer for read, _ in both[:2]] == ["prp.aftercare", "stem_cell.aftercare"]
    assert [odds for _, odds in both[:2]] == pytest.approx([as_two["a"] + as_two["z"]] * 2)


@pytest.mark.parametrize("seed", range(8))
def test_probabilities_and_that_of_none_are_one_together(seed):
    """So those of different words add up to less than one, whatever is asked."""
    chance = np.random.default_rng(seed)
    read = [*READ, replace(DRESSING, answer="stem_cell.aftercare", treatments={"stem_cell"})]
    paragraphs = asked_of(2, {"shower"}, UP, read, np.stack([*VECTORS, EAST]))

    for _ in range(20):
        stems = chance.choice(["dress", "dry", "ice", "dollar", "cost", "shower", "hockey"], 3).tolist()
        named = chance.choice(["prp", "stem_cell", "surgery"], chance.integers(3)).tolist()
        odds = found(paragraphs, set(stems), chance.normal(size=3).astype(np.float32), named)

        assert len(odds) == 3
        assert all(0 < one < 1 for one in odds.values())
        assert sum(odds.values()) < 1


def test_a_word_of_the_heading_counts_less_than_one_of_the_text(paragraphs):
    """All paragraphs of an answer have the heading's."""
    of_text, of_heading = (paragraphs.compared({stem}, NORTH, ())[2, WORDS] for stem in ("dollar", "cost"))

    assert (of_text, of_heading) == pytest.approx((1, HEADING_WEIGHT))


def test_an_unknown_word_says_that_the_paragraph_is_not_there(paragraphs):
    """Else "ice hockey tickets" would be about ice."""
    known = found(paragraphs, {"ice"}, NORTH_EAST_AND_UP)["b"]
    unknown = found(paragraphs, {"ice", "hockey", "ticket"}, NORTH_EAST_AND_UP)["b"]

    assert unknown < known / 2


def test_the_paragraph_of_what_is_named_is_likelier():
    """Then one about treatments in general; one about others only is the least."""
    about = [({"prp"}, False), ({"regenerative_medicine"}, True), ({"surgery"}, False)]
    read = [replace(DRESSING, key=str(n), tells=n, treatments=about[n][0], general=about[n][1]) for n in (2, 1, 0)]
    paragraphs = Paragraphs(read, np.stack([EAST, EAST, EAST]), NO_QUESTIONS)

    assert list(found(paragraphs, {"dress"}, EAST, {"prp"})) == ["0", "1", "2"]
    assert np.ptp(paragraphs.compared({"dress"}, EAST, ())[:, TREATMENTS]) == 0


def test_what_is_too_unlikely_is_not_given(paragraphs):
    """Nor is anything where there is nothing."""
    assert found(paragraphs, {"hockey"}, -EAST, least=0.01) == {}
    assert found(Paragraphs([], np.zeros((0, 3), np.float32), NO_QUESTIONS), {"ice"}, EAST) == {}


def test_kept_and_read_again_they_find_the_same(tmp_path):
    """The model archive has all that is needed."""
    paragraphs = asked_of(0, {"shower"}, UP)
    paragraphs.save(tmp_path)
    again = Paragraphs.load(tmp_path)

    for stems, vector, named in (({"dress", "pack"}, EAST, ()), ({"cost"}, NORTH, {"prp"}), ({"shower"}, UP, ())):
        assert found(again, stems, vector, named) == pytest.approx(found(paragraphs, stems, vector, named))
