"""The short way: the same bytes as Django's, without Django."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import OperationalError
from django.test import Client

from tests.site.world import NOW, World
from zweck import doors
from zweck.editions import acts as editions
from zweck.site import fast, shelf
from zweck.site.frame import Look
from zweck.site.pages import Found


def environ(path: str = "/privacy", **more: str) -> dict[str, object]:
    """A visitor's request as the front passes it on."""
    return {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "HTTP_HOST": "www.example.org", **more}


def make(club: World, language: str = "en", now: datetime = NOW) -> shelf.Leaf:
    """Let Django make the page, as the first visitor does."""
    return shelf.statement(Look(club.editions[-1], Found("statement", language), now))


def test_the_front_is_handed_the_short_way() -> None:
    assert fast.statement in doors.fast_paths


@pytest.mark.parametrize("accepts", ["", "gzip, br", "gzip;q=0"])
def test_both_ways_give_the_same_bytes_and_headers(accepts: str, club: World, client: Client) -> None:
    by_django = client.get("/privacy", headers={"Accept-Encoding": accepts})

    answer = fast.at(environ(HTTP_ACCEPT_ENCODING=accepts), NOW)

    assert answer is not None
    assert answer.body == by_django.content
    assert dict(answer.headers) == dict(by_django.headers)


def test_a_zipped_page_is_the_page(club: World) -> None:
    leaf = make(club)

    assert gzip.decompress(leaf.zipped) == leaf.body


def test_who_has_the_page_gets_no_body(club: World) -> None:
    make(club)
    first = fast.at(environ(), NOW)
    assert first is not None

    again = fast.at(environ(HTTP_IF_NONE_MATCH=f'W/"x", {dict(first.headers)["ETag"]}'), NOW)

    assert again is not None
    assert (again.status, again.body) == ("304 Not Modified", b"")


def test_a_new_revision_ends_the_old_page_within_a_second(club: World) -> None:
    make(club)
    assert fast.at(environ(), NOW) is not None
    club.revision = 2

    assert fast.at(environ(), NOW + timedelta(seconds=0.9)) is not None
    assert fast.at(environ(), NOW + timedelta(seconds=1)) is None


def test_the_passing_of_an_evidences_age_ends_the_page(club: World) -> None:
    club.next_change = NOW + timedelta(minutes=1)
    make(club)

    assert fast.at(environ(), NOW + timedelta(seconds=59)) is not None
    assert fast.at(environ(), NOW + timedelta(minutes=1)) is None


def test_a_page_that_says_today_ends_at_the_sites_midnight(club: World) -> None:
    leaf = make(club)

    assert leaf.until == datetime(2026, 11, 22, 23, 0, tzinfo=UTC)


def test_the_revision_is_looked_up_at_most_once_a_second(club: World, monkeypatch: pytest.MonkeyPatch) -> None:
    make(club)
    looks = count()
    monkeypatch.setattr(editions, "revision", lambda site: min(next(looks) + 1, 1))

    for tenth in range(20):
        fast.at(environ(), NOW + timedelta(seconds=tenth / 10))

    assert next(looks) == 2


def test_a_page_is_made_once(club: World) -> None:
    make(club)
    make(club)

    assert club.asked == 1


@pytest.mark.parametrize(
    "other",
    [
        environ("/impressum"),
        environ("/privacy.md"),
        environ("/nothing"),
        environ(REQUEST_METHOD="POST"),
        environ(REQUEST_METHOD="HEAD"),
        environ(QUERY_STRING="a=b"),
        environ(HTTP_HOST="other.example.net"),
    ],
)
def test_everything_else_goes_on_to_django(other: dict[str, object], club: World) -> None:
    make(club)

    assert fast.at(other, NOW) is None


def test_a_database_that_does_not_answer_is_left_to_djangos_page(club: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(host: str) -> Iterator[None]:
        raise OperationalError

    monkeypatch.setattr(editions, "site_for", gone)

    assert fast.at(environ(), NOW) is None


def test_no_flood_of_names_or_pages_fills_the_memory(club: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editions, "site_for", lambda host: club.editions[-1])

    for n in range(3 * fast.HOSTS):
        fast.at(environ(HTTP_HOST=f"{n}.example.org"), NOW)
        club.revision = n
        make(club)

    assert len(fast._known) <= fast.HOSTS
    assert len(shelf._shelf) <= shelf.LEAVES
