"""What encryption of what is stored costs, message by message and search by search."""
