"""What counts as a report of danger now, and what does not."""

from __future__ import annotations

import pytest

from bot.triage import Triage

EMERGENCIES = [
    ("I can't breathe", "breathing"),
    ("i cant breathe", "breathing"),
    ("I CAN\u2019T BREATHE", "breathing"),
    ("bit hard to catch my breath", "breathing"),
    ("dad stopped breathing in his sleep just now", "breathing"),
    ("no trouble breathing but my chest hurts", "chest_pain"),
    ("what helps against a chest that feels crushed? It started while I was making dinner", "chest_pain"),
    ("would cranberry juice do anything for shaking chills? They started today", "sepsis"),
    ("I think I am in anaphylaxis", "airway_swelling"),
    ("my son, at age 6, can't breathe", "breathing"),
    ("my mum aged 70 has chest pain", "chest_pain"),
    ("my sister sounds drunk and she never drinks", "stroke"),
    ("my foot has gone blue and cold", "limb"),
    ("I lost count of the tylenol I took", "overdose"),
    ("I can't see any light on the left side", "vision_loss"),
    ("my husband can't breathe", "breathing"),
    ("my chest feels tight since the shot", "chest_pain"),
    ("pain in my cehst", "chest_pain"),
    ("my lips are swelling", "airway_swelling"),
    ("she fainted in the car", "collapse"),
    ("his lips have gone blue", "blue_lips"),
    ("I'm coughing up blood", "coughing_blood"),
    ("one side of her face is drooping", "stroke"),
    ("he is having a seizure", "seizure"),
    ("suddenly I can't see out of my left eye", "vision_loss"),
    ("numb between my legs", "cauda_equina"),
    ("I haven't peed since yesterday", "sepsis"),
    ("headache and a stiff neck", "meningitis"),
    ("bad headache. Also I have a fever of 102", "meningitis"),
    ("it won't stop bleeding", "bleeding"),
    ("my calf is swollen and I am short of breath", "breathing"),
    ("I took too many of the pain pills", "overdose"),
    ("I want to kill myself", "self_harm"),
    ("I'm pregnant and bleeding", "pregnancy_bleeding"),
    ("my hand turned blue and cold after the IV", "limb"),
    ("what to do with bleach poisoning", "overdose"),
    ("how many of these pills would kill me", "overdose"),
    ("I am on warfarin and I think this is a stroke", "stroke"),
    ("took amoxicillin and went into anaphylaxis", "airway_swelling"),
    ("grandma had a stroke this morning", "stroke"),
    ("had a stroke years ago and suddenly my arm is weak again", "stroke"),
    ("bruised hand, cold and numb after the blood draw", "limb"),
    ("feels like someone is tightening a belt around my throat", "airway_swelling"),
    ("my tongue is too big for me to close my teeth", "airway_swelling"),
    ("the air does not enter", "breathing"),
    ("I have to sit on every step to get my wind back", "breathing"),
    ("a strap across my breast that goes down my arm, and I am clammy", "chest_pain"),
    ("coffee runs out of the corner of her mouth", "stroke"),
    ("all the right side of my body refuses to move", "stroke"),
    ("he is white as a sheet and his lips have no color", "blue_lips"),
    ("lacy purple pattern on his knees and belly", "blue_lips"),
    ("she kissed the floor in the shower", "collapse"),
    ("I have the urge but only drops come", "cauda_equina"),
    ("I wet myself without noticing", "cauda_equina"),
    ("I see as if through wax paper", "vision_loss"),
    ("the finger has been dripping for an hour, I am on warfarin", "bleeding"),
    ("nothing in his catheter bag since yesterday", "sepsis"),
    ("the shot gave me a seizure", "seizure"),
    ("I want to walk into traffic", "self_harm"),
    ("I'd rather die than go on like this", "self_harm"),
    ("temple pounding, 39.2, and I can't put my chin down", "meningitis"),
    ("I keep imagining how I would do it", "self_harm"),
    ("the kids would be better off without me", "self_harm"),
    ("neither leg carries me since the epidural", "cauda_equina"),
    ("whole left side quit on him", "stroke"),
    ("dad talks as if his mouth is full of cotton", "stroke"),
    ("she keeps bringing up bright red from her lungs", "coughing_blood"),
    ("half of the tv picture has vanished, both eyes", "vision_loss"),
    ("not passing water for a day", "cauda_equina"),
    ("can t breathe since the shot", "breathing"),
    ("his sugar is 45 and he makes no sense", "blood_sugar"),
    ("sugars over 500 since the steroid shot and I keep vomiting", "blood_sugar"),
    ("36 weeks and the baby has not moved since last night", "pregnancy_bleeding"),
    ("bleach splashed in my eyes", "overdose"),
    ("can't move my right side at all", "stroke"),
    ("I want to take all of them and sleep", "self_harm"),
    ("I have pressed on the needle hole for 40 minutes and it still runs", "bleeding"),
    ("took a handful and I don't know which ones", "overdose"),
    ("the toddler sat with the pill bottle and it is empty", "overdose"),
    ("her legs quit on the stairs, both of them", "cauda_equina"),
    ("he keeps asking what day it is, again and again", "confusion"),
    ("I have given away my things and written letters to the kids", "self_harm"),
]
SAME_DAY = [
    ("can I shower with a needle mark that's oozing pus?", "infection"),
    ("is it ok to fly on Sunday with a fever that came on last night?", "infection"),
    ("what helps against chills and 101.8, had my hip injected on Monday", "infection"),
    ("which cream do I buy, the injection site is weeping green stuff", "infection"),
    ("my knee is hot and red", "septic_joint"),
    ("my joint is hot, and I have a fever", "septic_joint"),
    ("I have a fever of 101.5", "infection"),
    ("the thermometer says 38.9", "infection"),
    ("pus is coming out of the injection site", "infection"),
    ("the redness is spreading", "infection"),
    ("my left calf is swollen", "dvt"),
    ("I have a headache since the epidural", "spinal_headache"),
    ("my foot went numb after the injection", "nerve"),
    ("the pain keeps getting worse and nothing helps", "uncontrolled_pain"),
    ("there is yellow stuff coming out, is it infected?", "infection"),
    ("my whole arm is black and blue after the blood test", "bruise"),
    ("arm bruised black and blue after a blood draw", "bruise"),
    ("bruise on my forearm turned purple after the IV", "bruise"),
    ("doctor says my knee is infected and it's getting worse", "septic_joint"),
    ("on antibiotics for cellulitis but the redness is spreading", "infection"),
    ("I had surgery on Friday, foot still numb", "nerve"),
    ("bp is 195/115", "blood_pressure"),
    ("burned my hand with boiling water", "burn"),
    ("38.4 since last night", "infection"),
    ("I'm at 102", "infection"),
    ("the red has walked past the pen line", "infection"),
    ("something milky comes out of the hole", "infection"),
    ("one calf is fatter than the other", "dvt"),
    ("my head bursts every time I sit up", "spinal_headache"),
    ("my toes drag when I walk since the injection", "nerve"),
    ("my grip lets go since the injection", "nerve"),
    ("it was a 4 on Monday and now it is a 9", "uncontrolled_pain"),
    ("stronger every night and no tablet helps", "uncontrolled_pain"),
    ("great ever since March, but yesterday the knee went red and hot", "septic_joint"),
    ("his ankle is 3 cm more than the other one", "dvt"),
    ("the second I sit up my skull splits, flat on my back I'm fine", "spinal_headache"),
    ("the left boot won't zip over my calf any more", "dvt"),
    ("bitten by a stray dog, my calf is open", "infection"),
    ("the needle lump has gone from a grape to a lemon", "bruise"),
    ("what should I do if the needle hole leaks pus", "infection"),
    ("what to do when one calf swells after the shot", "dvt"),
]
NOT_NOW = [
    "STOP",
    "no chest pain",
    "No fever, redness or pus. Can I shower?",
    "I don't have any chest pain",
    "is infection common?",
    "is there a risk of a blood clot in my leg?",
    "what are the signs of a stroke",
    "can PRP cause chest pain?",
    "what if I get a fever",
    "if my knee gets hot and red, who do I call?",
    "I had a stroke ten years ago, can I have PRP?",
    "I had a seizure as a child",
    "history of blood clots in my leg",
    "your prices gave me a heart attack",
    "scared to death of needles",
    "my knee is killing me",
    "I read about a woman who went blind",
    "my friend had an infection at another clinic",
    "my dog can't walk and has a fever",
    "the fever went away last week",
    "I've had numb toes for years, would PRP help?",
    "a little swelling in my knee",
    "I would cheat on the exercises",
    "hot tub after injection?",
    "if it is infected would I have a fever",
    "when you stop taking birth control do you bleed",
    "is sepsis contagious",
    "Ultrasound showed an old clot in my calf, would stockings help?",
    "neurologist says narrowing, or is it a stroke?",
    "I am on antibiotics for an infected toe, can I drink a beer?",
    "I had surgery on my thumb, still feel numb on the tip?",
    "had a stroke in 2015, left hand still weak",
    "my aunt had a heart attack during a hip replacement",
    "how do antibiotics kill germs?",
    "we are passing out flyers",
    "what is food poisoning",
    "my blood pressure is 118/76",
    "had meningitis as a boy",
    "sepsis 2014, well since",
    "chest pain in April, the cardiologist cleared me",
    "a friend of mine once went blind from a filler",
    "we lost my aunt to a blood clot in the lung",
    "anyone in your office ever faint?",
    "do you have an anaphylaxis kit?",
    "codeine gets me confused so I'd rather not take it",
    "nearly passed out when I read your quote",
    "I laughed so hard I couldn't breathe",
    "overdosed on pizza this weekend",
    "I'd rather die than see a needle",
    "squats are suicide for my knees",
    "breathing fine, no chest pain, no fever",
    "legs strong, bladder ok, just stiff",
    "bruise on my thigh is going from purple to yellow",
    "incontinent since my second child, can I still lie still for an hour?",
    "legs weak since polio, nothing new",
    "my a1c is 7.2 and my bmi is 38.5",
    "client denies chest pain, breathlessness, fever, calf pain",
    "the ankle was hot and swollen in May, great ever since",
    "imagine he faints in the chair, who helps",
    "let's say I pass out, is somebody trained?",
    "septic shoulder: what percentage of people get it",
    "what would I do if my knee got infected on a Sunday",
    "chest pain two weeks ago, they discharged me, all good now",
    "had a collapsed lung at 19, can I dive",
    "my fasting sugar is 104, can I have PRP",
    "no pain, no fever and no blood in the urine",
    "how is carbon monoxide poisoning found out",
    "dizziness after neck injections, is that a common side effect?",
    "should I stop aspirin so I won't bleed",
    "has prolotherapy ever caused a stroke",
    "had dark thoughts in 2008, life is good now",
    "steroid shots, risk of paralysis in the neck",
    "What are the signs of a clot? My knee is done in May",
    "how would a person know they have a blood clot",
    "the villain of my crime novel stops breathing in chapter two",
    "an odd feeling in my shoulder since I am back at work",
    "is the combined pill a problem before marrow",
    "dying for a swim, when can I?",
    "no trouble with breathing or walking",
    "no trouble breathing, I only want to move my visit",
    "no issues swallowing and no rash",
    "41F with sore cheeks after the jaw injection",
    "I was sent home at discharge with Tylenol for my hip",
    "my son is 17, basketball, PRP for his kneecap",
    "a wasp gave me anaphylaxis at age six",
    "he has a septic tank business, does PRP help his wrists",
    "I bled for hours after a tooth was pulled in 2010, is that a problem?",
    "the headache is the same as ever, I only want to book",
    "itchy square under the tape on my back, is there a paper one?",
    "shoulder a bit sorer today but nothing crazy",
    "can't get that bad infection story out of my head",
    "my veins are hard to find, what should I drink",
    "I can't see any redness or swelling, when can I swim?",
    "how do I try not to faint when they draw blood",
    "I stop breathing at night, can I still have sedation?",
    "what do you do if a patient has a seizure",
    "what can I do if the needle scares me",
    "my budget is bleeding, is there a discount",
    "one drop of blood on the gauze",
    "",
    "   \n",
]


