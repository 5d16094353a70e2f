"""What can go wrong while proving.

ProofError
├── NoService          nothing answers where the site should be, or somebody else
├── AlreadyRunning     somebody else is proving this site right now
├── Superseded         another edition was activated during the run
└── UnknownPromise     the policy makes no such promise, or nothing proves it
"""


class ProofError(Exception):
    """The proofs could not be run. The message says why and what would help."""


class NoService(ProofError):  # noqa: N818
    """Nothing answers where the site should be, or it is not this installation that does."""


class AlreadyRunning(ProofError):  # noqa: N818
    """Somebody else is proving this site right now."""


class Superseded(ProofError):  # noqa: N818
    """Another edition was activated during the run, so what it found speaks for nothing."""


class UnknownPromise(ProofError):  # noqa: N818
    """The policy makes no such promise, or nothing proves it."""
