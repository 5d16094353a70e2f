"""The tests: one folder per room, and what they share in conftest, settings, databases and running."""
