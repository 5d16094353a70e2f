"""What can go wrong with an enquiry. No message names a person or repeats what was written.

EnquiryError
├── NoThread        there is no such enquiry here, or its time is over
├── Meanwhile       something was written meanwhile that whoever answers has not seen
├── NothingSaid     a message without a word
└── NotTaken        the policy takes no enquiry of this kind any more
"""


class EnquiryError(Exception):
    """Something about an enquiry."""


class NoThread(EnquiryError):  # noqa: N818
    """There is no such enquiry here, or its time is over."""


class Meanwhile(EnquiryError):  # noqa: N818
    """Something was written meanwhile that whoever answers has not seen; nothing was sent."""


class NothingSaid(EnquiryError):  # noqa: N818
    """A message without a word."""


class NotTaken(EnquiryError):  # noqa: N818
    """The policy takes no enquiry of this kind any more."""
