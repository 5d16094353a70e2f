"""What can go wrong with lists and campaigns.

MailingError
├── BadText        a text that cannot be sent as it is
├── BadFile        a file that is no list, or that cannot be read
├── NotMarketing   the site declares no marketing purpose of this name
├── NoCampaign     there is no such campaign here
└── NotNow         the campaign, or the question, is not in a state in which this can be done
"""


class MailingError(Exception):
    """The list or campaign could not be changed. `code` names the reason in `words`; the message says it in English.

    Never quotes what somebody wrote about a person.
    """

    def __init__(self, code: str, message: str, line: int = 0) -> None:
        """`line`: of a file or text, from 1; 0 where no line is meant."""
        super().__init__(message)
        self.code = code
        self.line = line


class BadText(MailingError):  # noqa: N818
    """A text that cannot be sent as it is."""


class BadFile(MailingError):  # noqa: N818
    """A file that is no list, or that cannot be read."""


class NotMarketing(MailingError):  # noqa: N818
    """The site declares no marketing purpose of this name."""


class NoCampaign(MailingError):  # noqa: N818
    """There is no such campaign here."""


class NotNow(MailingError):  # noqa: N818
    """Not in a state in which this can be done."""
