"""Audits that come again by themselves, what they found, and word of what changed."""
