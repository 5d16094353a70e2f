"""Campaigns: written, previewed, sent."""
