"""Figures of another product come in whole or not at all, once, and never over days of our own."""

import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.measure.shelf import NOW, OTHER, SITE, day_of, meetings, rolled
from zweck.measure import models
from zweck.measure.errors import BadImport
from zweck.measure.imports.files import sources
from zweck.measure.imports.lines import Source
from zweck.measure.imports.taking import Taken, into, take
from zweck.measure.reading.report import report
from zweck.measure.values import DIMENSIONS, Figures, Report, Span

__all__ = ["meetings"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("meetings")]
DAY = date(2025, 3, 1)
VISITORS = "date,visitors,pageviews,bounces,visits,visit_duration\n2025-03-01,50,120,20,60,3600\n"
PAGES = (
    "date,hostname,page,visitors,pageviews,exits,time_on_page\n"
    "2025-03-01,a,/,40,80,1,1\n2025-03-01,a,/trial,9,20,1,1\n2025-03-01,a,/x?id=7,2,2,1,1\n"
)
OWN = "date,dimension,value,views,visits,visitors,bounces,seconds\n"


def brought(*files: tuple[str, str], dry: bool = False) -> Taken:
    """These files, taken in."""
    return take([Source(name, text.encode()) for name, text in files], into(SITE, NOW), NOW, dry=dry)


def told() -> Report:
    """The imported day."""
    return report(SITE, Span(DAY, DAY), DIMENSIONS, 10, NOW)


def test_an_export_becomes_the_figures_it_tells() -> None:
    brought(("imported_visitors_20250301_20250301.csv", VISITORS), ("imported_pages_20250301_20250301.csv", PAGES))

    found = told()

    assert found.total == Figures(120, 60, 50, 20, 3600)
    assert found.imported_days == (DAY,)
    assert [row.value for row in found.rows["path"]] == ["/", OTHER]


def test_a_small_group_is_folded_with_the_next_one_so_that_nobody_works_it_out() -> None:
    brought(("imported_visitors.csv", VISITORS), ("imported_pages.csv", PAGES))

    rest = told().rows["path"][-1]

    assert rest.figures == Figures(views=22, visitors=9, masked=True)
    assert not models.Term.objects.filter(text__contains="id=7").exists()
    assert not models.Term.objects.filter(text__in=("/x", "/trial")).exists()


def test_a_small_count_of_an_event_is_withheld() -> None:
    events = "date,name,link_url,path,visitors,events\n2025-03-01,sign-up,,,4,9\n"

    brought(("imported_visitors.csv", VISITORS), ("imported_custom_events.csv", events))

    assert [(row.value, row.figures) for row in told().rows["event"]] == [(OTHER, Figures(masked=True))]


def test_the_same_file_twice_doubles_nothing() -> None:
    files = ("imported_visitors.csv", VISITORS), ("imported_pages.csv", PAGES)

    brought(*files)
    once = told()
    brought(*files)

    assert told() == once


def test_a_day_of_our_own_stays_as_it_was_measured() -> None:
    day_of(DAY)
    rolled(DAY, "", {"": 9})

    taken = brought(("imported_visitors.csv", VISITORS))

    assert (taken.measured, taken.days) == ((DAY,), ())
    assert told().total.visitors == 9


