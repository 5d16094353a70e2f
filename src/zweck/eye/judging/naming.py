"""Names that carry a number: `_ga_ABC123`, `wp-settings-1` are one thing each, whoever the visitor is."""

import re
from collections.abc import Iterator

# An end that differs from one visitor or site to the next: holds a digit, or is a run of capitals.
_TAIL = re.compile(r"(?<=[_\-.:])(?:[A-Za-z0-9]*\d[A-Za-z0-9]*|[A-Z]{6,})$")
_LIMIT = 200  # characters of a name that are looked at


def heads(name: str) -> Iterator[str]:
    """What the name may begin with when its numbered ends are taken off, the shortest first."""
    found: list[str] = []
    rest = name[:_LIMIT]
    while cut := _TAIL.search(rest):
        found.append(rest[: cut.start()])
        rest = rest[: cut.start() - 1]
    yield from reversed(found)


def tailed(name: str) -> str:
    """The name without its numbered end; "" where it has none."""
    cut = _TAIL.search(name[:_LIMIT])
    return name[: cut.start()] if cut else ""
