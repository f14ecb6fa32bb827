"""Measuring what learning from staff costs what was known before."""
