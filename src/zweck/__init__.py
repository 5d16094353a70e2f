"""Zweck keeps a website's privacy statement true: it says it, enforces it and proves it."""

__version__ = "0.1.0"
