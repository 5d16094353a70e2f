"""`zweck mail doctor`: whether mail of ours has a chance to arrive. Exit codes: 0 fine, 1 wrong, 2 could not look."""

import os
import sys

import django


def main() -> int:
    """Look and tell; the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zweck.settings")
    django.setup()
    from zweck.disclosure.doctor.looking import Outside  # noqa: PLC0415  (Django's apps must be ready)
    from zweck.disclosure.doctor.running import run  # noqa: PLC0415  (the same)

    return run(sys.argv[1:], Outside())


if __name__ == "__main__":
    sys.exit(main())
