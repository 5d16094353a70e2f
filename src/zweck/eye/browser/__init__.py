"""The browser's own process: opens pages as visitors would, and tells in JSON what they did."""
