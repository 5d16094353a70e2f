"""How findings are made: places without repetition, and only those particulars that are known."""

from collections.abc import Iterable
from dataclasses import replace

from zweck.eye.judging.scene import Sighting, Thing
from zweck.eye.values import Finding, Spot, Sure

_DAY = 86_400


def places(spots: Iterable[Spot]) -> tuple[Spot, ...]:
    """Each place once, in the order of the visit; who did it there is told where it is known."""
    unique = dict.fromkeys(spots)
    known = {replace(spot, by="") for spot in unique if spot.by}
    return tuple(spot for spot in unique if spot.by or spot not in known)


def about(thing: Thing) -> dict[str, str | int | float]:
    """What is known of a thing. A particular that is not known is left out."""
    known = {
        "service": thing.service.name if thing.service else "",
        "provider": thing.service.provider if thing.service else "",
        "category": thing.category,
        "host": thing.host,
    }
    return {name: value for name, value in known.items() if value}


def found(
    code: str, thing: Thing, sightings: Iterable[Sighting], sure: Sure, **particulars: str | int | float
) -> Finding:
    """A finding about a thing, at the places where it was seen."""
    spots = places(sighting.spot for sighting in sightings)
    return Finding(code, thing.name, thing.kind, spots, about(thing) | particulars, sure=sure)


def days(seconds: int) -> int | float:
    """Seconds as days; parts of a day only where it is short."""
    exact = seconds / _DAY
    return round(exact) if exact >= 2 or exact == int(exact) else round(exact, 2)
