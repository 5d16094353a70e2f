"""Becomes the command it is given, and dies with whoever began it.

`python -m zweck.proof.drill.leash PARENT DESCRIPTOR COMMAND…`. What the parent could still tidy up is nothing to us: a
drill that outlives its run would serve a policy to nobody. Through the descriptor it hands over what the kernel tells
of the command's connections (`calls.Watch`), or the reason why nothing can be told; -1: nobody wants to know.
"""

import ctypes
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence

from zweck.proof.drill.calls import Watch
from zweck.proof.drill.seccomp import NoSeccomp, listen

_PR_SET_PDEATHSIG = 1  # linux/prctl.h; it survives an exec


def leashed(command: Sequence[str], watch: Watch) -> list[str]:
    """The command that becomes this one, dies with this process, and is watched."""
    return [sys.executable, "-P", "-m", "zweck.proof.drill.leash", str(os.getpid()), str(watch.pass_on), *command]


def main() -> None:
    """Ask the kernel for the signal, see that the parent is still there, become the command."""
    parent, descriptor, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    if os.uname().sysname == "Linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)
    if descriptor >= 0:
        _be_seen(socket.socket(fileno=descriptor))
    os.execv(command[0], command)  # noqa: S606  (no shell is what we want)


def _be_seen(through: socket.socket) -> None:
    """The thread was there before the filter: it alone may send without anybody being told first."""
    found: list[int] = []
    is_set = threading.Event()

    def hand_over() -> None:
        is_set.wait()
        if found:
            socket.send_fds(through, [b"seen"], found)

    sender = threading.Thread(target=hand_over)
    sender.start()
    try:
        found.append(listen())
    except NoSeccomp as reason:
        through.sendall(str(reason).encode())
    is_set.set()
    sender.join()
    through.close()


if __name__ == "__main__":
    main()
