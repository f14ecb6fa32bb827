"""One decision over what the floor heard and what the model makes of it: the level, the sign, the why, how sure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.triage import RedFlag, Triage
from bot.triage import triage as bars
from bot.triage.content import Rulebook, Sign
from bot.triage.danger_model import Reading

# Far above and far below the thresholds of decision.py, and between them.
SURE, UNSURE, CALM = 0.97, 0.4, 0.01
QUIET = Reading(danger=CALM, emergency=0.0, crisis=0.0, sign="")


class Fixed:
    """A model that makes the same of every message.

    Args:
        reading: What it makes of it.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.seen: list[str] = []

    def read(self, text: str) -> Reading:
        """Give it, and keep the text."""
        self.seen.append(text)
        return self.reading


@pytest.fixture
def weighing(rules: Rulebook) -> Triage:
    """The clinic's signs; what the model makes of a message is made up."""
    return Triage(rules, Fixed(QUIET))


def _reading(danger: float, *, emergency: float | None = None, crisis: float = 0.0, sign: str = "") -> Reading:
    """Make a reading whose danger is an emergency unless told otherwise."""
    return Reading(danger=danger, emergency=danger if emergency is None else emergency, crisis=crisis, sign=sign)


def _heard(rules: Rulebook, *slugs: str) -> tuple[Sign, ...]:
    return tuple(sign for sign in rules.signs if sign.slug in slugs)


def _flag(flag: RedFlag | None) -> RedFlag:
    assert flag is not None
    return flag


def test_nothing_comes_of_a_calm_message(weighing: Triage) -> None:
    """Neither a card nor a check."""
    assert weighing.weigh((), QUIET) is None
    assert weighing.check("how much is PRP") is None


@pytest.mark.parametrize(("danger", "sure"), [(SURE, True), (UNSURE, False)])
def test_a_check_is_asked_only_where_it_is_unsure(weighing: Triage, danger: float, sure: bool) -> None:
    """Sure of it, the card comes at once."""
    assert _flag(weighing.weigh((), _reading(danger))).sure is sure


@pytest.mark.parametrize(("danger", "sure"), [(SURE, True), (UNSURE, None)])
def test_in_letters_that_the_model_hardly_reads_only_what_is_sure_counts(
    weighing: Triage, rules: Rulebook, danger: float, sure: bool | None
) -> None:
    """There half of all plain questions look unsure; the floor is heard as ever."""
    reading = replace(_reading(danger), fluent=False)
    flag = weighing.weigh((), reading)

    assert (flag.sure if flag is not None else None) is sure
    assert weighing.weigh(_heard(rules, "breathing"), replace(_reading(UNSURE), fluent=False)) is not None


@pytest.mark.parametrize(
    ("share", "level"),
    [
        (1.0, "emergency"),
        (bars._EMERGENCY_SHARE + 0.01, "emergency"),
        (bars._EMERGENCY_SHARE - 0.01, "urgent"),
        (0.0, "urgent"),
    ],
)
def test_the_stricter_level_is_the_safer_mistake(weighing: Triage, share: float, level: str) -> None:
    """An emergency from a small share of the danger on."""
    flag = _flag(weighing.weigh((), _reading(SURE, emergency=SURE * share)))

    assert (flag.level, flag.card_level, flag.crisis) == (level, level, False)


def test_the_models_sign_says_why(weighing: Triage, rules: Rulebook) -> None:
    """In the words of the file."""
    (sign,) = _heard(rules, "stroke")
    flag = _flag(weighing.weigh((), _reading(SURE, sign="stroke")))

    assert (flag.sign, flag.signs, flag.why) == ("stroke", ("stroke",), (sign.why,))


@pytest.mark.parametrize("sign", ["", "no_such_sign", "infection", "self_harm"])
def test_without_a_sign_of_its_level_nobody_is_told_why(weighing: Triage, sign: str) -> None:
    """Unsure which, unknown, of the other level, or of self-harm where none is thought of."""
    flag = _flag(weighing.weigh((), _reading(SURE, sign=sign)))

    assert (flag.sign, flag.signs, flag.why) == ("emergency", ("emergency",), ())


def test_what_the_floor_heard_says_why(weighing: Triage, rules: Rulebook) -> None:
    """Rather than the model; of several signs those of the level."""
    heard = _heard(rules, "breathing", "chest_pain", "infection")
    flag = _flag(weighing.weigh(heard, _reading(SURE, sign="stroke")))

    assert (flag.sign, flag.signs) == ("breathing", ("breathing", "chest_pain", "infection"))
    assert flag.why == ("trouble breathing", "chest pain or pressure")


def test_signs_with_the_same_why_say_it_once(weighing: Triage, rules: Rulebook) -> None:
    """Two names of one thing."""
    heard = _heard(rules, "breathing")
    twice = (*heard, replace(heard[0], slug="breathing_too"))

    assert _flag(weighing.weigh(twice, _reading(SURE))).why == ("trouble breathing",)


def test_the_floors_level_is_kept(weighing: Triage, rules: Rulebook) -> None:
    """An emergency that it heard stays one, however mild the model finds it; the model may raise it."""
    mild = _flag(weighing.weigh(_heard(rules, "breathing"), _reading(SURE, emergency=0.0)))
    same_day = _flag(weighing.weigh(_heard(rules, "infection"), _reading(SURE, emergency=0.0)))
    raised = _flag(weighing.weigh(_heard(rules, "infection"), _reading(SURE, emergency=SURE)))

    assert (mild.level, same_day.level, raised.level) == ("emergency", "urgent", "emergency")
    assert same_day.why
    assert raised.why == ()


