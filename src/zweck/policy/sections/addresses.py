"""What IP addresses are used for outside the security log."""

from collections.abc import Iterator

from zweck.policy.model import Policy
from zweck.policy.pen import Pen
from zweck.policy.sections.claims import claim
from zweck.policy.sentences import Sentence
from zweck.policy.systems import Addresses


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """Each use, what a visit tells us, and for how long."""
    addresses = policy.systems.addresses
    if addresses is None:
        return
    for use in ("diagnosis", "administration"):
        if use in addresses.uses:
            yield pen.write(f"address.{use}")
    if "demographics" in addresses.uses:
        yield pen.write("address.demographics", "counts" if addresses.counts_only else "open")
    yield _recognised(addresses, policy, pen)
    yield pen.write("address.no-name")
    if addresses.retention_days is not None:
        days = addresses.retention_days
        if days:
            yield pen.write("address.days", "kept", duration=pen.words.span(days, "days"))
        else:
            yield pen.write("address.days", "never")


def _recognised(addresses: Addresses, policy: Policy, pen: Pen) -> Sentence:
    domain = claim(policy, "only-domain-recognised")
    if domain and domain.system:
        system = pen.words.say(f"statement.system.{domain.system.replace('_', '-')}")
        return pen.write("address.recognised", "domain-in", system=system)
    variant = "domain" if domain else addresses.recognises
    logged = variant == "nothing" and policy.systems.security_log is not None
    return pen.write("address.recognised", "nothing-else" if logged else variant)
