"""The way to the API. What describes and checks it is imported at its first use: no other page pays for it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt  # asked with a bearer token, which no browser sends by itself; and nothing is changed
def api(request: HttpRequest, rest: str) -> HttpResponse:
    """An answer of the API."""
    from zweck.console.figures.api import answer  # noqa: PLC0415  (django-ninja: 170 ms and 5 MB)

    return answer(request, rest)
