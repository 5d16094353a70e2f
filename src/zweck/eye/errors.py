"""What can go wrong while looking.

EyeError
└── CannotLook       there is no browser, or it died or took too long
"""


class EyeError(Exception):
    """A look failed."""


class CannotLook(EyeError):  # noqa: N818
    """There is no browser, or it died or took too long. The message says which, and what would help."""
