"""The accounts that a clinic has elsewhere, as the environment names them: for messages, and for signing in."""
