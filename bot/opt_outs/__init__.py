"""Opt-outs in anybody's words: a frozen judge says how likely a text wants no more messages from us."""
