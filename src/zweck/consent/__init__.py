"""Choices about the visitor's device: what was asked, what was answered, and the record of it."""
