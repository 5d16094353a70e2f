"""How fast mail may leave: in all, and to any one domain. Large mailbox providers defer who comes too fast."""

import time
from collections import defaultdict
from collections.abc import Callable


class Bucket:
    """Holds at most a second's worth; what flows in may be taken out."""

    def __init__(self, per_second: int, now: float) -> None:
        self._rate = per_second
        self._held = float(per_second)
        self._at = now

    def take(self, now: float) -> bool:
        """Take one if there is one."""
        self._held = min(float(self._rate), self._held + (now - self._at) * self._rate)
        self._at = now
        if self._held < 1:
            return False
        self._held -= 1
        return True


class Throttle:
    """A bucket for all and one for each domain; 0 means as fast as can be."""

    def __init__(self, per_second: int, per_domain: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all = Bucket(per_second, clock()) if per_second else None
        self._per_domain = per_domain
        self._domains: dict[str, Bucket] = defaultdict(lambda: Bucket(per_domain, clock()))

    def allows(self, domain: str) -> bool:
        """Whether a mail to this domain may leave now; if so, it is counted."""
        now = self._clock()
        if self._per_domain and not self._domains[domain].take(now):
            return False
        return self._all is None or self._all.take(now)
