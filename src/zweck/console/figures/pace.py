"""How fast a token may ask. Counted in memory by the token's hash; each worker process counts for itself."""

from threading import Lock

PER_MINUTE = 60
BURST = 20
MOST = 1000

_left: dict[str, tuple[float, float]] = {}  # what may still be asked at once, and when that was so
_lock = Lock()


def wait(key: str, now: float) -> int:
    """Seconds to wait before this may be asked; 0: at once, and counted."""
    each = 60 / PER_MINUTE
    with _lock:
        left, at = _left.get(key, (float(BURST), now))
        left = min(float(BURST), left + max(now - at, 0) / each)
        if len(_left) >= MOST:
            _left.clear()
        if left < 1:
            _left[key] = left, now
            return max(1, round((1 - left) * each))
        _left[key] = left - 1, now
        return 0


def clear() -> None:
    """Forget all; for tests."""
    _left.clear()
