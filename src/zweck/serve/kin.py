"""Living and dying with a parent process."""

import ctypes
import os
import signal
import threading
import time

PR_SET_PDEATHSIG = 1  # linux/prctl.h
LOOK_SECONDS = 0.5


def die_with(parent: int, grace_seconds: float) -> None:
    """End this process when its parent ends: asked first, after the grace whatever it is doing.

    The kernel's signal alone does not do: it is lost when the parent went before we asked for it, and it waits
    while the main thread sits in C code. So a thread looks as well.
    """
    if os.uname().sysname == "Linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(grace_seconds)
        os._exit(3)

    threading.Thread(target=look, name="kin", daemon=True).start()
