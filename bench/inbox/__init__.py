"""How long the inbox and the search of staff take in a store with many tickets."""
