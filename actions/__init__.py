"""The action server's actions: they translate between Rasa's tracker and the packages of `bot`."""
