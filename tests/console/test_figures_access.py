"""Tokens and shared links open figures without a log-in: never more than their maker may read, and never for ever."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.measure.shelf import NOW, OTHER, SITE, day_of, meetings, rolled
from zweck.console import acts
from zweck.console.figures import pace
from zweck.console.models import Share, Staff, Token
from zweck.measure.models import Day

__all__ = ["meetings"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("meetings")]
TODAY = NOW.date()
ACCESS = "/staff/figures/access"


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> Any:  # Any: the plugin's own fixture
    """A clock that a test may move."""
    time_machine.move_to(NOW, tick=False)
    pace.clear()
    return time_machine


@pytest.fixture
def account(anna: str) -> Staff:
    """Anna's account, which may read figures."""
    return acts.add(anna, [], ["measurement"], NOW)


@pytest.fixture
def reader(account: Staff, client: Client) -> Client:
    """Anna's browser."""
    client.force_login(account)
    return client


@pytest.fixture
def used() -> None:
    """A day of use."""
    day_of(TODAY, is_closed=False)
    rolled(TODAY, "", {"": 400})
    rolled(TODAY, "path", {"/": 300, "/rare": 5, OTHER: None})


def made(reader: Client, **form: object) -> str:
    """The text of a new key, as the page tells it once."""
    answer = reader.post(ACCESS, {"name": "board", **form}, headers={"Accept-Language": "en"})
    assert answer.status_code == 201, answer.content
    found = re.search(r"<code>([^<]+)</code>", answer.content.decode())
    assert found is not None
    return found[1]


def link(reader: Client, *ranges: str) -> str:
    """The path of a new shared link."""
    told = made(reader, do="share", range=list(ranges or ("yesterday", "7")), days="30")
    return told.removeprefix("https://www.example.com")


def ask(token: str, path: str = "report?range=today") -> Any:  # Any: the test client's own answer
    """The API, asked by somebody without a log-in."""
    return Client().get(f"/staff/api/1/{path}", headers={"Authorization": f"Bearer {token}"})


def test_a_token_reads_what_its_account_reads(used: None, reader: Client) -> None:
    told = ask(made(reader, do="token")).json()

    assert told["total"]["visitors"] == 400
    assert told["groups"]["path"][0]["value"] == "/"


def test_a_key_is_shown_once_and_stored_as_its_hash(reader: Client) -> None:
    token, shared = made(reader, do="token"), link(reader)

    page = reader.get(ACCESS).content.decode()
    assert token not in page
    assert shared not in page
    assert token not in str(Token.objects.values_list())
    assert shared.rpartition("/")[2] not in str(Share.objects.values_list())


def test_a_token_that_was_taken_back_opens_nothing(used: None, reader: Client) -> None:
    token = made(reader, do="token")

    reader.post(ACCESS, {"do": "revoke-token", "key": Token.objects.get().pk})

    assert ask(token).status_code == 401


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer zweck_\N{SNOWMAN}".encode().decode("latin-1")]
)
def test_without_a_token_the_answer_says_how_to_get_one(header: str) -> None:
    answer = Client().get("/staff/api/1/report", headers={"Authorization": header})

    assert answer.status_code == 401
    assert "/staff/figures/access" in answer.json()["right"]
    assert not answer.cookies


def test_a_token_is_worth_what_its_account_may_read_now(account: Staff, reader: Client) -> None:
    token = made(reader, do="token")

    Staff.objects.filter(pk=account.pk).update(purposes=["newsletter"])
    assert ask(token).status_code == 403
    Staff.objects.filter(pk=account.pk).update(is_active=False)
    assert ask(token).status_code == 401


@pytest.mark.parametrize(
    "path", ["report?range=century", "report?dimensions=country", "report?limit=0", "report?limit=x", "choices?first=1"]
)
def test_a_question_without_an_answer_says_what_would_be_right(path: str, reader: Client) -> None:
    answer = ask(made(reader, do="token"), path)

    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "right"}


def test_nothing_can_be_changed_and_nothing_else_is_there(reader: Client) -> None:
    token = made(reader, do="token")

    assert Client().post("/staff/api/1/report", headers={"Authorization": f"Bearer {token}"}).status_code == 405
    assert ask(token, "secrets").status_code == 404
    assert ask(token, "docs").status_code == 404


