"""What is said first because of a message's words: what was asked for, how the patient feels, and never a bare no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import base
from actions.answering import ActionAnswerQuestion
from actions.clarifying import ActionClarify
from actions.declining import ActionDecline
from bot.bootstrap import Services
from bot.reply import Reply
from bot.vocabulary import Intents, ReplyKind

HOURS = "ask_contact_hours_location"
FEAR = "It is understandable to be nervous about this."
Hear = Callable[..., list[Reply]]


@pytest.fixture
def hear(services: Services, monkeypatch: pytest.MonkeyPatch) -> Hear:
    """Let an action take a message that was understood so; give the replies."""
    monkeypatch.setattr(base, "services", lambda: services)

    def take(words: str, intent: str, *, action: base.ClinicAction | None = None, **found: Any) -> list[Reply]:
        asked = {"text": words, "intent": intent, "confidence": 0.9, "ranking": [], **found}
        message = {"text": words, "intent": {"name": intent}, "questions": [asked]}
        dispatcher = CollectingDispatcher()
        tracker = Tracker("conversation", {}, message, [], False, None, {}, "action_listen")
        (action or ActionAnswerQuestion()).act(dispatcher, tracker)
        return [Reply.model_validate(said["custom"]) for said in dispatcher.messages]

    return take


def options_of(reply: Reply) -> list[str]:
    """Give the titles of a reply's buttons."""
    return [option.title for option in reply.options]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("what number do I call", "You can call us at 555-0142."),
        ("your address please", "Our address: 12 Orchard Lane, Cedar Grove"),
        ("where do I park", "Free parking in front of the building."),
        ("what's your email", "Our email: hello@cedargrove.example"),
        ("what are your opening hours", "Our hours: Monday to Wednesday 8:30 am to 5 pm"),
        ("are you open on saturdays", "On Saturday we are closed."),
        ("is there a ramp", "Ask us about steps, ramps and lifts before you come, so that we can help you in."),
    ],
)
def test_what_was_asked_for_comes_first(hear: Hear, words: str, first: str) -> None:
    """Each of the clinic's details has its own first sentence; the others wait below."""
    (reply,) = hear(words, HOURS)

    assert reply.text.startswith(first)
    assert "555-0142" in reply.text
    assert reply.first_details is not None or reply.short == first


def test_what_the_clinic_has_not_said_can_be_asked_of_staff(hear: Hear) -> None:
    """With the question in the button."""
    (reply,) = hear("is there a ramp", HOURS)

    assert options_of(reply) == ['Ask our staff: "is there a ramp"']


@pytest.mark.parametrize("intent", ["ask_types", "ask_conditions_treated"])
def test_what_is_offered_is_told_by_the_clinics_file(hear: Hear, intent: str) -> None:
    """With a choice for each treatment, and none that the clinic does not give."""
    (reply,) = hear("what treatments do you offer", intent)

    assert reply.text.startswith("We offer prolotherapy, PRP and stem cell treatment.")
    assert options_of(reply) == ["What is prolotherapy?", "What is PRP?", "What is stem cell treatment?"]


def test_nobody_is_told_which_treatment_is_best_for_them(hear: Hear) -> None:
    """The choices are there, and a person."""
    (reply,) = hear("which is best for me", "ask_comparison")

    assert "I cannot choose for you" in reply.text
    assert options_of(reply)[-1] == "Talk to a person"


def test_what_is_used_for_a_part_of_the_body_is_said_before_what_came_of_it(hear: Hear) -> None:
    """The words "do you do knees?" ask for a yes or no."""
    (reply,) = hear("do you do knees", "ask_conditions_treated", body_parts=["knee"])

    assert reply.text.startswith("Of what we offer, used for this: prolotherapy, PRP")
    assert reply.table is not None


@pytest.mark.parametrize("topic", ["risks_complications", "safety"])
@pytest.mark.parametrize("treatments", [[], ["prolotherapy"], ["prp"], ["stem_cell"]])
def test_who_asks_in_fear_is_met_first_and_reads_no_count_first(hear: Hear, topic: str, treatments: list[str]) -> None:
    """What happened to how many stands below."""
    (reply,) = hear("I'm terrified, what could happen", f"ask_{topic}", treatments=treatments)

    assert (reply.lead or "").startswith(FEAR)
    assert not any(sign.isdigit() for sign in reply.short or "")
    assert "blindness" not in (reply.short or "")


