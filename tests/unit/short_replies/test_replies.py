"""A short reply is one of the clinic's words for it and nothing else; everything longer is left to be understood."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.settings import load_settings
from bot.short_replies import FILE, Meaning, ShortReplies

WORDS = load_settings({}).knowledge_path / FILE
TITLES = (
    "How many PRP sessions will I need?",
    "Does prolotherapy hurt?",
    "Does PRP hurt?",
    "How long does a regenerative treatment visit take?",
    "Talk to a person",
    "No, thanks",
)


@pytest.fixture(scope="module")
def short_replies() -> ShortReplies:
    """Give the clinic's own."""
    return ShortReplies.from_file(WORDS)


SHORT = {
    Meaning.YES: """
        yes | YES!! | Yesss please | yeah | yep, thank you | Sure, go ahead | ok yes | I would like that | yes 👍🏽
        Sí | si, por favor | claro que sí | oui | да | 네 | 是的 | نعم | vâng | oo""",
    Meaning.AGREED: "ok | Okay. | sure | sounds good | 👍 | please | 好的 | vale | d'accord",
    Meaning.NO: """
        no | No thanks | nah | noooo | No, thank you so much | no, that's ok | not now | maybe later | none of these
        I'm good thanks | I'm all set, thank you | 👎
        no gracias | nein danke | нет, спасибо | 아니요 | 不用了 | não""",
    Meaning.TAKEN_BACK: """
        never mind | Nevermind! | nvm | never mind, I found it
        forget it | forget about it | cancel | I changed my mind | olvídalo
        no, never mind | ok never mind thanks | actually, forget it | please disregard my message""",
    Meaning.WITHDRAWN: """
        cancel my request | you can close my ticket | please close the ticket | Can you cancel my request?
        I don't need a person any more | I dont want to talk to a human | no human | No human please!
        no, I don't need to talk to anyone anymore | I no longer need the nurse to call me
        please don't transfer me to a human | don't bother calling me back | forget my request
        ya no quiero hablar con una persona""",
    Meaning.OPT_OUT: """
        opt out | STOP ALL | please stop texting me | remove me | unsubscribe me from this | stop messaging me
        don't text me again | take me off your list | Please take me off of your texting list. | no more texts
        I don't want any more texts from you | how do I unsubscribe? | Wrong number, stop texting | take me off
        do not contact me anymore | take my number off your list | cancel the text alerts | ok stop texting me
        no me envíen más mensajes | deje de mandarme mensajes | Quiero darme de baja""",
    Meaning.PERSON: """
        I want a person | I'd like to talk to a human please | Can I speak to someone real? | give me a real person
        neither, talk to a person | none, i want a human | no, I want a human | no i want a person
        No thanks, I'd rather speak with someone | nope, get me somebody | none of these, connect me with a nurse please
        not these, a human please | neither, a person | never mind, I want a human | no, quiero hablar con una persona
        yes, I want to talk to a person""",
    Meaning.WAITING: """
        how long till a human answers | when will someone call me | is anyone there?? | hello? anyone?
        did anyone see my message | how long do I have to wait | what's my place in line | how much longer?
        when are you going to call me back | is anybody reading this | still waiting for a reply
        nobody has called me yet
        has my message been received? | how many people are ahead of me | am I next? | any news? | how long is the wait
        ok, when will somebody get back to me? | hay alguien ahí | did you forget about me?""",
    Meaning.NUMBER: """
        is there a phone number | what number do I call? | who do I call | what's the number again
        ok which number should I call""",
    Meaning.THANKED: "thanks | Thank you so much! | got it, thanks | gracias",
}


@pytest.mark.parametrize("meaning", SHORT)
def test_a_short_reply_is_known_however_it_is_typed(meaning: Meaning, short_replies: ShortReplies):
    """Case, accents, apostrophes, elongation, emoji and politeness do not matter, nor which language."""
    texts = [text.strip() for line in SHORT[meaning].splitlines() for text in line.split(" | ") if text.strip()]

    assert {text: short_replies.meaning(text) for text in texts} == dict.fromkeys(texts, meaning)