def test_the_floor_makes_a_card_of_a_doubt(weighing: Triage, rules: Rulebook) -> None:
    """And a check of what the model alone would pass over."""
    heard = _heard(rules, "breathing")

    assert _flag(weighing.weigh(heard, _reading(UNSURE))).sure
    assert weighing.weigh((), _reading(0.05)) is None
    assert not _flag(weighing.weigh(heard, _reading(0.05))).sure


@pytest.mark.parametrize("danger", [bars._CRISIS_DOUBTED_BELOW, UNSURE, SURE])
def test_self_harm_that_the_floor_hears_is_sure(weighing: Triage, rules: Rulebook, danger: float) -> None:
    """However unsure the model is: nobody is asked whether they mean it."""
    flag = _flag(weighing.weigh(_heard(rules, "self_harm"), _reading(danger, emergency=0.0)))

    assert (flag.sure, flag.crisis, flag.card_level, flag.level) == (True, True, "crisis", "emergency")
    assert flag.why == ("thoughts of harming yourself",)


def test_words_of_self_harm_that_the_model_finds_harmless_are_a_figure_of_speech(
    weighing: Triage, rules: Rulebook
) -> None:
    """They count for nothing; what else the floor heard stays."""
    calm = _reading(CALM, emergency=0.0)

    assert weighing.weigh(_heard(rules, "self_harm"), calm) is None
    beside = _flag(weighing.weigh(_heard(rules, "self_harm", "infection"), calm))
    assert (beside.signs, beside.crisis) == (("infection",), False)


@pytest.mark.parametrize(("danger", "sure"), [(UNSURE, False), (SURE, True)])
def test_self_harm_that_the_model_hears_goes_by_the_costs_of_any_danger(
    weighing: Triage, danger: float, sure: bool
) -> None:
    """What is unsure is asked about, in words that say who listens."""
    flag = _flag(weighing.weigh((), _reading(danger, crisis=bars._CRISIS_SHARE * danger)))

    assert (flag.sure, flag.crisis, flag.card_level, flag.sign) == (sure, True, "crisis", "self_harm")
    assert flag.why == ("thoughts of harming yourself",)


def test_self_harm_that_the_model_hardly_hears_is_not_asked_about(weighing: Triage) -> None:
    """Another danger as likely is."""
    hardly = bars._CRISIS_DOUBTED_BELOW - 0.01

    assert weighing.weigh((), _reading(hardly, crisis=hardly)) is None
    assert not _flag(weighing.weigh((), _reading(hardly))).sure


def test_below_that_it_is_no_crisis(weighing: Triage) -> None:
    """But may be a danger all the same."""
    flag = _flag(weighing.weigh((), _reading(SURE, crisis=bars._CRISIS_SHARE * SURE - 0.01)))

    assert (flag.crisis, flag.card_level) == (False, "emergency")


def test_an_overdose_comes_before_the_thoughts_that_led_to_it(weighing: Triage, rules: Rulebook) -> None:
    """The ambulance first; the card names the crisis line as well."""
    flag = _flag(weighing.weigh(_heard(rules, "overdose", "self_harm"), _reading(SURE, crisis=SURE)))

    assert (flag.sign, flag.card_level, flag.crisis) == ("overdose", "emergency", True)


@pytest.mark.parametrize("slug", ["overdose", "infection"])
def test_self_harm_beside_what_the_floor_hears_is_a_crisis_too(weighing: Triage, rules: Rulebook, slug: str) -> None:
    """Only the model hears it; the card of the other sign must name the crisis line."""
    flag = _flag(weighing.weigh(_heard(rules, slug), _reading(SURE, emergency=SURE, crisis=0.9)))

    assert (flag.crisis, flag.sure) == (True, True)


def test_a_check_asks_both_and_gives_the_text_as_it_was_written(rules: Rulebook) -> None:
    """The model reads what the floor reads."""
    model = Fixed(_reading(SURE))
    flag = _flag(Triage(rules, model).check("I can't breathe"))

    assert model.seen == ["I can't breathe"]
    assert (flag.sign, flag.sure) == ("breathing", True)


def test_one_dose_of_an_everyday_medicine_is_only_asked_about(weighing: Triage, rules: Rulebook) -> None:
    """Where the model alone hears a danger; never passed over, and never where the floor or a wish to die is heard."""
    reading = _reading(SURE, sign="overdose")

    assert _flag(weighing.weigh((), reading)).sure
    asked = _flag(weighing.weigh((), reading, one_dose=True))
    assert (asked.sure, asked.sign, asked.level) == (False, "overdose", "emergency")
    assert _flag(weighing.weigh(_heard(rules, "overdose"), reading, one_dose=True)).sure
    assert _flag(weighing.weigh((), replace(reading, crisis=SURE), one_dose=True)).sure


def test_a_message_is_read_for_one_dose(rules: Rulebook) -> None:
    """By its words."""
    triage = Triage(rules, Fixed(_reading(SURE, sign="overdose")))

    assert not _flag(triage.check("I took aspirin this morning")).sure
    assert _flag(triage.check("I took forty aspirin this morning")).sure
