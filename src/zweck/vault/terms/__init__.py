"""What comes again in row after row is kept once, and known by a number."""
