"""Who carries the news further: organisations, people, and what they borrow."""
