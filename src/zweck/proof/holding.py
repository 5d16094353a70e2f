"""Why this room's tables hold nobody."""

from zweck.holdings import Excused, excuse


def declare_all() -> None:
    """Say it."""
    excuse(
        Excused("proof.Run", "runs of the proofs", {"counts": "state -> number of promises"}),
        Excused(
            "proof.Evidence",
            "what a proof found: counts and names of promises; its canaries are made up",
            {
                "seen": "what was looked at, in our own words",
                "figures": "counts and names of things",
                "trouble": "what was wrong, in our own words",
            },
        ),
        Excused("proof.Stand", "how promises stand"),
        Excused("proof.Change", "how promises changed"),
    )
