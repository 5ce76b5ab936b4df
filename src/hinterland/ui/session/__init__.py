"""What one session holds: the list in hand, its runs, and how far they are."""
