"""What can go wrong with a choice.

ConsentError
├── NotShown      the token is forged, foreign, outdated, or of another question: no consent
├── BadChoice     the form says something that was not asked
├── NotRecorded   the database could not take the record: nothing was decided
└── NotYours      a receipt is asked for by somebody who does not hold the choice it is about
"""


class ConsentError(Exception):
    """A choice that does not count; the message says why, and holds nothing a person sent."""


class NotShown(ConsentError):  # noqa: N818
    """The text that was agreed to cannot be told."""


class BadChoice(ConsentError):  # noqa: N818
    """What was sent is no answer to what was asked."""


class NotRecorded(ConsentError):  # noqa: N818
    """The record could not be written, so the choice does not count."""


class NotYours(ConsentError):  # noqa: N818
    """This choice has no such record; whether another has is not said."""
