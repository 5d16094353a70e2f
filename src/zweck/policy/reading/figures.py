"""What types cannot say of measurement: that a goal can be reached, a funnel walked, and a path met."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

from zweck.policy.reading.complaint import Complaint
from zweck.policy.reading.lines import Path

HERE: Path = ("systems", "measurement")
BUILT_IN = "leave"  # reported of each page that is left, and no visitor's act


def uncountable(data: Mapping[str, object]) -> Iterator[Complaint]:
    """Everything wrong within `systems.measurement`; what has the wrong type is passed over."""
    measurement = _table(_table(data.get("systems")).get("measurement"))
    yield from _events(measurement)
    yield from _goals(measurement)
    yield from _funnels(measurement)
    yield from _paths(measurement)
    if "provider" not in measurement:
        yield from _own(measurement)


def _events(measurement: Mapping[str, object]) -> Iterator[Complaint]:
    for place, event in enumerate(_texts(measurement.get("events"))):
        if event == BUILT_IN:
            wrong = f'"{BUILT_IN}" is what every page reports when it is left'
            yield Complaint((*HERE, "events", place), wrong, "give your event another name")


def _goals(measurement: Mapping[str, object]) -> Iterator[Complaint]:
    declared = _texts(measurement.get("events"))
    for name, goal in _tables(measurement.get("goals")):
        path = (*HERE, "goals", name)
        if ("event" in goal) == ("path" in goal):
            wrong = "has both an event and a path" if "event" in goal else "has neither an event nor a path"
            yield Complaint(path, wrong, 'write either `event = "…"` or `path = "/…"`')
        event = goal.get("event")
        if isinstance(event, str) and event not in declared:
            yield _unknown((*path, "event"), event, "event", declared, "add it to `systems.measurement.events`")


def _funnels(measurement: Mapping[str, object]) -> Iterator[Complaint]:
    goals = list(_table(measurement.get("goals")))
    for name, funnel in _tables(measurement.get("funnels")):
        for place, step in enumerate(_texts(funnel.get("steps"))):
            if step not in goals:
                path = (*HERE, "funnels", name, "steps", place)
                yield _unknown(path, step, "goal", goals, "declare it under `systems.measurement.goals`")


def _paths(measurement: Mapping[str, object]) -> Iterator[Complaint]:
    told: list[tuple[Path, object]] = [
        ((*HERE, "goals", name, "path"), goal.get("path")) for name, goal in _tables(measurement.get("goals"))
    ]
    told += [((*HERE, "excluded_paths", n), path) for n, path in enumerate(_texts(measurement.get("excluded_paths")))]
    for where, path in told:
        if isinstance(path, str) and not path.startswith(("/", "*")):
            yield Complaint(where, f'"{path}" is no path of a page', 'begin with "/", such as "/trial*"')
        elif isinstance(path, str) and ("?" in path or "#" in path):
            yield Complaint(where, "what follows a path is never measured, so this fits no page", "end before it")


def _own(measurement: Mapping[str, object]) -> Iterator[Complaint]:
    if "tag_id" in measurement:
        wrong = "is the id of a provider's script, and no provider is declared"
        yield Complaint((*HERE, "tag_id"), wrong, "add `provider`, or remove it")
    for place, dimension in enumerate(_texts(measurement.get("dimensions"))):
        if dimension == "country":
            wrong = '"country" is counted by no measurement of our own'
            yield Complaint((*HERE, "dimensions", place), wrong, "remove it; addresses are cut and told nothing else")


def _unknown(path: Path, name: str, noun: str, known: Collection[str], otherwise: str) -> Complaint:
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return Complaint(path, f'"{name}" is no declared {noun}', f'did you mean "{near[0]}"?' if near else otherwise)


def _texts(found: object) -> list[str]:
    return [text for text in found if isinstance(text, str)] if isinstance(found, list) else []


def _tables(found: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    return ((name, value) for name, value in _table(found).items() if isinstance(value, Mapping))


def _table(found: object) -> Mapping[str, object]:
    return found if isinstance(found, Mapping) else {}
