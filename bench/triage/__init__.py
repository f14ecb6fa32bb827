"""Red flags: how long the look for danger takes, whatever is sent."""
