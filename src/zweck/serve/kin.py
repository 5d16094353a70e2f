"""Living and dying with a parent process."""

import ctypes
import os
import signal
import threading
import time

PR_SET_PDEATHSIG = 1  # linux/prctl.h
LOOK_SECONDS = 0.5

STOPS = (signal.SIGTERM, signal.SIGINT)


def fork_cleanly() -> None:
    """See that no process forked from here inherits our way of stopping, not even for a moment.

    The server installs its handlers some time after the fork. A stop that arrived in between went to the inherited
    handler, which changed a copy of the parent's flag, and the new worker lived until it was killed.
    """

    def reset() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)

    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, STOPS) and None,
        after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS) and None,
        after_in_child=reset,
    )


def die_with(parent: int, grace_seconds: float) -> None:
    """End this process and what it started when its parent ends: asked first, after the grace whatever it is doing.

    The process becomes the head of a group of its own. So a terminal's Ctrl-C reaches the main process alone, which
    stops the others in order, and what this one started can be ended with it.

    The kernel's signal alone does not do: it is lost when the parent went before we asked for it, and it waits
    while the main thread sits in C code. So a thread looks as well.
    """
    os.setpgid(0, 0)
    if os.uname().sysname == "Linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(grace_seconds)
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=look, name="kin", daemon=True).start()
