"""What a danger sets off: the card, its alarm, the check, and what the patient says of them."""
