"""When the proofs run by themselves."""


def hand_over() -> None:
    """Hand the work to the work child."""
