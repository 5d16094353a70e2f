"""What pages, exports, the API and a shared report can be given: the types that leave this room, field by field."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, make_dataclass
from typing import get_args, get_type_hints

from zweck.measure.values import DIMENSIONS, Now, Report
from zweck.promises.values import Target

# Whatever shows figures gets one of these, and nothing else of a visit.
ANSWERS: tuple[type, ...] = (Report, Now)
# Every field there may be. Whoever adds one says here that it is a count of a group, or has to say it in the policy.
FIELDS: Mapping[str, frozenset[str]] = {
    "Report": frozenset({"span", "total", "days", "rows", "funnels", "updated_at", "imported", "imported_days"}),
    "Span": frozenset({"first", "last"}),
    "Figures": frozenset({"views", "visits", "visitors", "bounces", "seconds", "masked"}),
    "Row": frozenset({"value", "figures"}),
    "Funnel": frozenset({"id", "steps", "bounded"}),
    "Now": frozenset({"visitors", "views"}),
}


def undeclared(target: Target, dimensions: Iterable[str]) -> Iterator[str]:
    """What could be told besides counts, and by what it could be broken down that no policy can declare."""
    given = target.place.get("answers")
    for kind in _reachable(given if isinstance(given, tuple) else ANSWERS):
        known = FIELDS.get(kind.__name__, frozenset())
        names = [field.name for field in fields(kind)]
        yield from (f"{kind.__name__}.{name}: told, and declared by nobody" for name in names if name not in known)
    known_dimensions = set(dimensions)
    yield from (
        f"figures can be told by {one}, which no policy declares" for one in DIMENSIONS if one not in known_dimensions
    )


def _reachable(kinds: Iterable[type]) -> tuple[type, ...]:
    """These types, and all that their fields can hold."""
    found: dict[type, None] = {}
    waiting: list[object] = list(kinds)
    while waiting:
        one = waiting.pop()
        waiting += get_args(one)
        if isinstance(one, type) and is_dataclass(one) and one not in found:
            found[one] = None
            waiting += get_type_hints(one).values()
    return tuple(found)


def besides(field: str) -> type:
    """A report with something more in it."""
    return make_dataclass("Report", [(field, "tuple[str, ...]", ())], bases=(Report,), frozen=True)
