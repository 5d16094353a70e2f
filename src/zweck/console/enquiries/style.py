"""The style sheet of these pages, under a name that changes with its content."""

import hashlib
from functools import cache
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

FILE = Path(__file__).with_name("enquiries.css")


@cache
def style_name() -> str:
    """Its name."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()[:12]


@require_safe
def style_sheet(_request: HttpRequest, name: str) -> HttpResponse:
    """The style sheet; it tells nothing, so it needs no log-in."""
    if name != style_name():
        raise Http404(name)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return HttpResponse(FILE.read_bytes(), content_type="text/css; charset=utf-8", headers=headers)