@pytest.mark.parametrize(("text", "sign"), EMERGENCIES)
def test_danger_now_is_an_emergency(triage: Triage, text: str, sign: str) -> None:
    """Every sign that needs an ambulance is found, whoever reports it and however it is typed."""
    flag = triage.check(text)

    assert flag is not None
    assert flag.level == "emergency"
    assert sign in flag.signs


@pytest.mark.parametrize(("text", "sign"), SAME_DAY)
def test_sign_for_today_is_urgent(triage: Triage, text: str, sign: str) -> None:
    """Signs for a clinician today are urgent and no more."""
    flag = triage.check(text)

    assert flag is not None
    assert flag.level == "urgent"
    assert sign in flag.signs


@pytest.mark.parametrize("text", NOT_NOW)
def test_words_of_danger_without_danger_raise_nothing(triage: Triage, text: str) -> None:
    """A denial, a question, the past, an idiom or somebody far away is no red flag."""
    assert triage.check(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "no fever, chest pain",
        "not sure if this is chest pain",
        "I had a heart attack 5 years ago and now the chest pain is back",
        "is it normal that my chest hurts?",
        "no I can't breathe",
        "can't breathe well",
        "someone in the waiting room can't breathe",
        "does PRP cause a stroke? my arm went dead and my mouth hangs, that is what I have",
        "can it make your throat swell? mine started ten minutes ago",
        "chest pain in March was cleared, now it is back",
        "I used to be suicidal and it is back",
        "born 1958, chest pain since breakfast",
        "blind in one eye since birth, now suddenly the other goes dark",
        "I laughed at first but now I can't breathe",
        "had a stroke in 2015 and today my face droops again",
        "he denies it, but he has chest pain",
        "chest pain since the shot two weeks ago, when will it go down?",
        "surgery in March, the leg healed, my chest hurts when I breathe",
        "does chest pain mean a heart attack? my husband has it now",
        "chest pain two weeks ago, felt good since, and now it is back",
        "it is not good now, chest pain for two weeks",
        "all good since last week but today I can't breathe",
        "I was reading my novel and suddenly my chest hurts",
        "he denies everything, chest pain all night",
        "perfect ever since the first shot, and now I can't breathe",
        "out of curiosity, my chest hurts, is that from the shot?",
        "I can't imagine worse chest pain",
        "what can he do if his throat starts closing up?",
    ],
)
def test_doubt_counts_as_an_emergency(triage: Triage, text: str) -> None:
    """Where a denial or a time is ambiguous, the emergency is taken as real."""
    flag = triage.check(text)

    assert flag is not None
    assert flag.level == "emergency"


