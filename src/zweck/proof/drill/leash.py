"""Becomes the command it is given, and dies with whoever began it: `python -m zweck.proof.drill.leash PARENT COMMAND…`.

What the parent could still tidy up is nothing to us: a drill that outlives its run would serve a policy to nobody.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h; it survives an exec


def main() -> None:
    """Ask the kernel for the signal, see that the parent is still there, become the command."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if os.uname().sysname == "Linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606  (no shell is what we want)


if __name__ == "__main__":
    main()
