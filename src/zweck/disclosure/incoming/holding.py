"""Where incoming mail leaves a trace of people, and why the other tables hold nobody."""

from zweck.holdings import Excused, Holding, declare, excuse


def declare_all() -> None:
    """Say it."""
    declare(
        Holding(
            "incoming.SoftBounce",
            subject="fingerprint",
            data={"fingerprint": "pseudonym", "at": "delivery"},
            technical=("id", "site"),
        )
    )
    excuse(
        Excused("incoming.Taken", "keyed hashes of mails that were taken"),
        Excused("incoming.Looked", "how far a mailbox was looked through, under a hash of its name"),
        Excused("incoming.Tally", "counts of a day"),
    )
