"""The one client of Rasa, over connections that are kept."""
