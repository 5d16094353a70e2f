"""Tells what an audit saw: to people as a page or on a terminal, to programs as JSON, to CI as JUnit's XML."""
