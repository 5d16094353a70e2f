"""Proofs of where data lie."""
