"""Recognising which companies visit the website."""

from collections.abc import Iterator

from zweck.policy.model import Policy
from zweck.policy.pen import Pen, link
from zweck.policy.sections.claims import claimed
from zweck.policy.sentences import Sentence
from zweck.policy.systems import CompanyVisits


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """Who recognises, what is kept, what is not, and what it is for."""
    visits = policy.systems.company_visits
    if visits is None:
        return
    provider = pen.recipient(visits.provider) if visits.provider else ""
    yield pen.write("companies.module", "provider" if provider else "own", provider=provider)
    yield pen.write("companies.address", "sent" if visits.sends_address else "dropped")
    say, many = pen.words.say, pen.words.list
    if visits.records:
        records = [say(f"statement.record.{record}") for record in visits.records]
        yield pen.write("companies.records", n=len(records), records=many(records))
    yield pen.write("companies.identifies")
    yield from _limits(visits, policy, pen)
    yield pen.write("companies.shows")
    if visits.uses:
        yield pen.write("companies.uses", uses=many(say(f"statement.company_use.{use}") for use in visits.uses))
    yield from _passing(visits, policy, pen)
    yield pen.write("companies.source", "provider" if provider else "own", provider=provider)


def _limits(visits: CompanyVisits, policy: Policy, pen: Pen) -> Iterator[Sentence]:
    if claimed(policy, "no-cookie", "company_visits"):
        yield pen.write("companies.no-cookie")
    yield pen.write("companies.public-only")
    claims = ["claimed"] if claimed(policy, "tracker-never-personal") else []
    variant = "-".join([*claims, *(["dropped"] if visits.drops else [])])
    if variant:
        dropped = pen.words.list(pen.words.say(f"statement.dropped.{kind}") for kind in visits.drops)
        yield pen.write("companies.no-person", variant, dropped=dropped)


def _passing(visits: CompanyVisits, policy: Policy, pen: Pen) -> Iterator[Sentence]:
    purpose = policy.purposes.get(visits.purpose or "")
    # A processor is no third party (GDPR Art. 4(10)).
    receiving = [policy.recipients[id].role for id in purpose.recipients] if purpose else []
    if all(role == "processor" for role in receiving):
        yield pen.write("companies.not-passed-on")
    recipient = policy.recipients.get(visits.provider or "")
    if recipient and recipient.url:
        yield pen.write("companies.more", name=recipient.name, link=link(recipient.url))
