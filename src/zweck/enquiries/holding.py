"""Where this room holds people: that somebody asked and was answered. What was written lies in the vault."""

from zweck.holdings import Holding, declare


def declare_all() -> None:
    """Say it."""
    declare(
        Holding(
            "enquiries.Thread",
            subject="subject",
            data={"subject": "pseudonym", "grant": "pseudonym", "ident": "pseudonym", "purpose": "permission",
                  "until": "permission", "state": "case", "way": "case", "language": "case", "asked_at": "case",
                  "said_at": "case", "answered_at": "case", "taken_by": "duty"},
            technical=("number", "site", "place"),
        ),
        Holding(
            "enquiries.Message",
            subject="thread",
            data={"thread": "pseudonym", "entry": "pseudonym", "by": "duty", "way": "case", "at": "case",
                  "is_elsewhere": "case", "left_out": "case", "letter": "delivery"},
            technical=("id",),
        ),
        Holding(
            "enquiries.File",
            subject="message",
            data={"message": "pseudonym", "entry": "pseudonym"},
            technical=("id", "kind", "bytes"),
        ),
    )  # fmt: skip
