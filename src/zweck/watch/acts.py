"""The room's door: order audits, change and stop them, read what they found."""

from zweck.watch.address import read as read_address
from zweck.watch.history import by_key, everything, looks, report, told, watched
from zweck.watch.orders import look_now, order, pace, speaker, stop
from zweck.watch.tidings import changes, headline, name_of, summary, why

__all__ = [
    "by_key",
    "changes",
    "everything",
    "headline",
    "look_now",
    "looks",
    "name_of",
    "order",
    "pace",
    "read_address",
    "report",
    "speaker",
    "stop",
    "summary",
    "told",
    "watched",
    "why",
]
