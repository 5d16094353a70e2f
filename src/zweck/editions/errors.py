"""EditionError
├── NoEdition           nothing has been activated for this site
├── NeedsPermission     the policy asks for more than people were told; a person must activate it
└── ActivationRaced     somebody else activated in the meantime
"""


class EditionError(Exception):
    """Something about an edition that its caller must hear."""


class NoEdition(EditionError):  # noqa: N818
    """Nothing has been activated for this site."""


class NeedsPermission(EditionError):  # noqa: N818
    """The policy asks for more than people were told; a person must activate it after seeing the diff."""


class ActivationRaced(EditionError):  # noqa: N818
    """Somebody else activated between the diff that was shown and this activation."""
