"""Why this room's tables hold nobody."""

from zweck.holdings import Excused, excuse


def declare_all() -> None:
    """Say it."""
    excuse(
        Excused("ledger.Log", "the name of a log"),
        Excused(
            "ledger.Act",
            "what was done, with the pseudonym of whom it concerns; addresses are refused before they are written",
            {"body": "canonical JSON of words and pseudonyms; the salt of a pseudonym goes with the last grant"},
        ),
        Excused("ledger.Position", "the order of acts"),
        Excused("ledger.Checkpoint", "signed hashes", {"note": "origin, size and hash, signed"}),
        Excused("ledger.Testimony", "what witnesses signed", {"content": "a cosignature or a time stamp over hashes"}),
    )
