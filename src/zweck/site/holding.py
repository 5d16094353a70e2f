"""What the public pages hold: nobody."""

from zweck.holdings import Excused, excuse


def declare_all() -> None:
    """Say it."""
    why = "a hash of what was sent, under a random number that lay only in the page it was sent from and is not kept"
    excuse(Excused("site.Sent", why))
