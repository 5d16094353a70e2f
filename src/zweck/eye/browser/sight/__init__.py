"""What is read from a page that is open, and the choices made on it."""

from zweck.eye.browser.sight.banner import find_banner
from zweck.eye.browser.sight.pressing import press
from zweck.eye.browser.sight.reading import read

__all__ = ["find_banner", "press", "read"]
