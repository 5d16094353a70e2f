"""Runs the proofs and keeps the evidence."""
