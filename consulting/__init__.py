"""What agencies ask the office, and by when it answers."""
