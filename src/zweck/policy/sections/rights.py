"""The reader's rights, for whom they are, how to use them, and what we do with a request."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from zweck.policy.model import Policy, RightName
from zweck.policy.pen import Pen, link
from zweck.policy.sentences import Sentence

# Withdrawal is said with the purposes, complaint with the contacts.
SAID_HERE: Mapping[RightName, str] = MappingProxyType(
    {
        "access": "rights.access",
        "rectification": "rights.rectification",
        "erasure": "rights.erasure",
        "restriction": "rights.restriction",
        "portability": "rights.portability",
        "objection": "rights.objection",
    }
)
UNCONDITIONAL: frozenset[RightName] = frozenset({"restriction", "portability", "objection"})


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """Each granted right, for whom, by which way, and how we answer."""
    granted = policy.rights.granted
    for name, promise in SAID_HERE.items():
        if name in granted:
            condition = granted[name].condition
            yield pen.write(promise, "" if name in UNCONDITIONAL else condition)
    for name, right in granted.items():
        if right.how:
            named = pen.words.say(f"statement.right.{name}")
            yield pen.write(f"rights.how:{name}", right=named, how=pen.text(right.how))
    if granted:
        yield pen.write("rights.audience", policy.rights.audience)
        yield pen.write("rights.identity")
        yield pen.write("rights.by-mail", contact=pen.contact())
        yield from _answers(policy, pen)


def _answers(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    days, dispute = policy.rights.answer_days, policy.recourse.dispute
    if days is not None:
        yield pen.write("rights.answered", duration=pen.words.span(days, "days"))
    bodies = [pen.text(policy.recourse.authority.name)] if policy.recourse.authority else []
    bodies += [dispute.name] if dispute else []
    if bodies:
        yield pen.write("rights.recourse-told", bodies=pen.words.list(bodies))
    if dispute and dispute.url:
        yield pen.write("rights.recourse-link", name=dispute.name, link=link(dispute.url))
    if dispute and dispute.binding_arbitration:
        yield pen.write("rights.arbitration-told")
