"""Reads, judges and words the declaration of a site. Pure Python: no Django, no logging, no storage, no network."""
