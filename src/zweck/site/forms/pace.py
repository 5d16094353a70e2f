"""How many forms a sender may send before more is asked of them. In memory; each worker process counts for itself.

A sender is a keyed number that the front makes of an address, under a key that never leaves its process. It is
forgotten with the count.
"""

from threading import Lock

PER_SENDER = (5, 600.0)  # at once, and within how many seconds they come back
PER_FORM = (60, 60.0)
MOST = 5000

_left: dict[tuple[str, ...], tuple[float, float]] = {}  # what may still be sent at once, and when that was so
_lock = Lock()


def is_hurried(site: str, form: str, sender: str, now: float) -> bool:
    """Whether the limit is touched, by this sender or by all together. Counts."""
    one = _take((site, form, sender), *PER_SENDER, now)
    every = _take((site, form), *PER_FORM, now)
    return not (one and every)


def clear() -> None:
    """Forget all; for tests."""
    _left.clear()


def _take(key: tuple[str, ...], burst: int, seconds: float, now: float) -> bool:
    with _lock:
        left, at = _left.get(key, (float(burst), now))
        left = min(float(burst), left + max(now - at, 0) * burst / seconds)
        if len(_left) >= MOST:
            _left.clear()
        _left[key] = max(left - 1, 0), now
        return left >= 1
