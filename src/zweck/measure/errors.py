"""What can go wrong with figures.

MeasureError
├── NotMeasured    the site's policy declares no measurement of its own
├── BadQuestion    a span, dimension or filter that cannot be answered; the message says what would be right
├── BadImport      a file that is no export we read; the message names file, line and what would be right
└── KeyTrouble     the file that wraps the day keys is missing, wrong, or open to others
"""


class MeasureError(Exception):
    """Something about figures that a person should read."""


class NotMeasured(MeasureError):  # noqa: N818
    """This site measures nothing itself."""


class BadQuestion(MeasureError):  # noqa: N818
    """This cannot be answered."""


class BadImport(MeasureError):  # noqa: N818
    """This file cannot be taken in."""


class KeyTrouble(MeasureError):  # noqa: N818
    """The day keys cannot be opened."""