def test_needle_fear_is_met_with_the_advice_on_it(hear: Hear) -> None:
    """A human sentence, then what to do."""
    (reply,) = hear("I'm terrified of needles", "ask_pain_during", conditions=["needle_fear"])

    assert (reply.lead or "").startswith(FEAR)
    assert "Many people fear needles" in (reply.short or "")
    assert "tense your muscles" in (reply.short or "")


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("honestly scared stiff", FEAR, "Talk to a person"),
        ("this is so frustrating", "I am sorry. That sounds frustrating.", "No, thanks"),
        ("I've tried everything and nothing works", "I am sorry that you are going through this.", "Talk to a person"),
    ],
)
@pytest.mark.parametrize("action", [ActionClarify(), ActionDecline()], ids=["not understood", "out of scope"])
def test_a_feeling_without_a_question_is_not_asked_back(
    hear: Hear, words: str, first: str, last: str, action: base.ClinicAction
) -> None:
    """It is met, and a person is one press away."""
    intent = Intents.FALLBACK if isinstance(action, ActionClarify) else Intents.OUT_OF_SCOPE
    (reply,) = hear(words, intent, action=action)

    assert reply.text.startswith(first)
    assert reply.text.count(first) == 1
    assert options_of(reply)[-1] == last


def test_a_symptom_told_in_despair_keeps_its_advice(hear: Hear) -> None:
    """The number to call stays."""
    (reply,) = hear("my knee is worse, I'm in despair", Intents.REPORT_SYMPTOM, action=ActionDecline())

    assert reply.text.startswith("I am sorry that you are going through this.")
    assert "Please call the clinic at 555-0142" in reply.text
    assert "911" in reply.text


def test_whether_it_is_safe_with_a_medicine_gets_what_holds_in_general(hear: Hear) -> None:
    """The clinic decides; a dose stays refused."""
    safe = [{"name": "personal_medical_advice", "confidence": 0.5}, {"name": "ask_safety", "confidence": 0.3}]
    dose = [
        {"name": "personal_medical_advice", "confidence": 0.5},
        {"name": "ask_medications_before", "confidence": 0.3},
    ]
    words, intent = "I take Eliquis, is it safe for me?", Intents.PERSONAL_MEDICAL_ADVICE

    (told,) = hear(words, intent, action=ActionDecline(), medicines=["apixaban"], ranking=safe)
    (refused,) = hear(words, intent, action=ActionDecline(), medicines=["apixaban"], ranking=dose)

    assert told.kind is ReplyKind.ANSWER
    assert told.text.startswith("I cannot tell if it is safe for you. The clinic decides that with you")
    assert "lood thinner" in (told.short or "")
    assert options_of(told)[-1] == f'Ask our staff: "{words}"'
    assert refused.kind is ReplyKind.NO_ANSWER


def test_a_question_that_was_understood_gets_the_same_words(hear: Hear) -> None:
    """What the classifier calls it makes no difference to the patient; a condition has no prescriber."""
    words = "would Eliquis be a problem"
    (told,) = hear(words, "ask_contraindications", medicines=["apixaban"])
    (other,) = hear("I have diabetes", "ask_contraindications", conditions=["diabetes"])

    assert told.text.startswith("I cannot tell if it is safe for you. The clinic decides that with you")
    assert options_of(told)[-1] == f'Ask our staff: "{words}"'
    assert not (other.lead or "").startswith("I cannot tell")


def test_a_feeling_beside_a_question_is_no_question_of_its_own(services: Services, hear: Hear) -> None:
    """It is met, and the question is answered, once."""
    scared = {"text": "I'm frightened", "intent": "ask_pain_during", "confidence": 0.8, "ranking": []}
    asked = {"text": "what could happen", "intent": "ask_risks_complications", "confidence": 0.9, "ranking": []}
    message = {"text": "I'm frightened, what could happen", "intent": {"name": "ask_pain_during"}}
    dispatcher = CollectingDispatcher()
    tracker = Tracker(
        "conversation", {}, {**message, "questions": [scared, asked]}, [], False, None, {}, "action_listen"
    )
    ActionAnswerQuestion().act(dispatcher, tracker)

    (reply,) = [Reply.model_validate(said["custom"]) for said in dispatcher.messages]
    assert reply.topic == "risks_complications"
    assert (reply.lead or "").startswith(FEAR)