def test_a_dry_run_tells_and_takes_nothing() -> None:
    taken = brought(("imported_visitors.csv", VISITORS), dry=True)

    assert taken.days == (DAY,)
    assert not models.Day.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (VISITORS + "2025-03-02,x,1,1,1,1\n", "imported_visitors.csv:3: visitors is 'x'; a whole number"),
        (VISITORS + "2025-03-02,-1,1,1,1,1\n", "imported_visitors.csv:3: visitors is '-1'"),
        (VISITORS + "02.03.2025,1,1,1,1,1\n", "imported_visitors.csv:3: there is no day '02.03.2025'; 2026-11-22"),
        (VISITORS + "2025-02-30,1,1,1,1,1\n", "imported_visitors.csv:3: there is no day"),
        (VISITORS + "2025-03-02,1\n", "imported_visitors.csv:3: has 2 fields; 6 would be right"),
        ("date,visitors\n2025-03-01,1\n", "imported_visitors.csv:1: lacks the columns pageviews"),
        ("", "imported_visitors.csv:1: lacks the columns date"),
        ('date,"vis', "imported_visitors.csv:1: is no CSV"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_taken(text: str, said: str) -> None:
    with pytest.raises(BadImport) as refused:
        brought(("imported_pages.csv", PAGES), ("imported_visitors.csv", text))

    assert said in str(refused.value)
    assert not models.Day.objects.exists()


def test_a_hundred_bad_lines_are_not_all_printed() -> None:
    with pytest.raises(BadImport, match="and 80 more"):
        brought(("imported_visitors.csv", VISITORS + "x,1,1,1,1,1\n" * 100))


def test_groups_without_their_day_are_refused() -> None:
    with pytest.raises(BadImport, match="not the day's whole"):
        brought(("imported_pages.csv", PAGES))


def test_what_the_policy_does_not_take_down_is_left_out_in_words() -> None:
    events = "date,name,link_url,path,visitors,events\n2025-03-01,sign-up,,,9,9\n2025-03-01,Outbound,,,9,9\n"
    places = "date,country,region,city,visitors,visits,visit_duration,bounces\n2025-03-01,DE,,,9,9,9,9\n"

    taken = brought(
        ("imported_visitors.csv", VISITORS), ("imported_custom_events.csv", events), ("imported_locations.csv", places)
    )

    assert [row.value for row in told().rows["event"]] == ["sign-up"]
    assert taken.left_out == ("events that the policy does not declare", "imported_locations.csv (places)")


def test_today_cannot_be_brought_in() -> None:
    taken = brought(("imported_visitors.csv", VISITORS.replace("2025-03-01", "2026-11-22")))

    assert taken.days == ()
    assert "today" in taken.left_out[0]


def test_sources_of_one_name_are_added_up_and_hosts_are_cut_to_their_name() -> None:
    head = "date,source,utm_medium,utm_campaign,visitors,visits,visit_duration,bounces\n"
    lines = "2025-03-01,https://www.example.net/a?b,mail,spring,6,6,9,1\n2025-03-01,example.net,,,7,7,9,1\n"

    brought(("imported_visitors.csv", VISITORS), ("imported_sources.csv", head + lines + "2025-03-01,,,,9,9,9,9\n"))

    found = told()
    assert [(row.value, row.figures.visitors) for row in found.rows["referrer"]] == [("example.net", 13), ("", 9)]
    assert [row.value for row in found.rows["utm_campaign"]] == ["spring"]


def test_our_own_format_knows_every_dimension() -> None:
    lines = "".join(f"2025-03-01,{name},,10,9,8,1,60\n" for name in ("", "path", "referrer", "browser"))

    brought(("figures.csv", OWN + lines + "2025-03-01,goal,sign-up,10,9,8,1,60\n"))

    assert told().total == Figures(10, 9, 8, 1, 60)
    assert told().rows["goal"][0].value == "sign-up"


@pytest.mark.parametrize(
    "line", ["2025-03-01,place,DE,1,1,1,1,1", "2025-03-01,,x,1,1,1,1,1", "2025-03-01,path,\x00,1,1,1,1,1"]
)
def test_our_own_format_refuses_what_it_does_not_mean(line: str) -> None:
    with pytest.raises(BadImport, match=r"figures\.csv:2: "):
        brought(("figures.csv", f"{OWN}{line}\n"))


def test_a_zip_and_a_folder_hold_the_same(tmp_path: Path) -> None:
    (tmp_path / "imported_visitors.csv").write_text(VISITORS)
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as packed:
        packed.writestr("deep/imported_visitors.csv", VISITORS)
        packed.writestr("readme.txt", "x")

    assert sources(tmp_path / "export.zip") == sources(tmp_path)


def test_what_is_no_file_of_figures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "latin.csv").write_bytes("date\nß".encode("latin-1"))

    for path in (tmp_path / "none.csv", tmp_path / "empty"):
        with pytest.raises(BadImport):
            sources(path)
    with pytest.raises(BadImport, match=r"latin\.csv:2: is not UTF-8"):
        take(sources(tmp_path / "latin.csv"), into(SITE, NOW), NOW)
