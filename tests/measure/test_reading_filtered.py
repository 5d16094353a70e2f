"""A filter chooses visits of today, and tells of nobody by what it shows or leaves out."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from tests.measure.shelf import NOW, OTHER, SITE, meetings
from zweck.measure import models
from zweck.measure.days import sql
from zweck.measure.errors import BadQuestion
from zweck.measure.reading.filtered import Asked, filtered
from zweck.measure.values import DIMENSIONS, Dimension, Figures, Filter, Report, Row, Span

__all__ = ["meetings"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("meetings")]
TODAY = date(2026, 11, 22)
SPAN = Span(TODAY, TODAY)


def came(visitors: Iterable[int], *pages: str, device: str = "desktop", referrer: str = "", event: str = "") -> None:
    """Each of these visitors looks at the pages, a minute each, and may end with an event."""
    steps = [("", page) for page in pages] + ([(event, pages[-1])] if event else [])
    for visitor in visitors:
        for minute, (name, path) in enumerate(steps):
            at = int(NOW.timestamp() * 1000) + minute * 60_000 + visitor
            models.Event.objects.create(
                id=at * 1000 + len(device), site=SITE, day=TODAY.toordinal(), at=at, visitor=visitor, name=name,
                path=path, device=device, referrer=referrer if minute == 0 else "", seconds=0, browser="Firefox",
            )  # fmt: skip


def ask(dimension: Dimension, value: str, span: Span = SPAN) -> Report:
    """The visits with this value."""
    return filtered(SITE, Filter(dimension, value), Asked(span, DIMENSIONS, 10), NOW)


def names(rows: tuple[Row, ...]) -> list[str]:
    """What is shown."""
    return [row.value for row in rows]


def test_a_filter_tells_of_the_visits_it_chooses() -> None:
    came(range(10), "/", "/trial", device="mobile", event="sign-up")
    came(range(20, 30), "/")

    found = ask("device", "mobile")

    assert found.total == Figures(views=20, visits=10, visitors=10, bounces=0, seconds=1200)
    assert names(found.rows["path"]) == ["/", "/trial"]
    assert found.rows["goal"][0].figures.visits == 10


def test_the_whole_is_what_the_roll_up_counts() -> None:
    came(range(10), "/", "/trial", referrer="search.example", event="sign-up")
    came(range(20, 27), "/privacy", device="mobile")

    assert ask("browser", "Firefox").total == sql.total(SITE, TODAY.toordinal())


@pytest.mark.parametrize(("chosen", "left"), [(4, 20), (20, 4), (4, 4)])
def test_too_few_chosen_or_left_out_are_not_told(chosen: int, left: int) -> None:
    came(range(chosen), "/", device="mobile")
    came(range(50, 50 + left), "/")

    found = ask("device", "mobile")

    assert found.total == Figures(masked=True)
    assert set(found.rows.values()) == {()}


def test_a_group_is_not_told_when_few_are_in_it_outside_the_filter() -> None:
    came(range(10), "/", "/rare", device="mobile")
    came(range(20, 30), "/")
    came(range(40, 42), "/rare")

    assert ask("device", "mobile").rows["path"] == (Row(OTHER, Figures(20, 20, 10, 0, 0, masked=True)),)


def test_pages_events_and_goals_choose_visits_that_had_them() -> None:
    came(range(10), "/", "/trial", event="sign-up")
    came(range(20, 30), "/")

    assert [ask(*each).total.visits for each in (("path", "/trial"), ("event", "sign-up"), ("goal", "sign-up"))] == [
        10
    ] * 3


def test_past_days_cannot_be_filtered_where_events_die_with_their_day() -> None:
    with pytest.raises(BadQuestion, match="single events are not kept"):
        ask("device", "mobile", Span(TODAY - timedelta(days=6), TODAY))


@pytest.mark.parametrize("each", [("bot", "agent"), ("goal", "riches"), ("path", OTHER), ("", "")])
def test_what_cannot_be_chosen_is_refused_in_words(each: tuple[Dimension, str]) -> None:
    with pytest.raises(BadQuestion):
        ask(*each)
