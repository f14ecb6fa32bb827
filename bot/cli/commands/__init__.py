"""The commands of `./frontdesk`, one module each, every one a thin cover over a use case."""
