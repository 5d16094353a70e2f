"""What was caught, in memory alone and within bounds: the oldest goes first."""

import threading
from collections import OrderedDict
from datetime import datetime

from zweck.disclosure.values import Caught

MOST_MAILS = 1000
MOST_BYTES = 32 * 1024 * 1024
_LEAST_MAILS = 1


class Shelf:
    """The mails that were caught. Safe to use from several threads."""

    def __init__(self, most_mails: int = MOST_MAILS, most_bytes: int = MOST_BYTES) -> None:
        self._most_mails, self._most_bytes = most_mails, most_bytes
        self._mails: OrderedDict[int, Caught] = OrderedDict()
        self._lock = threading.Lock()
        self._bytes = 0
        self._number = 0

    def put(self, sender: str, to: str, data: bytes, at: datetime) -> int:
        """Keep a mail; gives its number, which counts from 1 and is never given again."""
        with self._lock:
            self._number += 1
            self._mails[self._number] = Caught(self._number, at, sender, to, data)
            self._bytes += len(data)
            while len(self._mails) > _LEAST_MAILS and (
                len(self._mails) > self._most_mails or self._bytes > self._most_bytes
            ):
                self._bytes -= len(self._mails.popitem(last=False)[1].data)
            return self._number

    def mails(self, after: int = 0) -> tuple[Caught, ...]:
        """Those with a higher number, oldest first."""
        with self._lock:
            return tuple(mail for number, mail in self._mails.items() if number > after)

    def mail(self, number: int) -> Caught | None:
        """One of them, if it is still there."""
        with self._lock:
            return self._mails.get(number)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._mails.clear()
            self._bytes = 0
