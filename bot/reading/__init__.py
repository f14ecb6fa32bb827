"""How what somebody wrote is read: letters in all their forms, phone numbers, email addresses."""
