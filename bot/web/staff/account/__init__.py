"""One's own account: its page, and the passkeys on it."""
