"""What the tables of figures promise about themselves, each with planted violations."""