@pytest.mark.parametrize(
    "text",
    [
        "yes but how much is it?",
        "yes?",
        "ok?",
        "no?",
        "no nurse?",
        "never mind?",
        "yes no",
        "a human?",
        "are you a human?",
        "is there a person who had PRP and was fine",
        "I want a nurse who is good with needles",
        "no person, how much is it",
        "how long do I have to wait after PRP",
        "when can someone drive after PRP",
        "how long does it take",
        "is anyone too old for PRP",
        "yes my number is 555-0142",
        "hello",
        "no pain no gain",
        "no stop it hurts",
        "that's ok",
        "stop the bleeding",
        "stop",
        "how do I stop",
        "como puedo parar",
        "cancel the message",
        "how do I stop taking aspirin",
        "when should I stop the blood thinner",
        "can I cancel my appointment",
        "cancel my visit",
        "cancel my injection on Friday",
        "delete my chat",
        "I don't want to cancel my request",
        "I don't want a person to inject me who is not a doctor",
        "is there a person I can talk to",
        "no person has called me back",
        "does it stop hurting after a week",
        "remove the bandage",
        "I do not need surgery",
        "",
        "?",
        "🙂",
        "yes " * 40,
    ],
)
def test_what_says_anything_besides_is_none(text: str, short_replies: ShortReplies):
    """It goes the way of questions, or is a request of its own."""
    assert short_replies.meaning(text) is None


PERSON, YES = Meaning.PERSON, Meaning.YES


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I want a human. how much is prp?", (PERSON, "how much is prp?")),
        ("yes i want to talk to a person, how much is it", (PERSON, "how much is it")),
        ("no, I want a human, but how much is it?", (PERSON, "how much is it?")),
        ("Does it hurt? And I'd like to talk to a person.", (PERSON, "Does it hurt?")),
        ("can I talk to a person, also does it hurt", (PERSON, "does it hurt")),
        ("yes please but how much is it", (YES, "how much is it")),
        ("Yes. How much is 1,500 ml?", (YES, "How much is 1,500 ml?")),
        ("yes my number is 555-0142", None),
        ("yes, but not now", None),
        ("yes but no", None),
        ("how much is it? yes", None),
        ("ok but how much is it", None),
        ("I don't want a person, how much is it", None),
        ("cancel my request. I want a human? no", None),
        ("I want a human", None),
        ("how much is it, and does it hurt", None),
        ("", None),
    ],
)
def test_what_stands_beside_a_question_is_heard(
    text: str, found: tuple[Meaning, str] | None, short_replies: ShortReplies
):
    """A wish for a person in any clause, and a yes that leads; a yes at the end answers nothing of ours."""
    assert short_replies.beside_question(text) == found


@pytest.mark.parametrize(
    ("text", "of_three"),
    [
        ("1", (0,)),
        ("2.", (1,)),
        ("#3", (2,)),
        ("option 2", (1,)),
        ("no. 2", (1,)),
        ("number two please", (1,)),
        ("the first one", (0,)),
        ("I'll take the second", (1,)),
        ("3rd", (2,)),
        ("the last", (2,)),
        ("LAST ONE!", (2,)),
        ("1 and 3", (0, 2)),
        ("first and second", (0, 1)),
        ("all of them", (0, 1, 2)),
        ("el segundo", (1,)),
        ("yes the first", (0,)),
        ("yes please, number 2", (1,)),
        ("ok the last one", (2,)),
        ("the third", (2,)),
        ("the fourth", ()),
        ("1-2", (0, 1)),
        ("both", ()),
        ("4", ()),
        ("1 and 4", ()),
    ],
)
def test_a_place_in_the_list_is_known(text: str, of_three: tuple[int, ...], short_replies: ShortReplies):
    """By number or in words, in lists of three here; a place that is not there chooses nothing, nor "both" of three."""
    places = short_replies.places(text)

    assert places is not None
    assert places.among(3) == of_three


