"""What others may ask of this room."""

from zweck.origin.cut import NOWHERE, cut, cut_further, plainly

__all__ = ["NOWHERE", "cut", "cut_further", "plainly"]
