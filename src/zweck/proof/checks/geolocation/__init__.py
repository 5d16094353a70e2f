"""Proofs of what an address tells of a country, and of what becomes of it: nothing."""
