"""Two tickets of one patient as one, and the SQL on them."""
