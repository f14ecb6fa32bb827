"""Understanding: our Rasa components beside Rasa's stock pipeline, on public sets."""
