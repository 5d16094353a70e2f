"""Kept events and roll-ups are made of the same happenings and tell the same figures."""

import random
from pathlib import Path

import pytest

from tests.measure.declared import declared
from tests.measure.visiting import MAY_1, MORNING, SITE
from zweck.measure.days import sql
from zweck.measure.days.making import make
from zweck.measure.models import Event
from zweck.measure.segments.reading import Question, answer
from zweck.measure.segments.writing import write
from zweck.measure.values import CODES, DIMENSIONS, NONE, Dimension, Figures, Span

COMPARED: list[Dimension] = [one for one in DIMENSIONS if one not in ("goal", "bot")]


def drawn(seed: int) -> list[Event]:
    """A day of one browser: views, events and pages left, in an order as the net brings them."""
    draw = random.Random(seed)  # noqa: S311  (made-up visits)
    day = MAY_1.toordinal()
    events = []
    for number in range(400):
        at = MORNING + draw.randrange(6 * 3_600_000)
        name = draw.choice(["", "", "", "leave", "download"])
        words = {"path": f"/{draw.choice('abc')}", "referrer": draw.choice(["", "one.example", "two.example"])}
        words |= {"utm_source": draw.choice(["", "", "letter"]), "device": draw.choice(["desktop", "mobile"])}
        seconds = draw.randrange(300) if name == "leave" else 0
        events.append(Event(id=(at << 20) + number, site=SITE, day=day, at=at, visitor=draw.randrange(60) - 30,
                            name=name, browser="Firefox", seconds=seconds, **words))  # fmt: skip
    return events


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_kept_events_and_roll_ups_tell_the_same(tmp_path: Path, seed: int) -> None:
    Event.objects.bulk_create(drawn(seed))
    measurement = declared(least_group=1).systems.measurement

    write(tmp_path, SITE, MAY_1, sql.happenings(SITE, MAY_1.toordinal()))
    kept = answer(tmp_path, Span(MAY_1, MAY_1), Question("browser", "Firefox", 1), COMPARED, 1000)

    rolled = make(SITE, MAY_1.toordinal(), measurement).figures
    assert kept.total == rolled[0, NONE] != Figures()
    for dimension in COMPARED:
        expected = {value: figures for (code, value), figures in rolled.items() if code == CODES[dimension]}
        assert {row.value: row.figures for row in kept.rows[dimension]} == expected
