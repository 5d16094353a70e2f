"""Why a start is refused. Each class carries the exit code that `zweck serve` ends with.

StartRefused
├── WrongSetting          2
├── PortTaken             3
├── FolderTrouble         4
├── PolicyRefused         5
├── KeysTrouble           6
├── DatabaseTrouble       7
│   └── DatabaseAway       7
└── AlreadyRunning        8
"""


class StartRefused(Exception):  # noqa: N818  (read as a sentence)
    """The service does not start. The message says what, where, and what would be right."""

    exit_code = 1


class WrongSetting(StartRefused):
    """A setting cannot be understood."""

    exit_code = 2


class PortTaken(StartRefused):
    """Somebody else listens there."""

    exit_code = 3


class FolderTrouble(StartRefused):
    """The data folder cannot be written, or its disk is full."""

    exit_code = 4


class PolicyRefused(StartRefused):
    """The policy is broken, and there is no edition to serve instead."""

    exit_code = 5


class KeysTrouble(StartRefused):
    """The keys are missing, are open to others, or belong to other data."""

    exit_code = 6


class DatabaseTrouble(StartRefused):
    """The database cannot be reached, refuses us, or was written by a newer version."""

    exit_code = 7


class DatabaseAway(DatabaseTrouble):
    """The database cannot be reached, or what lay in it is gone; of a place's own, the service goes on without it."""


class AlreadyRunning(StartRefused):
    """A service already runs on this data folder."""

    exit_code = 8
