"""What the statement says of the measurement, and of the ways out of it."""
