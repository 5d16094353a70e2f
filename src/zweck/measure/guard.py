"""Floods and repetitions, told from a memory that cannot grow."""

PER_SECOND = 10.0  # from one address for long; an office shares one
AT_ONCE = 100.0
REPEATED_MS = 2000
KEPT = 20_000


class Flood:
    """A token bucket for each rate key, kept as the one moment at which it would be full again (GCRA)."""

    def __init__(self) -> None:
        self._full_at: dict[str, float] = {}

    def is_over(self, key: str, now: float) -> bool:
        """Take one token; whether there was none. `now`: seconds."""
        full_at = max(self._full_at.get(key, now), now) + 1 / PER_SECOND
        # A clock that was set back must not lock anybody out for longer than a full bucket takes.
        if full_at - now > 2 * AT_ONCE / PER_SECOND:
            full_at = now + 1 / PER_SECOND
        if full_at - now > AT_ONCE / PER_SECOND:
            return True
        if len(self._full_at) >= KEPT:
            self._forget(now)
        self._full_at[key] = full_at
        return False

    def _forget(self, now: float) -> None:
        """Full buckets need no memory; where all are in use, all are forgiven."""
        self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
        if len(self._full_at) >= KEPT:
            self._full_at = {}


class Repeated:
    """Whether the same was sent just now. Holds two spans of fingerprints, the older one fading."""

    def __init__(self) -> None:
        self._turned_at = 0
        self._new: dict[int, int] = {}
        self._old: dict[int, int] = {}

    def is_it(self, fingerprint: int, now: int) -> bool:
        """Note it; whether it was noted within the last 2 seconds. `now`: milliseconds."""
        if abs(now - self._turned_at) >= REPEATED_MS or len(self._new) >= KEPT:
            self._old, self._new, self._turned_at = self._new, {}, now
        seen_at = self._new.get(fingerprint) or self._old.get(fingerprint)
        if seen_at is not None and abs(now - seen_at) < REPEATED_MS:
            return True
        self._new[fingerprint] = now
        return False
