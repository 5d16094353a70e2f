"""Where this room holds people: who they are, what they allowed, and what they gave, each value under its grant."""

from zweck.holdings import Excused, Holding, declare, excuse


def declare_all() -> None:
    """Say it."""
    declare(
        Holding(
            "vault.Subject",
            subject="ident",
            data={"ident": "pseudonym", "salt": "pseudonym"},
            technical=("site", "place"),
        ),
        Holding(
            "vault.Grant",
            subject="subject",
            data={"subject": "pseudonym", "alias": "pseudonym", "purpose": "permission", "basis": "permission",
                  "edition": "permission", "text_sha256": "permission", "made": "permission", "since": "permission",
                  "until": "permission", "ended": "permission", "state": "permission", "wrapped": "credential"},
            technical=("number", "ident", "site", "key_class", "epoch"),
        ),
        Holding(
            "vault.Datum",
            subject="grant",
            data={"sealed": "declared", "field": "declared"},
            technical=("grant", "entry", "purpose"),
        ),
        Holding(
            "vault.Mark",
            subject="grant",
            data={"mark": "pseudonym"},
            technical=("grant", "kind", "version"),
        ),
    )  # fmt: skip
    excuse(Excused("vault.MasterKey", "names of keys", {"name": "as ordinary-3: class and epoch"}))
