"""A report tells what the roll-ups hold, in few statements, and nothing of small groups."""

from datetime import date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.measure.shelf import NOW, OTHER, SITE, day_of, meetings, rolled
from zweck.editions.values import Edition
from zweck.measure import models
from zweck.measure.errors import BadQuestion
from zweck.measure.reading.report import real_time, report
from zweck.measure.values import DIMENSIONS, Figures, Now, Row, Span

__all__ = ["meetings"]

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
YESTERDAY = TODAY - timedelta(days=1)
WEEK = Span(TODAY - timedelta(days=6), TODAY)


def seen(at: datetime, visitor: int, name: str = "") -> None:
    """An event of today."""
    models.Event.objects.create(
        site=SITE, day=TODAY.toordinal(), at=int(at.timestamp() * 1000), visitor=visitor, name=name, path="/", seconds=0
    )


def test_a_report_adds_days_up() -> None:
    for day, visitors in ((YESTERDAY, 10), (TODAY, 7)):
        day_of(day)
        rolled(day, "", {"": visitors})

    found = report(SITE, WEEK, (), 10, NOW)

    assert found.total == Figures(views=51, visits=17, visitors=17, bounces=8, seconds=1020)
    assert [day for day, _ in found.days] == [YESTERDAY, TODAY]


def test_a_whole_dashboard_takes_four_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    day_of(TODAY)
    rolled(TODAY, "path", {"/": 9})

    with django_assert_num_queries(4):
        report(SITE, WEEK, DIMENSIONS, 10, NOW)


def test_the_largest_groups_come_first_and_the_folded_rest_last() -> None:
    day_of(TODAY)
    rolled(TODAY, "path", {"/a": 6, "/b": 9, "/c": 7, OTHER: 40})

    rows = report(SITE, WEEK, ("path",), 2, NOW).rows["path"]

    assert [row.value for row in rows] == ["/b", "/c", OTHER]
    assert rows[-1].figures.masked


def test_a_withheld_day_makes_the_sum_a_lower_bound() -> None:
    for day, visitors in ((YESTERDAY, None), (TODAY, 7)):
        day_of(day)
        rolled(day, "", {"": visitors})

    total = report(SITE, WEEK, (), 10, NOW).total

    assert (total.visitors, total.masked) == (7, True)


def test_other_sites_and_other_days_stay_out() -> None:
    day_of(TODAY)
    rolled(TODAY, "", {"": 7})

    assert report("other", WEEK, ("path",), 10, NOW).total == Figures()
    assert report(SITE, Span(YESTERDAY, YESTERDAY), (), 10, NOW).days == ()


def test_robots_are_counted_by_reason() -> None:
    models.LeftOut.objects.create(site=SITE, day=TODAY.toordinal(), reason="crawler", hits=4)
    models.LeftOut.objects.create(site=SITE, day=YESTERDAY.toordinal(), reason="crawler", hits=3)

    assert report(SITE, WEEK, ("bot",), 10, NOW).rows["bot"] == (Row("crawler", Figures(views=7)),)


def test_a_funnel_adds_its_steps_and_keeps_withheld_ones_apart() -> None:
    for number, (goal, visits) in enumerate((("trial-page", 12), ("sign-up", None))):
        models.Step.objects.create(
            site=SITE, day=TODAY.toordinal(), funnel="trial", number=number, goal=goal, visits=visits
        )

    (funnel,) = report(SITE, WEEK, ("path",), 10, NOW).funnels

    assert funnel.steps == (("trial-page", 12), ("sign-up", None))
    assert funnel.bounded == {"sign-up"}


def test_imported_days_are_told_and_today_says_when_it_was_made() -> None:
    day_of(YESTERDAY, is_imported=True)
    day_of(TODAY, is_closed=False)

    found = report(SITE, WEEK, (), 10, NOW)

    assert (found.imported_days, found.updated_at) == ((YESTERDAY,), NOW)


@pytest.mark.parametrize(
    ("span", "limit"),
    [
        (Span(TODAY, YESTERDAY), 10),
        (Span(date(1990, 1, 1), TODAY), 10),
        (Span(TODAY + timedelta(days=9), TODAY + timedelta(days=9)), 10),
        (WEEK, 0),
        (WEEK, 100_000),
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(span: Span, limit: int) -> None:
    with pytest.raises(BadQuestion):
        report(SITE, span, (), limit, NOW)


def test_the_last_minutes_are_told_once_enough_visitors_are_there(meetings: Edition) -> None:
    for visitor in range(4):
        seen(NOW - timedelta(minutes=4), visitor)
    seen(NOW - timedelta(minutes=6), 9)

    assert real_time(SITE, NOW) == Now(None, None)

    seen(NOW, 5)
    seen(NOW, 5, "leave")
    assert real_time(SITE, NOW) == Now(5, 5)
