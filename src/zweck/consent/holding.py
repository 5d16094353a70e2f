"""Where this room holds what people chose. Nobody is named: an id in the visitor's own cookie leads to a record."""

from zweck.holdings import Excused, Holding, declare, excuse


def declare_all() -> None:
    """Say it."""
    declare(
        Holding(
            "consent.Record",
            subject="choice_id",
            data={"choice_id": "pseudonym", "withdrawn_id": "pseudonym", "answers": "choice", "action": "choice",
                  "gpc": "choice", "dnt": "choice"},
            technical=("number", "site", "edition", "edition_sha256", "text_sha256", "language", "layer", "at",
                       "valid_until", "withdrawn_until", "leaf", "entry"),
            because={"text_sha256": "the hash of a question that everybody is asked alike"},
        )
    )  # fmt: skip
    excuse(Excused("consent.Shown", "questions as everybody sees them", {"body": "the text of a question"}))
