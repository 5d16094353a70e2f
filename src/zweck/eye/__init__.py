"""Looks at a site through a browser."""
