"""Bringing in figures that another product counted: whole days, straight into the roll-ups."""
