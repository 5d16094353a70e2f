"""How long to wait before the next attempt."""

from datetime import timedelta

# Longer than one attempt can take, so that a claim never runs out under a sender that still works.
CLAIM = timedelta(minutes=5)
# Together more than two days: a mail server may be down over a weekend's Saturday and Sunday.
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (0.25, 1, 5, 15, 60, 180, 360, 720, 1440))


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after that many attempts; none means to give up."""
    return _PAUSES[attempts - 1] if attempts <= len(_PAUSES) else None
