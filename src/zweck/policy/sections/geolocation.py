"""From which country a visit comes, and what that is used for."""

from collections.abc import Iterator

from zweck.policy.model import Policy
from zweck.policy.pen import Pen
from zweck.policy.sections.claims import claimed
from zweck.policy.sentences import Sentence
from zweck.policy.systems import Geolocation


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """What the country decides, how it is found, and that it is forgotten."""
    geolocation = policy.systems.geolocation
    if geolocation is None:
        return
    if "currency" in geolocation.chooses:
        yield pen.write("geo.currency")
    if "place" in geolocation.chooses:
        led = _led_to(policy, geolocation)
        yield pen.write("geo.place", places=pen.words.choice(pen.text(policy.places[name].name) for name in led))
    if "language" in geolocation.chooses:
        yield pen.write("geo.language")
    yield pen.write("geo.local-database")
    yield pen.write("geo.precision", geolocation.precision)
    if not geolocation.stores:
        yield pen.write("geo.real-time")
    if claimed(policy, "place-never-stored"):
        yield pen.write("geo.not-stored")


def _led_to(policy: Policy, geolocation: Geolocation) -> list[str]:
    """Ids of the places that the rule leads to, in declared order; all where there is no rule."""
    rule = geolocation.place
    return [name for name in policy.places if rule is None or name == rule.otherwise or name in rule.where]
