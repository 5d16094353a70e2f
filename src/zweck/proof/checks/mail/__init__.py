"""Proofs about mail: each in its reader's matter, and nothing else in it."""
