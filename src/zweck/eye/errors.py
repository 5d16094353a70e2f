"""What can go wrong while looking.

EyeError
└── CannotLook       there is no browser, or it cannot be used
    └── Crashed      it died, or took too long; a new one may go on
"""


class EyeError(Exception):
    """A look failed."""


class CannotLook(EyeError):  # noqa: N818
    """There is no browser, or it cannot be used. The message says which, and what would help."""


class Crashed(CannotLook):
    """The browser died, or took too long. What it was asked is lost; another browser may go on."""
