"""What time brings to tickets: deadlines, promised calls, and texts that have not arrived."""