def test_both_is_all_of_two(short_replies: ShortReplies):
    """And of nothing else."""
    places = short_replies.places("both of them please")

    assert places is not None
    assert [places.among(count) for count in (1, 2, 3)] == [(), (0, 1), ()]


@pytest.mark.parametrize(
    "text",
    [
        "2 weeks",
        "12",
        "555 0142",
        "the last two",
        "the other one",
        "one more thing",
        "",
        "1 or 2",
        "-1",
        "option -2",
        "1.5",
        "2%",
    ],
)
def test_a_number_among_other_words_is_no_place(text: str, short_replies: ShortReplies):
    """It is read as words."""
    assert short_replies.places(text) is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("does prp hurt", "Does PRP hurt?"),
        ("DOSE PRP HURT??", "Does PRP hurt?"),
        ("does prolotherpy hurt", "Does prolotherapy hurt?"),
        ("how many prp sesions will i need", "How many PRP sessions will I need?"),
        ("talk to a persn", "Talk to a person"),
        ("Talk to person please", "Talk to a person"),
        ("no thanks", "No, thanks"),
        ("how lng does a regenrative treatment visit take", "How long does a regenerative treatment visit take?"),
        ("How logn does a regenerativ tretment visit take", "How long does a regenerative treatment visit take?"),
        ("How long does a treatment take", None),
        ("how song does a regenerative payment visit bake", None),
        ("does PRF hurt", None),
        ("does physiotherapy hurt", None),
        ("How many prolotherapy sessions will I need?", None),
        ("does PRP hurt a lot", None),
        ("hurt", None),
        ("", None),
    ],
)
def test_a_title_is_known_with_its_typing_errors(text: str, title: str | None, short_replies: ShortReplies):
    """But never another treatment's, and never a question that says more."""
    place = short_replies.titled(text, TITLES)

    assert (None if place is None else TITLES[place]) == title


@pytest.mark.parametrize(
    "text", ["no " * 39 + "x", "ok sure no " * 10 + "x", "i do not need a person to " * 4, "yes, " * 200]
)
def test_a_text_that_repeats_itself_is_read_in_no_time(text: str, short_replies: ShortReplies):
    """Nobody can keep the edge busy with it."""
    started = time.process_time()

    short_replies.meaning(text)
    short_replies.places(text)
    short_replies.beside_question(text)

    assert time.process_time() - started < 0.5


def test_a_content_folder_without_the_file_goes_by_the_projects_words(tmp_path: Path):
    """A clinic that keeps its answers elsewhere need not copy it."""
    assert ShortReplies.from_folder(tmp_path).meaning("no thanks") is Meaning.NO


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("- lose my number", "- lose {my} number", "there is no list 'my'"),
        ("- lose my number", "- (lose) (my)", "must hold a word that may not be missing"),
        ("- lose my number", "- lose !!", "'!!' holds no word"),
        ("refusing:", "refusin:", "'refusing' must hold a list of lines for each language"),
        ("  last: [", "  lost: [", "'lost' must be a number, last, both or all"),
    ],
)
def test_a_broken_line_names_itself(old: str, new: str, problem: str, tmp_path: Path):
    """With the file, the line, and what is wrong."""
    text = WORDS.read_text(encoding="utf-8")
    assert old in text
    broken = tmp_path / FILE
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ContentError, match=problem.replace("(", r"\(")) as raised:
        ShortReplies.from_file(broken)

    assert raised.value.line is not None


@pytest.mark.parametrize(
    "text", ["yes", "Yes, since noon", "yes my whole arm", "yeah it does", "sí, ahora", "Yes. Is it bad?"]
)
def test_a_text_that_begins_with_yes_leads_with_it(short_replies: ShortReplies, text: str):
    """Whatever comes after it."""
    assert short_replies.leads_with_yes(text)


@pytest.mark.parametrize("text", ["yes?", "no", "ok", "yesterday it did", "is that a yes", "I would like a price", ""])
def test_what_only_holds_a_yes_does_not_lead_with_it(short_replies: ShortReplies, text: str):
    """Nor does what asks back."""
    assert not short_replies.leads_with_yes(text)
