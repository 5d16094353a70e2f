"""What can go wrong with audits that come again.

WatchError
├── BadAddress       no address of a website, or a private one that was not allowed
├── BadOrder         a pace, a number of pages or a language that there is not
├── NotWatched       no such audit, or no such look
├── AlreadyLooking   an audit is under way; there is only one at a time
├── Overtaken        the run was taken for dead meanwhile, and what it saw is not kept
└── NotSetUp         there is no service yet whose data could hold the order
"""


class WatchError(Exception):
    """An order that could not be taken or carried out. The message says why and what would be right."""


class BadAddress(WatchError):  # noqa: N818
    """No address of a website, or a private one that was not allowed."""


class BadOrder(WatchError):  # noqa: N818
    """A pace, a number of pages or a language that there is not."""


class NotWatched(WatchError):  # noqa: N818
    """There is no such audit, or no such look."""


class AlreadyLooking(WatchError):  # noqa: N818
    """An audit is under way; there is only one at a time."""


class Overtaken(WatchError):  # noqa: N818
    """The run was taken for dead meanwhile; what it saw is not kept."""


class NotSetUp(WatchError):  # noqa: N818
    """There is no service yet whose data could hold the order."""