def test_who_asks_too_fast_is_told_when_to_go_on(used: None, reader: Client) -> None:
    token = made(reader, do="token")
    for _ in range(pace.BURST):
        assert ask(token, "now").status_code == 200

    late = ask(token, "now")

    assert (late.status_code, late["Retry-After"]) == (429, "1")
    assert "at most 60 times a minute" in late.json()["right"]


def test_the_document_describes_each_answer(reader: Client) -> None:
    told = Client().get("/staff/api/1/openapi.json").json()

    assert set(told["paths"]) == {f"/staff/api/1/{name}" for name in ("report", "now", "choices")}
    assert "cdn" not in json.dumps(told)


def test_a_shared_link_shows_noisy_figures_without_a_log_in_or_a_cookie(used: None, reader: Client) -> None:
    stranger = Client()

    answer = stranger.get(link(reader), headers={"Accept-Language": "en"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "These figures are approximate" in page
    assert not answer.cookies
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "Robots, left out" not in page


def test_a_reload_shows_the_same_noise(used: None, reader: Client) -> None:
    path = link(reader)

    assert Client().get(path).content == Client().get(path).content


def test_two_links_show_the_same_noise(used: None, reader: Client) -> None:
    one, other = (Client().get(f"{link(reader)}?range=7").content for _ in range(2))

    assert one == other


def test_only_the_chosen_ranges_are_shown(used: None, reader: Client) -> None:
    path = link(reader, "yesterday")

    for asked in ("?range=30", "?range=today", "?range=own&first=2026-11-22&last=2026-11-22", "?range=x"):
        assert Client().get(path + asked).status_code == 404


def test_a_link_shows_nothing_of_a_day_that_is_not_closed(used: None, reader: Client) -> None:
    yesterday = TODAY - timedelta(days=1)
    day_of(yesterday, is_closed=False)
    rolled(yesterday, "", {"": 3000})
    path = link(reader, "yesterday", "7")

    before = Client().get(path).content
    Day.objects.filter(day=yesterday.toordinal()).update(is_closed=True)
    after = Client().get(path).content.decode()

    figure = re.compile(r"\b(2[,.]9|3[,.]0)\d\d\b")
    assert figure.search(before.decode()) is None
    assert figure.search(after)


def test_a_link_ends_on_its_day(used: None, reader: Client, clock: Any) -> None:
    path = link(reader)

    clock.move_to(NOW + timedelta(days=30, seconds=1))

    assert Client().get(path).status_code == 404


def test_a_link_that_was_taken_back_or_never_was_is_not_found(used: None, reader: Client) -> None:
    path = link(reader)

    reader.post(ACCESS, {"do": "revoke-share", "key": Share.objects.get().pk})

    for gone in (path, path[:-1], "/shared/x", "/shared/\N{SNOWMAN}"):
        assert Client().get(gone).status_code == 404


def test_a_link_ends_with_its_makers_right(used: None, account: Staff, reader: Client) -> None:
    path = link(reader)

    Staff.objects.filter(pk=account.pk).update(purposes=[])

    assert Client().get(path).status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {"do": "share", "name": "x", "range": ["7"], "days": "9999"},
        {"do": "share", "name": "x", "range": [], "days": "7"},
        {"do": "share", "name": "x", "range": ["today"], "days": "7"},
        {"do": "share", "name": "x", "range": ["own"], "days": "7"},
        {"do": "share", "name": "x", "range": ["7"], "days": "\N{SUPERSCRIPT TWO}"},
        {"do": "token", "name": ""},
        {"do": "token", "name": "x" * 61},
        {"do": "token", "name": "a\x00b"},
    ],
)
def test_a_form_that_is_none_makes_nothing(form: dict[str, object], reader: Client) -> None:
    answer = reader.post(ACCESS, form)

    assert answer.status_code == 400
    assert not Share.objects.exists() and not Token.objects.exists()


def test_nobody_takes_back_what_is_another_ones(ben: str, reader: Client) -> None:
    made(reader, do="token")
    other = Client()
    other.force_login(acts.add(ben, [], ["measurement"], NOW))

    assert other.post(ACCESS, {"do": "revoke-token", "key": Token.objects.get().pk}).status_code == 404
    assert other.post(ACCESS, {"do": "erase"}).status_code == 404
    assert Token.objects.get().revoked_at is None


def test_a_site_that_measures_nothing_has_nothing_to_share(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    token, path = made(reader, do="token"), link(reader)
    monkeypatch.setattr("zweck.editions.acts.site_for", lambda host: None)

    assert ask(token).status_code == 404
    assert Client().get(path).status_code == 404
    assert SITE not in Client().get(path).content.decode()
