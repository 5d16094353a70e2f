"""The service's settings with a short way that does nothing, beside a hit's, and with a page that is slow."""

from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig

from zweck import doors
from zweck.settings import *  # noqa: F403
from zweck.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "bench.idle.Idle"]
ROOT_URLCONF = "bench.idle_pages"
NOTHING = doors.Answer("202 Accepted", (("Zweck-Measured", "no, nothing"), ("Content-Length", "0")), b"")


def nothing(environ: Mapping[str, Any]) -> doors.Answer:  # Any: WSGI puts strings, streams and flags together
    """Take the request in, body and all, and answer at once: what every short way does before it does anything."""
    environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    return NOTHING


class Idle(AppConfig):
    """Hands the front the way that does nothing."""

    name = "bench"
    label = "bench_idle"

    def ready(self) -> None:
        """Beside the others."""
        doors.exact_paths["/z/nothing"] = nothing
