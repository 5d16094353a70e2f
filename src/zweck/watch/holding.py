"""Why this room's tables hold nobody."""

from zweck.holdings import Excused, excuse


def declare_all() -> None:
    """Say it."""
    excuse(
        Excused("watch.Watched", "sites that are looked at", {"policy": "a policy as its operator publishes it"}),
        Excused(
            "watch.Look",
            "what a browser without a history found on a site",
            {
                "why": "why a look ended early, in our own words",
                "findings": "rules of the auditor and what a page does",
                "new": "ids of findings",
                "gone": "ids of findings",
                "partly": "which parts could not be looked at",
            },
        ),
    )
