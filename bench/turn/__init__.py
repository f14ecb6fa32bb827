"""A whole turn, as a patient's browser has it, beside a stock Rasa project over its REST channel."""
