"""How many forms a sender may send before more is asked of them. In memory; each worker process counts for itself.

A sender is a keyed number that the front makes of an address, under a key that never leaves its process. It is
forgotten with the count.
"""

from threading import Lock

PER_SENDER = (5, 600.0)  # at once, and within how many seconds they come back
PER_FORM = (60, 60.0)
MOST = 5000  # senders that are remembered

Left = tuple[float, float]  # what may still be sent at once, and when that was so

_senders: dict[tuple[str, str, str], Left] = {}  # who sent last stands last
_forms: dict[tuple[str, str], Left] = {}  # as many as there are forms; nobody can push one out
_lock = Lock()


def is_hurried(site: str, form: str, sender: str, now: float) -> bool:
    """Whether the limit is touched, by this sender or by all together. Counts.

    Who touches their own does not count among all: one sender alone cannot have more asked of the others.
    """
    with _lock:
        mine, is_mine = _less(_senders.pop((site, form, sender), None), *PER_SENDER, now)
        _senders[site, form, sender] = mine
        if len(_senders) > MOST:
            _make_room(now)
        if not is_mine:
            return True
        _forms[site, form], is_free = _less(_forms.get((site, form)), *PER_FORM, now)
        return not is_free


def clear() -> None:
    """Forget all; for tests."""
    _senders.clear()
    _forms.clear()


def _less(left: Left | None, burst: int, seconds: float, now: float) -> tuple[Left, bool]:
    """What is left after one more, and whether there was one left."""
    n, at = left or (float(burst), now)
    n = min(float(burst), n + max(now - at, 0) * burst / seconds)
    return (max(n - 1, 0), now), n >= 1


def _make_room(now: float) -> None:
    """Forget who has everything back, which is nothing to remember; then, where it must be, who sent longest ago.

    Nobody empties this at will: whoever comes from so many addresses meets the limit that counts for all of them.
    """
    for key, (_left, at) in list(_senders.items()):
        if now - at < PER_SENDER[1]:
            break  # all who follow sent later
        del _senders[key]
    while len(_senders) > MOST:
        del _senders[next(iter(_senders))]
