"""The staff area's door: who comes in, who does not, and what is remembered of those who tried."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.site.world import NOW, World
from zweck.console import acts, throttle
from zweck.console.models import Failures, Staff

pytestmark = pytest.mark.django_db
SECRET = "a long walk by the water"


@pytest.fixture
def account(anna: str) -> Staff:
    """Anna, who may read the newsletter's data."""
    staff = acts.add(anna, ["office"], ["newsletter"], NOW)
    acts.set_password(staff, SECRET)
    return staff


def log_in(client: Client, name: str, password: str, **more: str) -> int:
    """Try to log in; the status of the answer."""
    form = {"name": name, "password": password} | more
    return client.post("/staff/log-in", form, headers={"Origin": "http://testserver"}).status_code


def test_who_knows_the_password_sees_name_roles_and_purposes(club: World, account: Staff, client: Client) -> None:
    assert log_in(client, "Anna", SECRET) == 302

    page = client.get("/staff/", headers={"Accept-Language": "en"}).content.decode()

    for said in ("Logged in as Anna", "office", "newsletter", "Privacy statement with all marks"):
        assert said in page


def test_who_does_not_stays_outside(club: World, account: Staff, client: Client) -> None:
    assert log_in(client, "Anna", "a long walk by the sea") == 403
    assert log_in(client, "Nobody", SECRET) == 403

    response = client.get("/staff/")

    assert (response.status_code, response["Location"]) == (302, "/staff/log-in?next=/staff/")


def test_an_account_that_was_put_to_rest_cannot_log_in(club: World, account: Staff, client: Client) -> None:
    Staff.objects.update(is_active=False)

    assert log_in(client, "Anna", SECRET) == 403


def test_the_session_is_the_only_cookie_and_no_script_can_read_it(club: World, account: Staff, client: Client) -> None:
    log_in(client, "Anna", SECRET)

    (cookie,) = client.cookies.values()

    assert cookie["httponly"]
    assert cookie["samesite"] in ("Lax", "Strict")


def test_the_log_in_takes_forms_from_its_own_page_only(club: World, account: Staff) -> None:
    strict = Client(enforce_csrf_checks=True)
    form = {"name": "Anna", "password": SECRET}

    silent = strict.post("/staff/log-in", form)
    foreign = strict.post("/staff/log-in", form, headers={"Origin": "https://www.example.net"})
    own = strict.post("/staff/log-in", form, headers={"Origin": "http://testserver"})

    assert (silent.status_code, foreign.status_code, own.status_code) == (403, 403, 302)


def test_behind_the_log_in_a_form_needs_its_token(club: World, account: Staff) -> None:
    strict = Client(enforce_csrf_checks=True)
    log_in(strict, "Anna", SECRET)
    page = strict.get("/staff/").content.decode()
    found = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None

    bare = strict.post("/staff/log-out", headers={"Origin": "http://testserver"})
    full = strict.post("/staff/log-out", {"csrfmiddlewaretoken": found[1]})

    assert (bare.status_code, full.status_code) == (403, 302)


def test_who_only_looks_at_the_log_in_leaves_nothing_and_takes_nothing(
    club: World, account: Staff, client: Client
) -> None:
    for path in ("/staff/log-in", acts.link_to_set(account), "/staff/password/MQ/x-y"):
        client.get(path)

    assert not client.cookies
    assert Session.objects.count() == 0


def test_sessions_that_are_over_go(club: World, account: Staff, client: Client) -> None:
    log_in(client, "Anna", SECRET)
    ends = Session.objects.get().expire_date

    assert acts.forget_sessions(ends - timedelta(seconds=1)) == 0
    assert acts.forget_sessions(ends + timedelta(seconds=1)) == 1


def test_leaving_takes_a_button_and_ends_the_session(club: World, account: Staff, client: Client) -> None:
    log_in(client, "Anna", SECRET)

    assert client.get("/staff/log-out").status_code == 405
    assert client.post("/staff/log-out", headers={"Origin": "http://testserver"}).status_code == 302
    assert client.get("/staff/").status_code == 302


