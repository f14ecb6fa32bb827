"""The page of figures, and the charts on it."""
