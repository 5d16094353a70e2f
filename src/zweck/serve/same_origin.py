"""Refuses what other sites make a visitor's browser send, without a cookie."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def is_from_here(request: HttpRequest) -> bool:
    """Whether a browser says that one of our own pages sent this.

    `Origin` decides when it is there, then `Sec-Fetch-Site`, then `Referer` (our pages send it to ourselves).
    Behind none of the three is no browser we know of, and the request is refused.
    """
    here = f"{request.scheme}://{request.get_host()}"
    if origin := request.headers.get("Origin"):
        return origin == here
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in ("same-origin", "none")
    sender = urlsplit(request.headers.get("Referer", ""))
    return f"{sender.scheme}://{sender.netloc}" == here


class SameOrigin:
    """Answers 403 to a changing request from elsewhere, unless the view carries a token of its own (`csrf_exempt`).

    A view may say itself what such a request gets, as its `from_elsewhere`: a response, or None to take it after all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], _args: object, _kwargs: object
    ) -> HttpResponse | None:
        """Runs when the view is known and before it is called."""
        if request.method in SAFE or getattr(view, "csrf_exempt", False) or is_from_here(request):
            return None
        from_elsewhere: Callable[[HttpRequest], HttpResponse | None] | None = getattr(view, "from_elsewhere", None)
        if from_elsewhere is not None:
            return from_elsewhere(request)
        return HttpResponse(
            "This form was sent from another site, so nothing was done. Please open the page here and send it again.\n",
            status=403,
            content_type="text/plain; charset=utf-8",
        )
