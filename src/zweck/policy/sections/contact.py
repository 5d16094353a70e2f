"""Whom to ask, and where a complaint goes."""

from collections.abc import Iterator

from zweck.policy.model import Dispute, Policy
from zweck.policy.pen import Pen, link
from zweck.policy.sections.claims import claimed
from zweck.policy.sentences import Sentence


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """Our mailbox, our duty to answer, the authority, the dispute body."""
    recourse = policy.recourse
    yield pen.write("contact.mail", contact=pen.contact())
    days = recourse.answer_complaints_days
    if days is not None:
        yield pen.write("recourse.obliged", duration=pen.words.span(days, "days"))
    if recourse.order[:1] == ["controller"] and len(recourse.order) > 1:
        yield pen.write("recourse.first-us")
    if recourse.authority:
        yield pen.write("recourse.authority", authority=pen.party(recourse.authority))
    if recourse.dispute:
        yield from _dispute(recourse.dispute, policy, pen)
    for id, mechanism in policy.mechanisms.items():
        if mechanism.enforcement:
            yield pen.write(f"recourse.enforcement:{id}", body=pen.text(mechanism.enforcement))


def _dispute(dispute: Dispute, policy: Policy, pen: Pen) -> Iterator[Sentence]:
    country = pen.words.country(dispute.country)
    yield pen.write("recourse.submits", name=dispute.name, country=country)
    if dispute.url:
        yield pen.write("recourse.body", "linked", name=dispute.name, link=link(dispute.url))
    else:
        yield pen.write("recourse.body", "plain", name=dispute.name)
    if dispute.binding_arbitration:
        yield pen.write("recourse.arbitration")
    if claimed(policy, "recourse-free") or dispute.free_of_charge:
        yield pen.write("recourse.free", name=dispute.name)
