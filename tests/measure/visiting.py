"""Made-up visits, and what a plain recount says of them."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from zweck.measure.values import LEAVE, Figures, Happening

MAY_1 = date(2026, 5, 1)
MORNING = 1_777_618_800_000  # 2026-05-01 07:00 UTC
SITE = "example"


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: pages in their order, an event on the last of them, seconds on each."""

    visitor: int
    pages: tuple[str, ...] = ("/",)
    event: str = ""
    referrer: str = ""
    device: str = "desktop"
    browser: str = "Firefox"
    number: int = 1
    seconds: int = 3
    source: str = ""

    @property
    def words(self) -> dict[str, str]:
        """What the visit as a whole was."""
        return {"entry": self.pages[0], "exit": self.pages[-1], "referrer": self.referrer} | {
            "device": self.device, "browser": self.browser, "utm_source": self.source,
        }  # fmt: skip

    @property
    def lasted(self) -> int:
        """Seconds, the larger of two lower bounds."""
        return max(self.seconds * len(self.pages), 60 * (len(self.pages) - 1 + bool(self.event)))

    def happenings(self) -> Iterator[Happening]:
        """As a day close hands them on."""
        at = MORNING + self.number * 3_600_000
        own = (self.referrer, self.source, "", "", self.device, self.browser)
        for place, page in enumerate(self.pages):
            referrer = own if place == 0 else ("", *own[1:])
            yield Happening(at + place * 60_000, self.visitor, self.number, "", page, *referrer, 0)
            leave = (self.visitor, self.number, LEAVE, page, "", "", "", "", *own[4:], self.seconds)
            yield Happening(at + place * 60_000 + 5_000, *leave)
        if self.event:
            last = at + len(self.pages) * 60_000
            yield Happening(last, self.visitor, self.number, self.event, self.pages[-1], "", "", "", "", *own[4:], 0)


@dataclass(slots=True)
class World:
    """A day's visits drawn at random, of few words, so that small groups are many."""

    seed: int
    visitors: int
    visits: list[Visit] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Draw them."""
        draw = random.Random(self.seed)  # noqa: S311  (made-up visits)
        for visitor in range(self.visitors):
            device = draw.choice(["desktop"] * 6 + ["mobile"] * 3 + ["tablet"])
            browser = draw.choice(["Firefox", "Chrome", "Chrome", "Safari"])
            for number in range(1, draw.choice([2, 2, 2, 3])):
                pages = tuple(f"/{draw.choice('aaabbcd')}" for _ in range(draw.randint(1, 4)))
                event = draw.choice(["", "", "", "download", "sign-up"])
                referrer = draw.choice(["", "", "one.example", "two.example", "three.example"])
                self.visits.append(
                    Visit(visitor - 9, pages, event, referrer, device, browser, number, draw.randint(0, 9))
                )


def day(visits: Iterable[Visit]) -> Iterator[Happening]:
    """All of a day, in the order of visitors and time."""
    for visit in sorted(visits, key=lambda one: (one.visitor, one.number)):
        yield from visit.happenings()


def recount(visits: Sequence[Visit]) -> Figures:
    """What these visits come to."""
    return Figures(
        views=sum(len(one.pages) for one in visits),
        visits=len(visits),
        visitors=len({one.visitor for one in visits}),
        bounces=sum(len(one.pages) == 1 and not one.event for one in visits),
        seconds=sum(one.lasted for one in visits),
    )
