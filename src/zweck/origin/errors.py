"""What can be wrong with a file that tells countries.

OriginError
└── NotATable
"""


class OriginError(Exception):
    """Something about where requests come from could not be done."""


class NotATable(OriginError):  # noqa: N818  (read as a sentence)
    """A file cannot be used to tell countries. The message says why, in words for whoever chose it."""
