"""Why this room's tables hold nobody that could be found again: a day's key dies with the day."""

from zweck.holdings import Excused, Holding, declare, excuse


def declare_all() -> None:
    """Say it."""
    declare(
        Holding(
            "measure.Event",
            subject="visitor",
            data={"visitor": "pseudonym"},
            technical=("id", "site", "day", "at", "path", "referrer", "utm_source", "utm_medium", "utm_campaign",
                       "device", "browser", "seconds"),
            because={"name": "the name of an event that the policy declares"},
        )
    )  # fmt: skip
    excuse(
        Excused("measure.DayKey", "a wrapped key that dies with its day"),
        Excused("measure.Day", "which days have figures"),
        Excused("measure.Term", "words of the figures", {"text": "a value that enough visitors share"}),
        Excused("measure.RollUp", "counts"),
        Excused("measure.Step", "counts"),
        Excused("measure.LeftOut", "counts", {"reason": "a word from a closed list"}),
    )
