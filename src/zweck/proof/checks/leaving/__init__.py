"""Proofs of what leaves the machine."""
