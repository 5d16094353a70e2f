"""What types cannot say of geolocation: that its rules lead somewhere, and that no region leads to two things."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

from zweck.policy.reading.complaint import Complaint
from zweck.policy.reading.lines import Path
from zweck.policy.systems.regions import GROUPS

HERE: Path = ("systems", "geolocation")


def misleading(data: Mapping[str, object]) -> Iterator[Complaint]:
    """Everything wrong within the rules of `systems.geolocation`; what has the wrong type is passed over."""
    geolocation = _table(_table(data.get("systems")).get("geolocation"))
    places = list(_table(data.get("places")))
    place = _table(geolocation.get("place"))
    for path, name in (((*HERE, "place", "otherwise"), place.get("otherwise")), *_ends(place)):
        if isinstance(name, str) and name not in places:
            yield Complaint(path, f'"{name}" is no declared place', _near(name, places, "declare it under `places`"))
    for rule in ("currency", "place"):
        yield from _regions(rule, _table(_table(geolocation.get(rule)).get("where")))


def _ends(place: Mapping[str, object]) -> Iterator[tuple[Path, object]]:
    return (((*HERE, "place", "where", name), name) for name in _table(place.get("where")))


def _regions(rule: str, where: Mapping[str, object]) -> Iterator[Complaint]:
    led: dict[str, str] = {}
    for end, regions in where.items():
        for number, region in enumerate(regions if isinstance(regions, list) else []):
            path = (*HERE, rule, "where", end, number)
            if not isinstance(region, str):
                continue
            if region.islower() and region not in GROUPS:
                yield Complaint(path, f'"{region}" is no group of countries', _near(region, list(GROUPS), "name them"))
            if led.setdefault(region, end) != end:
                yield Complaint(path, f'"{region}" leads to "{led[region]}" already', "name each region once")


def _near(name: str, known: Collection[str], otherwise: str) -> str:
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else otherwise


def _table(found: object) -> Mapping[str, object]:
    return found if isinstance(found, Mapping) else {}
