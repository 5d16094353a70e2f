"""The staff pages of figures: who may read them, what they show, what they hide, and the files they give."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from tests.measure.shelf import NOW, OTHER, SITE, day_of, meetings, rolled
from zweck.console import acts
from zweck.measure import models

__all__ = ["meetings"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("meetings")]
TODAY = NOW.date()
PATHS = ("", "/path", ".csv", ".json", "/access", "/choices", "/myself")


@pytest.fixture(autouse=True)
def _frozen(time_machine: object) -> None:
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]


@pytest.fixture
def reader(anna: str, client: Client) -> Client:
    """Anna, who may read figures."""
    client.force_login(acts.add(anna, [], ["measurement"], NOW))
    return client


@pytest.fixture
def used() -> None:
    """Two days of use."""
    for day, visitors in ((TODAY - timedelta(days=1), 40), (TODAY, 20)):
        day_of(day, is_closed=day != TODAY)
        rolled(day, "", {"": visitors})
        rolled(day, "path", {"/": visitors, "/=cmd": 9, OTHER: None})
        rolled(day, "referrer", {"": 9, "search.example": 8})
    models.LeftOut.objects.create(site=SITE, day=TODAY.toordinal(), reason="crawler", hits=7)


def text(client: Client, path: str, language: str = "en") -> str:
    """A page as this language reads it."""
    answer = client.get(f"/staff/figures{path}", headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_nobody_reads_figures_without_a_log_in(client: Client) -> None:
    for path in PATHS:
        assert client.get(f"/staff/figures{path}").status_code == 302


def test_an_account_without_the_purpose_is_told_so_calmly(anna: str, client: Client) -> None:
    client.force_login(acts.add(anna, [], ["newsletter"], NOW))

    for path in PATHS:
        answer = client.get(f"/staff/figures{path}", headers={"Accept-Language": "en"})
        assert answer.status_code == 403
        assert "understanding the use of our website" in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Visitors", "Direct", "search.example", "fewer than 5", "Robots, left out", "7 days")),
        ("de", ("Besucher", "Direkt", "search.example", "weniger als 5", "Roboter, nicht mitgezählt", "7 Tage")),
    ],
)
def test_the_dashboard_says_what_was_counted(language: str, said: tuple[str, ...], used: None, reader: Client) -> None:
    page = text(reader, "", language)

    assert [words for words in said if words not in page] == []


@pytest.mark.parametrize(
    "asked", ["?range=today", "?range=yesterday", "?range=7", "?range=month", "?first=2026-11-01&last=2026-11-22"]
)
def test_every_range_has_its_page(asked: str, used: None, reader: Client) -> None:
    assert "Figures" in text(reader, asked)


@pytest.mark.parametrize(
    "asked",
    [
        "?range=century",
        "?first=x&last=y",
        "?first=2026-11-22&last=2026-11-01",
        "?first=2030-01-01&last=2030-01-02",
        "?first=0001-01-01&last=9999-12-31",
    ],
)
def test_a_range_that_is_none_is_refused_in_words(asked: str, reader: Client) -> None:
    for path in ("", "/path", ".csv", "/choices"):
        answer = reader.get(f"/staff/figures{path}{asked}", headers={"Accept-Language": "en"})
        if path != "/choices" or "0001" not in asked:
            assert answer.status_code == 400
            assert "This cannot be shown" in answer.content.decode()


def test_the_time_before_stands_beside(used: None, reader: Client) -> None:
    page = text(reader, "?range=today&compare=1")

    assert "−50% · before: 40" in page


def test_a_chart_has_a_title_a_description_and_its_table(used: None, reader: Client) -> None:
    page = text(reader, "?range=7")

    assert 'role="img" aria-labelledby="chart-title chart-says"' in page
    assert "<summary>As a table</summary>" in page
    assert "22 November 2026: 60 views, 20 visitors" in page
    assert "style=" not in page and "<script" not in page


def test_a_dashboard_asks_the_database_little(
    used: None, reader: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(11):  # session, account, 4 of the report, 4 of the time before, real time
        text(reader, "?range=30&compare=1")


def test_imported_days_are_marked(reader: Client) -> None:
    day_of(date(2026, 11, 20), is_imported=True)
    rolled(date(2026, 11, 20), "", {"": 12})

    page = text(reader, "?range=7")

    assert "1 day was brought in from another product: 20 November 2026." in page
    assert "(brought in)" in page


def test_made_up_figures_say_so_and_others_never_do(used: None, reader: Client, settings: Settings) -> None:
    plain = text(reader, "")
    settings.DEMO = True

    assert "made up" not in plain
    assert "These figures are made up." in text(reader, "")
    assert reader.get("/staff/figures.json").json()["made_up"] is True


def test_a_file_holds_what_is_shown_and_no_formula(used: None, reader: Client) -> None:
    models.Term.objects.filter(text="/=cmd").update(text="=cmd|x")
    answer = reader.get("/staff/figures.csv?range=today")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert answer["Content-Disposition"] == f'attachment; filename="{SITE}-2026-11-22-2026-11-22.csv"'
    assert ["referrer", "Direct", "9"] in [[row["dimension"], row["value"], row["visitors"]] for row in rows]
    assert "'=cmd|x" in [row["value"] for row in rows]
    assert ["(others)", "", "withheld"] in [[row["value"], row["visitors"], row["note"]] for row in rows]


def test_the_same_as_json(used: None, reader: Client) -> None:
    told = reader.get("/staff/figures.json?range=today").json()

    assert told["total"]["visitors"] == 20
    assert told["groups"]["path"][-1] == {
        "value": "(others)", "views": None, "visits": None, "visitors": None, "bounces": None, "seconds": None,
        "masked": True,
    }  # fmt: skip


def test_an_unknown_breakdown_is_not_found(reader: Client) -> None:
    assert reader.get("/staff/figures/country").status_code == 404


def test_a_hostile_path_stays_text(reader: Client) -> None:
    day_of(TODAY)
    rolled(TODAY, "path", {"/<script>alert(1)</script>": 9})

    assert "<script>" not in text(reader, "?range=today")


def test_choices_are_counted_and_an_empty_time_says_so(reader: Client) -> None:
    assert "Nobody chose anything in these days." in text(reader, "/choices")


def test_my_own_visits_are_left_out_by_the_visitors_own_opt_out(reader: Client) -> None:
    page = text(reader, "/myself")

    assert 'action="/z/choice"' in page
    assert 'name="action" value="opt-out"' in page


def test_today_can_be_filtered_and_the_past_says_why_not(reader: Client) -> None:
    at = int(NOW.timestamp() * 1000)
    for visitor in range(24):
        models.Event.objects.create(
            id=at * 1000 + visitor, site=SITE, day=TODAY.toordinal(), at=at, visitor=visitor, name="", path="/a",
            device="mobile" if visitor % 2 else "desktop", seconds=0,
        )  # fmt: skip

    page = text(reader, "?range=today&by=device&value=mobile")
    past = reader.get("/staff/figures?range=7&by=device&value=mobile", headers={"Accept-Language": "en"})

    assert "Only visits with Devices: Phone." in page
    assert "<b>12</b>" in page
    assert past.status_code == 400
    assert "Past days cannot be filtered" in text(reader, "?range=7")


@pytest.mark.parametrize("asked", ["?by=country&value=DE", "?by=bot&value=agent&range=today", "?by=path&range=7"])
def test_what_cannot_be_filtered_by_is_refused_in_words(asked: str, reader: Client) -> None:
    for path in ("", ".json"):
        assert reader.get(f"/staff/figures{path}{asked}").status_code == 400


def test_a_funnel_says_where_a_count_is_a_bound(reader: Client) -> None:
    day_of(TODAY)
    rolled(TODAY, "", {"": 30})
    for day, visits in ((TODAY, 8), (TODAY - timedelta(days=1), None)):
        for number, (goal, count) in enumerate((("trial-page", 20), ("sign-up", visits))):
            models.Step.objects.create(
                site=SITE, day=day.toordinal(), funnel="trial", number=number, goal=goal, visits=count
            )

    page = text(reader, "?range=7")

    assert "from the trial page to sign-up" in page
    assert "≥ 8" in page and ">40<" in page
