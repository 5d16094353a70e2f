"""`zweck serve`, begun by `zweck.cli` with its options as environment variables."""

import os
import signal
import sys
from types import FrameType

import django
from django.core.exceptions import ImproperlyConfigured

from zweck.serve.errors import StartRefused, WrongSetting


def stopped(_signal: int, _frame: FrameType | None) -> None:
    """A stop before the server took over: nothing is in flight yet."""
    raise SystemExit(0)


def main() -> int:
    """Serve; the exit code. A refused start is one clear message, never a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zweck.settings")
    os.umask(0o077)
    signal.signal(signal.SIGTERM, stopped)
    signal.signal(signal.SIGINT, stopped)
    try:
        try:
            django.setup()
        except ImproperlyConfigured as wrong:
            raise WrongSetting(str(wrong)) from None
        from zweck.serve.start import serve  # noqa: PLC0415  (its models need Django's apps to be ready)

        serve()
    except StartRefused as refused:
        sys.stderr.write(f"zweck serve: {refused}\n")
        return refused.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
