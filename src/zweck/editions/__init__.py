"""Activated policies."""
