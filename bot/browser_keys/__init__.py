"""The keys that browsers encrypt with what they keep of people's words: given out with a page, stored in no browser."""
