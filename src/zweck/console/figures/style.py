"""The style sheet of figures, under a name that changes with its content."""

import hashlib
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("figures.css")


@cache
def style() -> bytes:
    """Its bytes."""
    return FILE.read_bytes()


@cache
def style_name() -> str:
    """Its name."""
    return hashlib.sha256(style()).hexdigest()[:12]
