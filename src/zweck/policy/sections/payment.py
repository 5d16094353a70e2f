"""Payment, and where its data are."""

from collections.abc import Iterator

from zweck.policy.model import Policy
from zweck.policy.pen import Pen
from zweck.policy.sections.claims import claimed
from zweck.policy.sentences import Sentence


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """Whose forms ask, where the data rest, and where they never come."""
    payment = policy.systems.payment
    if payment is None:
        return
    provider = pen.recipient(payment.provider)
    yield pen.write("payment.forms", payment.integration, provider=provider)
    if claimed(policy, "payment-data-not-here"):
        yield pen.write("payment.not-stored")
    if not payment.stores_payment_data:
        yield pen.write("payment.provider-only", provider=provider)
    yield pen.write("payment.target", payment.integration, provider=provider)
