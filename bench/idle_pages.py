"""The service's pages, and one that is slow."""

import time

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

SLOW_SECONDS = 0.1


def slow(_request: HttpRequest) -> HttpResponse:
    """Half of the time computes, half of it waits."""
    until = time.perf_counter() + SLOW_SECONDS / 2
    while time.perf_counter() < until:
        sum(range(1000))
    time.sleep(SLOW_SECONDS / 2)
    return HttpResponse("slow but sure")


urlpatterns = [path("slow", slow), path("", include("zweck.urls"))]
