"""The small world of the staff pages."""

from tests.site.world import club

__all__ = ["club"]
