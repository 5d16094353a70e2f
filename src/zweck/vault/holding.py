"""Where this room holds people: who they are, what they allowed, and what they gave, each value under its grant."""

from zweck.holdings import Excused, Holding, declare, excuse


def declare_all() -> None:
    """Say it."""
    declare(
        Holding(
            "vault.Grant",
            subject="subject",
            data={"subject": "pseudonym", "alias": "pseudonym", "purpose": "permission", "terms": "permission",
                  "made": "permission", "since": "permission", "until": "permission", "ended": "permission",
                  "state": "permission", "wrapped": "credential"},
            technical=("number", "ident", "epoch"),
        ),
        Holding(
            "vault.Entry",
            subject="grant",
            data={"sealed": "declared", "shape": "declared"},
            technical=("grant", "entry", "purpose"),
        ),
        Holding("vault.Mark", subject="grant", data={"mark": "pseudonym"}, technical=("grant", "version")),
    )  # fmt: skip
    excuse(
        Excused("vault.Purpose", "purposes that policies declare", {"name": "a purpose's, as newsletter"}),
        Excused("vault.Terms", "what many agreed to alike", {"text_sha256": "the hash of a text of the policy"}),
        Excused("vault.Shape", "names of data that policies declare", {"fields": "names of data, as email,name"}),
    )
    excuse(Excused("vault.MasterKey", "names of keys", {"name": "as ordinary-3: class and epoch"}))
