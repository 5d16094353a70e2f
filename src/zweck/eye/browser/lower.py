"""Starts the browser without root's rights, which Chromium's sandbox asks for. Standard library only.

`python -I lower.py UID GID CHROMIUM ARGUMENT…`: only the browser goes down, so that it works where an unprivileged
user could not even read our interpreter.
"""

import os
import sys

_PROFILE = "--user-data-dir="


def main() -> None:
    """Become that user, and then the browser."""
    uid, gid, chromium, *arguments = sys.argv[1:]
    for argument in arguments:
        if argument.startswith(_PROFILE):  # was just made for the browser, by root
            os.chown(argument.removeprefix(_PROFILE), int(uid), int(gid))
    os.setgroups([])
    os.setgid(int(gid))
    os.setuid(int(uid))
    os.execv(chromium, [chromium, *arguments])  # noqa: S606


if __name__ == "__main__":
    main()
