"""Whether a form says what it is for, and whether what it is given stays there."""
