"""Stand-ins for data centres beside a demonstration, so that a trial can be walked to its end without one."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.conf import settings

NAME = "ZWECK_STANDIN_SECRET"
STOP_SECONDS = 2
NEEDED = ("PATH", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH")


@contextmanager
def beside() -> Iterator[tuple[str, ...]]:
    """One for each place that has no data centre, where it is wanted; gives those places. They end with us."""
    begun: list[subprocess.Popen[str]] = []
    places = _without() if settings.STANDINS else ()
    try:
        secret = secrets.token_hex(16)
        begun += [_begin(place, secret) for place in places]
        for place, one in zip(places, begun, strict=True):
            out = one.stdout
            url = out.readline().strip().rpartition(" ")[2] if out else ""
            settings.TRIALS[place] = (url, secret)
            # For a work child that begins anew: it reads the settings again.
            name = f"ZWECK_{f'PLACE_{place}_' if place else ''}TRIALS".upper().replace("-", "_")
            os.environ |= {f"{name}_URL": url, f"{name}_SECRET": secret}
        yield places
    finally:
        for one in begun:
            one.terminate()
        for one in begun:
            with suppress(subprocess.TimeoutExpired):
                one.wait(STOP_SECONDS)
            one.kill()
            one.wait()
            if one.stdout:
                one.stdout.close()


def _without() -> tuple[str, ...]:
    """Places without a data centre; the one without a name only where it is the only one."""
    named = [place for place in settings.TRIALS if place] or [""]
    return tuple(place for place in named if not settings.TRIALS[place][0])


def _known() -> dict[str, str]:
    """What a stand-in may know of our environment: how to run Python, and none of the passwords and keys in it."""
    return {name: value for name, value in os.environ.items() if name in NEEDED or name.startswith(("PYTHON", "LC_"))}


def _begin(place: str, secret: str) -> subprocess.Popen[str]:
    words = [
        "-m",
        "zweck.trials.standin",
        "--name",
        place or "a data centre",
        "--port",
        "0",
        "--with",
        str(os.getpid()),
    ]
    return subprocess.Popen(
        [sys.executable, "-P", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env=_known() | {NAME: secret},
        start_new_session=True,
    )
