"""The service's settings with one more work in the work child, which keeps a processor busy while it is told to."""

from datetime import datetime, timedelta

from django.apps import AppConfig
from django.conf import settings

from zweck.doors import Work, hand_work
from zweck.settings import *  # noqa: F403
from zweck.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "bench.busy.Busy"]


def toil(_now: datetime) -> int:
    """As a busy thread of Python does: count, and never wait."""
    rounds = 0
    while (settings.DATA / "toil").exists():
        sum(range(20_000))
        rounds += 1
    return rounds


class Busy(AppConfig):
    """Hands the work."""

    name = "bench"
    label = "bench_busy"

    def ready(self) -> None:
        """At a quick pace."""
        hand_work(Work("toil", timedelta(milliseconds=50), toil))
