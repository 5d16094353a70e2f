"""Why these tables hold nobody."""

from zweck.holdings import Excused, excuse


def declare_all() -> None:
    """Say it."""
    excuse(
        Excused("incoming.Taken", "keyed hashes of mails that were taken"),
        Excused("incoming.Looked", "how far a mailbox was looked through, under a hash of its name"),
        Excused("incoming.Tally", "counts of a day"),
        Excused("incoming.SoftBounce", "keyed fingerprints of addresses, gone after a week; nobody is found by them"),
    )
