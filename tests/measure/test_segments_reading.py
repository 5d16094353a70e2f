"""Answers about kept events agree with a plain recount, and none tells of fewer people than the least group."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.measure.declared import declared
from tests.measure.visiting import MAY_1, SITE, Visit, World, day, recount
from zweck.measure.errors import BadQuestion
from zweck.measure.segments.errors import SegmentTrouble
from zweck.measure.segments.reading import Question, answer, read_question
from zweck.measure.segments.writing import write
from zweck.measure.values import OTHER, Dimension, Figures, Filter, Report, Span
from zweck.policy.systems import Goal, Measurement

ALL: tuple[Dimension, ...] = ("path", "entry", "exit", "referrer", "utm_source", "device", "browser", "event")
SPAN = Span(MAY_1, MAY_1 + timedelta(days=6))


def kept(folder: Path, visits: list[Visit], on: date = MAY_1) -> None:
    """Have these visits on a day."""
    write(folder, SITE, on, day(visits))


def ask(folder: Path, choosing: str, value: str, least: int = 5, span: Span = SPAN) -> Report:
    """All dimensions, all rows."""
    return answer(folder, span, Question(choosing, value, least), ALL, 1000)


def rows(report: Report, dimension: Dimension) -> dict[str, Figures]:
    """By value."""
    return {row.value: row.figures for row in report.rows[dimension]}


def people(count: int, start: int = 0, **what: object) -> list[Visit]:
    """So many visitors with one visit each."""
    return [Visit(start + number, **what) for number in range(count)]  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("dimension", "value"),
    [("device", "mobile"), ("browser", "Chrome"), ("referrer", "one.example"), ("referrer", ""), ("entry", "/a")],
)
def test_visits_chosen_by_what_they_were_are_counted_exactly(
    tmp_path: Path, seed: int, dimension: str, value: str
) -> None:
    world = World(seed, 150).visits
    kept(tmp_path, world)

    report = ask(tmp_path, dimension, value, least=1)

    chosen = [one for one in world if one.words[dimension] == value]
    assert report.total == recount(chosen)
    for other in ("entry", "exit", "device"):
        expected = {
            word: [one for one in chosen if one.words[other] == word] for word in {v.words[other] for v in chosen}
        }
        assert rows(report, other) == {word: recount(some) for word, some in expected.items()}


@pytest.mark.parametrize("seed", range(3))
def test_visits_chosen_by_a_page_are_told_whole(tmp_path: Path, seed: int) -> None:
    world = World(seed, 150).visits
    kept(tmp_path, world)

    report = ask(tmp_path, "path", "/d", least=1)

    chosen = [one for one in world if "/d" in one.pages]
    assert report.total == recount(chosen)
    seen_too = rows(report, "path")["/a"]
    assert seen_too.views == sum(one.pages.count("/a") for one in chosen)
    assert seen_too.visits == sum("/a" in one.pages for one in chosen)
    assert seen_too.visitors == len({one.visitor for one in chosen if "/a" in one.pages})


def test_visits_chosen_by_an_event_are_told_whole(tmp_path: Path) -> None:
    world = World(5, 150).visits
    kept(tmp_path, world)

    report = ask(tmp_path, "event", "download", least=1)

    chosen = [one for one in world if one.event == "download"]
    assert report.total == recount(chosen)
    assert rows(report, "event")["download"].visitors == len({one.visitor for one in chosen})


def test_a_goal_may_be_an_event() -> None:
    measurement = Measurement(goals={"up": Goal(name="x", event="sign-up")})

    assert read_question(measurement, [Filter("goal", "up")]) == Question("event", "sign-up", 5)


def test_a_goal_s_path_chooses_as_its_pattern_says(tmp_path: Path) -> None:
    kept(
        tmp_path,
        people(6, pages=("/tri.l_1",)) + people(7, 10, pages=("/trial_1",)) + people(8, 20, pages=("/a/tri.l_",)),
    )
    measurement = Measurement(goals={"trial": Goal(name="x", path="/tri.l_*")})

    report = answer(tmp_path, SPAN, read_question(measurement, [Filter("goal", "trial")]), (), 10)

    assert report.total.visitors == 6


def test_days_are_told_one_by_one_and_those_without_a_file_not_at_all(tmp_path: Path) -> None:
    for number, count in ((0, 6), (2, 9)):
        kept(tmp_path, people(count), MAY_1 + timedelta(days=number))

    report = ask(tmp_path, "device", "desktop")

    assert [(day.day, figures.visitors) for day, figures in report.days] == [(1, 6), (3, 9)]
    assert report.total.visitors == 15


def test_a_span_without_files_is_empty(tmp_path: Path) -> None:
    assert ask(tmp_path / "nothing", "device", "desktop") == Report(SPAN, Figures(), ())


def test_fewer_people_than_the_least_group_are_not_told(tmp_path: Path) -> None:
    kept(tmp_path, people(4, device="tablet") + people(20, 10))

    report = ask(tmp_path, "device", "tablet")

    assert report.total == report.days[0][1] == Figures(masked=True)
    assert not any(report.rows.values())


def test_few_people_cannot_be_told_from_those_who_are_left_out(tmp_path: Path) -> None:
    kept(tmp_path, people(4, device="tablet") + people(20, 10))

    report = ask(tmp_path, "device", "desktop")

    assert report.total == Figures(masked=True)


def test_what_nobody_did_is_told_as_nothing(tmp_path: Path) -> None:
    kept(tmp_path, people(20))

    assert ask(tmp_path, "path", "/never").total == Figures()


def test_a_day_that_is_not_told_is_in_no_row(tmp_path: Path) -> None:
    kept(tmp_path, people(9) + people(9, 10, device="mobile"))
    kept(tmp_path, people(3, pages=("/secret",)) + people(9, 10, device="mobile"), MAY_1 + timedelta(days=1))

    report = ask(tmp_path, "device", "desktop")

    assert report.total == Figures(9, 9, 9, 9, 27, masked=True)
    assert set(rows(report, "path")) == {"/"}


def test_a_single_small_group_takes_the_next_larger_with_it(tmp_path: Path) -> None:
    visits = (
        people(3, referrer="rare.example")
        + people(6, 10, referrer="six.example")
        + people(9, 20, referrer="nine.example")
    )
    kept(tmp_path, visits + people(9, 40, device="mobile"))

    found = rows(ask(tmp_path, "device", "desktop"), "referrer")

    assert found == {OTHER: Figures(masked=True), "nine.example": Figures(9, 9, 9, 9, 27)}


@pytest.mark.parametrize("seed", range(6))
def test_the_total_without_the_rows_that_are_told_is_nobody_or_enough_people(tmp_path: Path, seed: int) -> None:
    world = World(seed, 60).visits
    kept(tmp_path, world)

    report = ask(tmp_path, "browser", "Chrome")

    chosen = [one for one in world if one.words["browser"] == "Chrome"]
    assert not report.total.masked
    for dimension in ("entry", "exit", "referrer", "device"):
        told = rows(report, dimension)
        rest = {one.visitor for one in chosen if one.words[dimension] not in told}
        assert all(figures.visitors >= 5 for value, figures in told.items() if value != OTHER)
        assert not rest or len(rest) >= 5
        assert (OTHER in told) == bool(rest)


def test_two_spans_that_differ_by_a_day_tell_no_more_than_that_day(tmp_path: Path) -> None:
    for number, rare in ((0, 8), (1, 2)):
        visits = people(rare, referrer="rare.example") + people(20, 20) + people(9, 50, device="mobile")
        kept(tmp_path, visits, MAY_1 + timedelta(days=number))

    both = rows(ask(tmp_path, "device", "desktop"), "referrer")["rare.example"]
    first = rows(ask(tmp_path, "device", "desktop", span=Span(MAY_1, MAY_1)), "referrer")["rare.example"]

    assert both == first


@pytest.mark.parametrize(
    "value", ["'", "'; DROP TABLE raw; --", "\\", "$least", ":least", "{value:String}", "\x00", "%"]
)
def test_a_value_is_never_part_of_the_statement(tmp_path: Path, value: str) -> None:
    kept(tmp_path, people(9))

    for dimension in ("path", "event", "referrer"):
        assert answer(tmp_path, SPAN, Question(dimension, value, 5), (), 1).total == Figures()


def test_the_largest_groups_come_first_and_the_folded_rest_last(tmp_path: Path) -> None:
    sizes = {"six": 6, "nine": 9, "seven": 7, "four": 4, "three": 3}
    kept(tmp_path, [one for name, size in sizes.items() for one in people(size, 10 * size, referrer=name)])

    report = answer(tmp_path, SPAN, Question("device", "desktop", 5), ("referrer",), 2)

    assert [row.value for row in report.rows["referrer"]] == ["nine", "seven", OTHER]


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ([], "one filter at a time"),
        ([Filter("device", "mobile"), Filter("browser", "Firefox")], "one filter at a time"),
        ([Filter("goal", "none-such")], 'no goal "none-such" is declared'),
        ([Filter("bot", "headless")], "choose from entry"),
        ([Filter("path", "/" * 501)], "at most 500 signs"),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_would_be(filters: list[Filter], told: str) -> None:
    measurement = declared().systems.measurement
    assert measurement is not None

    with pytest.raises(BadQuestion, match=told):
        read_question(measurement, filters)


def test_a_file_that_is_none_is_told_and_not_guessed_at(tmp_path: Path) -> None:
    (tmp_path / "2026-05-01.parquet").write_bytes(b"PAR1 this is no segment PAR1")

    with pytest.raises(SegmentTrouble):
        ask(tmp_path, "device", "desktop")
