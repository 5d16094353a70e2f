"""Whose data tell countries: their licence asks to be named where results are used."""

from dataclasses import dataclass

from zweck.origin import acts as origin
from zweck.policy.model import Policy
from zweck.policy.words import Words


@dataclass(frozen=True, slots=True)
class Credit:
    """A line with a link."""

    text: str
    url: str


def credit(policy: Policy, texts: Words) -> Credit | None:
    """The line for the table in use; none where no country is told, or its maker asks for none."""
    about = origin.in_use().about
    if policy.systems.geolocation is None or not about.credit:
        return None
    return Credit(texts.say("page.statement.credit", credit=about.credit, licence=about.licence), about.url)
