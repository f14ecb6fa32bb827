"""What becomes of a turn as time passes, connections stand open, conversations are stored, and edges are added."""
