"""The small world of the public pages."""

from tests.site.world import club

__all__ = ["club"]
