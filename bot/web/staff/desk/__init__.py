"""What staff do beside answering one ticket: several at once, labels, saved views, keys, judging dangers."""
