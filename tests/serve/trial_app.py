"""Works of every temper: one that counts, one that overruns, one that fails, one that starts a process."""

import subprocess
import time
from datetime import datetime, timedelta

from django.apps import AppConfig
from django.conf import settings

from zweck.doors import Work, hand_work


def count(now: datetime) -> int:
    """Leave the moment of each run in a file."""
    with (settings.DATA / "counted").open("a") as file:
        file.write(f"{now.isoformat()}\n")
    return 1


def overrun(_now: datetime) -> int:
    """Take far longer than a work should."""
    time.sleep(60)
    return 0


def fail(_now: datetime) -> int:
    """Quote somebody, as a careless library would."""
    raise ValueError("ben@example.org is not a number")


def leave_behind(_now: datetime) -> int:
    """Start a process that outlives a careless parent."""
    subprocess.run(["sleep", "61"], check=False)
    return 0


class Trial(AppConfig):
    """Hands the works."""

    name = "tests.serve"
    label = "trial"

    def ready(self) -> None:
        """All at a quick pace."""
        for work in (count, overrun, fail, leave_behind):
            hand_work(Work(work.__name__, timedelta(milliseconds=200), work))
