"""What each part of the understanding learns from."""

from __future__ import annotations

from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

from bot.nlu.text.readings import examples_of, questions_of

DATA = """
version: "3.1"
nlu:
- intent: ask_cost
  examples: |
    - how much is it
- intent: ask_aftercare
  metadata: {teaches: danger}
  examples: |
    - sore and stiff since Monday, no fever, slept badly, walked the dog. what now
- intent: ask_aftercare
  examples: |
    - what do I do at home
"""


def test_what_teaches_danger_alone_is_no_question():
    """A long post shows what is no danger, not how its topic is asked."""
    data = RasaYAMLReader().reads(DATA)

    every, questions = examples_of(data, ()), questions_of(data, ())

    assert [example.intent for example in every] == ["ask_cost", "ask_aftercare", "ask_aftercare"]
    assert [example.asked for example in questions] == ["how much is it", "what do i do at home"]
