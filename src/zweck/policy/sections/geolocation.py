"""From which country a visit comes, and what that is used for."""

from collections.abc import Iterator

from zweck.policy.model import Policy
from zweck.policy.pen import Pen
from zweck.policy.sections.claims import claimed
from zweck.policy.sentences import Sentence


def sentences(policy: Policy, pen: Pen) -> Iterator[Sentence]:
    """What the country decides, how it is found, and that it is forgotten."""
    geolocation = policy.systems.geolocation
    if geolocation is None:
        return
    if "currency" in geolocation.chooses:
        yield pen.write("geo.currency")
    if "place" in geolocation.chooses:
        places = pen.words.choice(pen.text(place.name) for place in policy.places.values())
        yield pen.write("geo.place", places=places)
    if "language" in geolocation.chooses:
        yield pen.write("geo.language")
    yield pen.write("geo.local-database")
    yield pen.write("geo.precision", geolocation.precision)
    if not geolocation.stores:
        yield pen.write("geo.real-time")
    if claimed(policy, "place-never-stored"):
        yield pen.write("geo.not-stored")
