"""What can go wrong on the way out.

DisclosureError
├── NotDelivered     the other side did not take it; try again later
├── Declined         the other side will never take it
├── NotReached       a link could not be looked at: no network, no name, no answer in time
├── BadSetting       a setting of the operator cannot be used
├── BadMail          a mail that came in cannot be read within bounds
├── BadLetter        a mail cannot be written: a text is missing, or a value cannot stand where it should
└── Unwritable       an address that no mail server could be told
"""


class DisclosureError(Exception):
    """Something did not leave, or could not be seen outside."""


class NotDelivered(DisclosureError):  # noqa: N818
    """The other side did not take it. The message is the kind of trouble, never what was to be sent."""


class Declined(DisclosureError):  # noqa: N818
    """The other side said no, and would say it again. The message is its status, never what was to be sent."""


class NotReached(DisclosureError):  # noqa: N818
    """A link could not be looked at, so nothing is known about it."""


class BadSetting(DisclosureError):  # noqa: N818
    """A setting of the operator cannot be used. The message names it and says what would be right."""


class BadMail(DisclosureError):  # noqa: N818
    """A mail that came in cannot be read within bounds. The message says which bound, and nothing of the mail."""


class BadLetter(DisclosureError):  # noqa: N818
    """A mail that a room wants to send cannot be written: a text is missing, or a value. A mistake in the code."""


class Unwritable(DisclosureError):  # noqa: N818
    """An address that no mail server could be told. The message says why, and not the address."""
