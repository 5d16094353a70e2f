"""A thread with an event loop: the main thread has the one of other browser tests running, for as long as they last."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

Told = TypeVar("Told")


class Loop:
    """Runs coroutines one after the other, and waits for each."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Told]) -> Told:  # Any: as asyncio has it
        """What came of it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        """End loop and thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def run(work: Coroutine[Any, Any, Told]) -> Told:  # Any: as asyncio has it
    """As `asyncio.run`, but beside whatever runs in this thread."""
    loop = Loop()
    try:
        return loop.run(work)
    finally:
        loop.close()
