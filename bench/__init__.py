"""Measurements beside stock Rasa, made in one run on one machine; docs/benchmarks.md says how to run them."""
