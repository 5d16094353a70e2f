"""Where this room holds people: how far their trial is. Their data lie in the vault."""

from zweck.holdings import Holding, declare


def declare_all() -> None:
    """Say it."""
    declare(
        Holding(
            "trials.Trial",
            subject="subject",
            data={"ident": "pseudonym", "subject": "pseudonym", "grant": "pseudonym", "purpose": "permission",
                  "currency": "trial", "state": "trial", "made_at": "trial", "ready_at": "trial", "ends_at": "trial",
                  "deletes_at": "trial", "noticed_at": "delivery", "closed_at": "trial", "room": "credential"},
            technical=("id", "site", "place", "language", "asked", "due_at", "claimed_until", "attempts", "trouble"),
        )
    )  # fmt: skip