@pytest.mark.parametrize("intent", ["ask_medications_before", Intents.PERSONAL_MEDICAL_ADVICE, Intents.FALLBACK])
def test_a_medicine_taken_before_the_visit_leads_to_a_call(hear: Hear, intent: str) -> None:
    """However the message was understood."""
    action = {"ask_medications_before": ActionAnswerQuestion(), Intents.FALLBACK: ActionClarify()}
    reply = hear("oops, I took an Aleve last night", intent, action=action.get(intent, ActionDecline()))[0]

    assert reply.text.startswith("Please call us at 555-0142 before you come in.")


@pytest.mark.parametrize(
    "text",
    [
        "i had tuberculosis as a kid, does that rule me out",
        "she had pneumonia last year, is that a problem",
        "we had one done in may, is another safe",
        "oops, wrong chat",
        "i forgot my password",
    ],
)
def test_an_old_illness_or_a_slip_is_nothing_taken(hear: Hear, text: str) -> None:
    """What somebody had is not what somebody swallowed."""
    replies = hear(text, "ask_contraindications")

    assert not any("what you took" in reply.text for reply in replies)


@pytest.mark.parametrize(
    "text", ["i already had my morning coffee and two advil, is that bad", "he took an aspirin by mistake"]
)
def test_what_was_eaten_or_swallowed_is(hear: Hear, text: str) -> None:
    """Though it is told with the same word."""
    assert hear(text, "ask_contraindications")[0].text.startswith("Please call us at 555-0142 before you come in.")


def test_a_medicine_that_was_not_stopped_leads_to_a_call_too(hear: Hear) -> None:
    """As one that was taken."""
    (reply, *_) = hear("I forgot to stop my blood thinner", "ask_medications_before", medicines=["blood_thinners"])

    assert reply.text.startswith("Please call us at 555-0142 before you come in.")


@pytest.mark.parametrize(
    ("words", "intent"), [("you stupid bot", Intents.ABUSE), ("new orders", Intents.PROMPT_ATTACK)]
)
def test_a_calm_word_leads_to_a_person(hear: Hear, words: str, intent: str) -> None:
    """No dead end; it counts as small talk, not as a question without an answer."""
    (reply,) = hear(words, intent, action=ActionDecline())

    assert reply.kind is ReplyKind.SMALLTALK
    assert options_of(reply) == ["Talk to a person", "No, thanks"]


def test_anger_that_has_a_reason_is_met(hear: Hear) -> None:
    """Whoever waits for a call hears no word on manners."""
    (reply,) = hear("nobody ever calls me back, you idiots", Intents.ABUSE, action=ActionDecline())

    assert reply.text.startswith("I am sorry. That sounds frustrating. Our staff can look into it.")
    assert options_of(reply) == ["Talk to a person", "No, thanks"]


@pytest.mark.parametrize("intent", ["ask_cost", "ask_insurance", Intents.OUT_OF_SCOPE])
def test_a_bill_goes_to_staff(hear: Hear, intent: str) -> None:
    """Not to what treatments cost elsewhere."""
    action = ActionAnswerQuestion() if intent.startswith("ask_") else ActionDecline()
    (reply,) = hear("I was billed twice", intent, action=action)

    assert reply.kind is ReplyKind.NO_ANSWER
    assert options_of(reply) == ['Ask our staff: "I was billed twice"', "No, thanks"]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("who reads this", "The staff of Cedar Grove Joint Clinic can read what you write here."),
        ("is it confidential", "What you write here is for you and the staff of Cedar Grove Joint Clinic."),
        ("do you sell my data", "No. What you write here is for helping you."),
        ("will my employer hear of this", "What you write here goes to the staff of Cedar Grove Joint Clinic"),
        ("how long do you keep it", "What you write is kept for 2 years after your last message."),
        ("do you record this", "Yes, what you write here is saved"),
        ("where is your privacy policy", "You can read what becomes of your words on our privacy page."),
        ("what about my data", "Cedar Grove Joint Clinic stores what you write here"),
    ],
)
def test_each_question_on_privacy_has_its_own_first_sentence(hear: Hear, words: str, first: str) -> None:
    """And the page's address stands at the end, plain, so that it can be pressed."""
    (reply,) = hear(words, Intents.PRIVACY_QUESTION)

    assert reply.text.startswith(first)
    assert reply.text.endswith("/privacy")
    assert reply.text.count("/privacy") == 1
