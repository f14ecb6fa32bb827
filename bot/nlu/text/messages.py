"""What the graph components read from and write to Rasa's messages."""

from __future__ import annotations

from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.text.entity_matcher import FoundEntity
from bot.nlu.text.words import WORDS, Word, split_words

# The keys under which the questions of a message travel: those to be answered, and those to be asked back beside them.
QUESTIONS = "questions"
UNSURE_QUESTIONS = "unsure_questions"
# How far a message as a whole is about what is asked of the clinic, from -1 to 1.
OURS = "ours"
# Where the paragraphs of the answers stand that are nearest, on a message and on each of its questions.
PARAGRAPHS = "paragraphs"


def text_of(message: Message) -> str:
    """Return the patient's words; empty where there are none."""
    text = message.get(TEXT)
    return text if isinstance(text, str) else ""


def is_understood(message: Message) -> bool:
    """Say whether a message has its intent already, so that nothing is to be changed on it.

    A button's `/intent{...}` has none yet: Rasa's own handler replaces the whole message at the end of the pipeline,
    and a patient's text that only begins with a slash must be understood like any other.
    """
    intent = message.get(INTENT)
    return isinstance(intent, dict) and bool(intent.get("name"))


def words_of(message: Message) -> tuple[Word, ...]:
    """Return the message's words, repaired if `SpellingRepair` stands before in the pipeline."""
    words: tuple[Word, ...] | None = message.get(WORDS)
    return split_words(text_of(message)) if words is None else words


def entities_of(message: Message) -> list[FoundEntity]:
    """Return the entities that components before have found."""
    return [
        FoundEntity(entity["entity"], str(entity["value"]), entity["start"], entity["end"], entity.get("role"))
        for entity in message.get(ENTITIES) or []
        if "start" in entity and "end" in entity
    ]
