"""How long learning takes, and how much memory, as the examples grow in number."""
