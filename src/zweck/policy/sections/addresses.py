"""What IP addresses are used for outside the security log."""

from collections.abc import Iterator

from zweck.policy.model import Policy
from zweck.policy.pen import Pen
from zweck.policy.sections.claims import claimed
from zweck.policy.sentences import Sentence

USES = ("diagnosis", "administration", "demographics")


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """Each use, what a visit tells us, and for how long."""
    addresses = policy.systems.addresses
    if addresses is None:
        return
    for use in USES:
        if use in addresses.uses:
            yield pen.write(f"address.{use}")
    recognised = "domain" if claimed(policy, "only-domain-recognised") else addresses.recognises
    yield pen.write("address.recognised", recognised)
    yield pen.write("address.no-name")
    if addresses.retention_days is not None:
        days = addresses.retention_days
        if days:
            yield pen.write("address.days", "kept", duration=pen.words.span(days, "days"))
        else:
            yield pen.write("address.days", "never")
