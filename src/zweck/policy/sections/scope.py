"""Aims, and what the statement speaks for."""

from collections.abc import Iterator

from zweck.policy.model import Policy
from zweck.policy.pen import Pen, link
from zweck.policy.sentences import Sentence


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """Aim, date, the website, and the terms of what is elsewhere."""
    if policy.statement.aims:
        yield pen.write("scope.aim")
    origins = [origin.partition("://")[2] for origin in policy.scope.origins]
    yield pen.write("scope.website", n=len(origins), origins=pen.words.list(origins))
    for number, other in enumerate(policy.scope.elsewhere, 1):
        name = pen.text(other.name)
        yield pen.write(f"scope.elsewhere:{number}", name=name, terms=link(other.url))
    if policy.date:
        yield pen.write("statement.dated", date=pen.words.date(policy.date))
