"""What can go wrong with a trial.

TrialError
└── NoTrial    there is no such trial, or it is over
"""


class TrialError(Exception):
    """Something about a trial."""


class NoTrial(TrialError):  # noqa: N818  (read as a sentence)
    """There is no such trial, or it is over."""
