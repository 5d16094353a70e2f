"""Why this room's tables hold nobody."""

from zweck.holdings import Excused, excuse


def declare_all() -> None:
    """Say it."""
    excuse(
        Excused(
            "editions.Site",
            "the sites served and how their policy files stand",
            {"trouble_reason": "what is wrong with a policy file, in the linter's words"},
        ),
        Excused("editions.Edition", "policies as published; whom they name, they name to everybody"),
        Excused("editions.EditionText", "statements as published", {"body": "the published statement"}),
    )