@pytest.mark.parametrize("next_", ["https://www.example.net/", "//www.example.net/staff/", "/privacy", "javascript:x"])
def test_the_log_in_leads_nowhere_else(next_: str, club: World, account: Staff, client: Client) -> None:
    form = {"name": "Anna", "password": SECRET, "next": next_}

    response = client.post("/staff/log-in", form, headers={"Origin": "http://testserver"})

    assert response["Location"] == "/staff/"


def test_guessing_at_one_name_is_stopped_even_with_the_right_password(
    club: World, account: Staff, client: Client
) -> None:
    statuses = [log_in(client, "Anna", f"guess {n}") for n in range(throttle.PER_NAME)]

    assert set(statuses) == {403}
    assert log_in(client, "Anna", SECRET) == 429


def test_guessing_over_all_names_is_stopped(club: World, account: Staff) -> None:
    for n in range(throttle.OVER_ALL):
        throttle.failed(f"name {n}", NOW)

    assert not throttle.is_open("somebody else", NOW)
    assert throttle.is_open("somebody else", NOW + throttle.WINDOW)


def test_what_was_typed_is_not_kept_and_the_count_goes_with_its_window(club: World, account: Staff) -> None:
    throttle.failed("typed by mistake", NOW - timedelta(hours=1))
    throttle.failed("Anna", NOW)

    rows = [json.dumps([row.key, str(row.window), row.count]) for row in Failures.objects.all()]

    assert len(rows) == 2
    assert not any("Anna" in row or "typed" in row for row in rows)


def test_the_staff_area_is_never_cached_nor_indexed(club: World, account: Staff, client: Client) -> None:
    log_in(client, "Anna", SECRET)

    response = client.get("/staff/")

    assert "no-store" in response["Cache-Control"]
    assert 'name="robots" content="noindex"' in response.content.decode()


@pytest.mark.parametrize("level", ["summary", "private"])
def test_staff_see_all_marks_and_evidence_where_the_public_does_not(
    level: str, club: World, account: Staff, client: Client
) -> None:
    club.publish(level)
    promise = club.sentences()[0].promise
    assert client.get("/staff/statement/en").status_code == 302
    log_in(client, "Anna", SECRET)

    page = client.get("/staff/statement/en")
    evidence = client.get(f"/staff/statement/en/{promise}")

    assert f'href="/staff/statement/en/{promise}"' in page.content.decode()
    assert "a violation planted on purpose was caught" in evidence.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_a_link_sets_the_password_once(club: World, account: Staff, client: Client) -> None:
    acts.lock_out(account)
    link = acts.link_to_set(account)
    form = {"password": SECRET, "again": SECRET}

    first = client.post(link, form, headers={"Origin": "http://testserver"})
    second = client.post(link, form, headers={"Origin": "http://testserver"})

    assert (first.status_code, second.status_code) == (200, 404)
    assert log_in(client, "Anna", SECRET) == 302


def test_who_sets_a_password_is_not_logged_in_yet_and_so_is_offered_no_log_out(
    club: World, account: Staff, client: Client
) -> None:
    page = client.get(acts.link_to_set(account))

    assert b"/staff/log-out" not in page.content


@pytest.mark.parametrize("form", [{"password": SECRET, "again": "x"}, {"password": "short", "again": "short"}])
def test_a_bad_new_password_is_told_and_the_link_lives_on(
    form: dict[str, str], club: World, account: Staff, client: Client
) -> None:
    link = acts.link_to_set(account)

    assert client.post(link, form, headers={"Origin": "http://testserver"}).status_code == 400
    assert client.get(link).status_code == 200


@pytest.mark.parametrize(
    "link", ["/staff/password/MQ/x-y", "/staff/password/%FF/x", "/staff/password/OTk5OTk5OTk5OTk5OTk5OTk5OTk5/x"]
)
def test_a_made_up_link_is_dead(link: str, club: World, account: Staff, client: Client) -> None:
    assert client.get(link).status_code == 404


def test_the_pages_speak_the_accounts_language(club: World, account: Staff, client: Client) -> None:
    Staff.objects.update(language="de")
    log_in(client, "Anna", SECRET)

    page = client.get("/staff/", headers={"Accept-Language": "en"}).content.decode()

    assert "Angemeldet als Anna" in page


def test_windows_are_quarters_of_an_hour() -> None:
    assert throttle.window_of(NOW) == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
