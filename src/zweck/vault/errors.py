"""What can go wrong. No message names a person or repeats a value.

VaultError
├── NotPermitted         this use is not permitted; `rule` says by which rule
│   └── NotDeclared      ... because the site's policy declares no such purpose, datum or basis
├── NoGrant              no such grant, or it has ended
├── NoPlace              no such place here
├── BadAddress           this is no e-mail address
├── BadValue             a value is too long, or no text
├── PaymentData          a text holds a card or account number
├── BadToken             the token was not made here, or for something else
├── TokenExpired         the token's time is over
└── KeyTrouble           a key is missing, wrong, or open to others
"""


class VaultError(Exception):
    """Something about the vault."""


class NotPermitted(VaultError):  # noqa: N818  (read as a sentence)
    """This use is not permitted. `rule` is a word for machines."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class NotDeclared(NotPermitted):
    """The policy in force declares no such purpose, datum or basis."""


class NoGrant(VaultError):  # noqa: N818
    """No such grant, or it has ended."""


class NoPlace(VaultError):  # noqa: N818
    """No such place here."""


class BadAddress(VaultError):  # noqa: N818
    """This is no e-mail address."""


class BadValue(VaultError):  # noqa: N818
    """A value is too long, or no text."""


class PaymentData(VaultError):  # noqa: N818
    """A text holds a card or account number. The message names the field only."""


class BadToken(VaultError):  # noqa: N818
    """The token was not made here, or for something else."""


class TokenExpired(VaultError):  # noqa: N818
    """The token's time is over."""


class KeyTrouble(VaultError):  # noqa: N818
    """A key is missing, wrong, or open to others. The message says which, where, and what to do."""
