"""Looks at pages through a real browser."""

from zweck.eye.browsing import Eye, Visitor, find_browser, look

__all__ = ["Eye", "Visitor", "find_browser", "look"]
