"""Which language a reader gets where the address does not say: by the browser's wish, never by a cookie."""

from collections.abc import Iterator


def preferred(wish: str, offered: tuple[str, ...]) -> str:
    """The language of `offered` that an Accept-Language header wants most; the first where it wants none."""
    for tag in _wanted(wish):
        if tag == "*":
            break
        if tag.partition("-")[0] in offered:
            return tag.partition("-")[0]
    return offered[0]


def _wanted(wish: str) -> Iterator[str]:
    weighed: list[tuple[float, str]] = []
    for part in wish.lower().split(",")[:20]:
        tag, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if tag and weight > 0:
            weighed.append((weight, tag.strip()))
    yield from (tag for _, tag in sorted(weighed, key=lambda pair: -pair[0]))
