"""The few files the pages are made with, read once and served under names that change with their content."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(__file__).with_name("assets")
FOR_EVER = "public, max-age=31536000, immutable"


@cache
def read(name: str) -> bytes:
    """The bytes of a file of the assets folder."""
    return (FOLDER / name).read_bytes()


@cache
def style_path() -> str:
    """Where the style sheet is; another content has another address, so it may be kept for ever."""
    return f"/z/{sha256(read('zweck.css')).hexdigest()[:12]}.css"


@cache
def form_style_path() -> str:
    """Where the sheet for forms is; only pages with a form name it, so that all others stay as light as they were."""
    return f"/z/{sha256(read('form.css')).hexdigest()[:12]}.css"


@cache
def sprite() -> SafeString:
    """The icons, to stand in each page: no request, and the colours of the page."""
    return mark_safe(read("sprite.svg").decode().strip())  # noqa: S308  (our own file)


@cache
def measure_path() -> str:
    """Where the script is that measures a page; only pages for those whose choice allows it name it."""
    return f"/z/{sha256(read('measure.js')).hexdigest()[:12]}.js"


@cache
def solver_path() -> str:
    """Where the script is that does a form's little work; only a form that asks for it names it."""
    return f"/z/{sha256(read('work.js')).hexdigest()[:12]}.js"
