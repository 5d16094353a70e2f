"""What can go wrong with accounts.

ConsoleError
├── NameTaken      an account of this name exists
├── NoAccount      there is no account of this name
├── BadName        a name that no account can bear
├── WeakPassword   the password is too short or too plain
└── BadKey         a name, a range or an end that no key to figures can have
"""


class ConsoleError(Exception):
    """The account could not be changed. The message says why and what would be right."""


class NameTaken(ConsoleError):  # noqa: N818
    """An account of this name exists."""


class NoAccount(ConsoleError):  # noqa: N818
    """There is no account of this name."""


class BadName(ConsoleError):  # noqa: N818
    """A name that no account can bear."""


class WeakPassword(ConsoleError):  # noqa: N818
    """The password is too short or too plain."""


class BadKey(ConsoleError):  # noqa: N818
    """A key to figures cannot be made like this."""
