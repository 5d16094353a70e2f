"""Campaigns on their way out."""
