"""From a day's events to its figures, and the end of the events."""