def test_gravest_sign_comes_first(triage: Triage) -> None:
    """A message with several signs is judged by the worst, and names all."""
    flag = triage.check("My knee is hot and red, I have a fever, and I can't breathe")

    assert flag is not None
    assert flag.sign == "breathing"
    assert {"breathing", "septic_joint", "infection"} <= set(flag.signs)
    assert "a hot, red" not in " ".join(flag.why)


def test_only_self_harm_is_a_crisis(triage: Triage) -> None:
    """The crisis card is for thoughts of self-harm; an overdose calls the ambulance first."""
    alone = triage.check("I want to end my life")
    both = triage.check("I took a whole bottle of tylenol, I want to die")

    assert alone is not None
    assert (alone.crisis, alone.card_level) == (True, "crisis")
    assert both is not None
    assert (both.crisis, both.card_level) == (True, "emergency")


@pytest.mark.parametrize(
    ("text", "dismissed"),
    [
        ("I have no chest pain at all", True),
        ("I had chest pain ten years ago", True),
        ("I have chest pain", False),
        ("how much is PRP", False),
        ("", False),
    ],
)
def test_a_danger_that_is_named_and_not_reported_is_told_from_none(triage: Triage, text: str, dismissed: bool):
    """So that another layer, which only hears the words, can be overruled."""
    assert triage.dismisses(text) is dismissed
