"""What can go wrong.

LedgerError
├── OutsideTransaction   an act was to be recorded without the transaction it belongs to
├── BadBody              a body holds what no entry may hold
│   └── PersonInBody     ... namely an address; the message never repeats it
├── BadNote              a signed note, key or checkpoint cannot be read, or its signature is false
├── KeyTrouble           the signing key cannot be used as it lies there
├── LogForked            the database and what was already signed contradict each other
├── NotInLog             no such entry or checkpoint
└── Unreadable           an exported file cannot be judged
"""


class LedgerError(Exception):
    """Something about the ledger."""


class OutsideTransaction(LedgerError):  # noqa: N818
    """An act and its entry must be one transaction."""


class BadBody(LedgerError):  # noqa: N818
    """A body holds what no entry may hold."""


class PersonInBody(BadBody):
    """A body holds an e-mail or network address."""


class BadNote(LedgerError):  # noqa: N818
    """A note, key or checkpoint cannot be read, or its signature is false."""


class KeyTrouble(LedgerError):  # noqa: N818
    """The signing key cannot be used as it lies there."""


class LogForked(LedgerError):  # noqa: N818
    """The database and what was already signed contradict each other."""


class NotInLog(LedgerError):  # noqa: N818
    """No such entry or checkpoint."""


class Unreadable(LedgerError):  # noqa: N818
    """A file for the auditor is not what it should be, so nothing can be said about the log."""
