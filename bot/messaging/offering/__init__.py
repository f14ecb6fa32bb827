"""What a short reply takes up: an offer, a choice, a question back, a check-in."""
