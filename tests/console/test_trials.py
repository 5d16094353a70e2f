"""The staff pages of trials: the list names nobody, a reading is recorded, and what is stuck can be tried again."""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.trials import world
from tests.trials.conftest import Meetings, meetings
from zweck.console.models import Staff
from zweck.disclosure import acts as disclosure
from zweck.ledger.models import Act
from zweck.trials.models import Trial

__all__ = ["meetings"]
HOST = "www.example.com"
OFTEN = 4  # statements that a page makes once a second, whoever asks for it: to see whether keys or editions changed


def logged_in(*purposes: str) -> Client:
    """Anna, whose account lists these purposes."""
    given = {"purposes": list(purposes), "added_at": datetime.now(UTC)}
    anna, _ = Staff.objects.get_or_create(name="-".join(("Anna", *purposes)), defaults=given)
    client = Client(HTTP_HOST=HOST)
    client.force_login(anna)
    return client


def page(client: Client, path: str) -> str:
    """A staff page in English."""
    return client.get(path, secure=True, headers={"Accept-Language": "en"}).content.decode()


def stuck(meetings: Meetings, now: datetime) -> None:
    """Ben's trial, to which the data centre said no."""
    meetings.ireland.mood = "declines"
    world.asks(now)
    disclosure.send_letters(now, "ireland")
    world.presses(world.token_in(world.mails(meetings.relay)[0]), "confirm", now)
    world.works(now)


def test_the_list_shows_how_far_each_is_and_names_nobody(meetings: Meetings, now: datetime) -> None:
    stuck(meetings, now)

    text = page(logged_in("trial"), "/staff/trials")

    assert "waiting for us" in text
    assert "It answered with status 422." in text
    assert "Ireland" in text
    assert "Virginia" in text
    assert "ben" not in text.lower()


def test_whoever_opens_one_reads_whose_it_is_and_that_is_recorded(meetings: Meetings, now: datetime) -> None:
    stuck(meetings, now)
    before = Act.objects.using("ireland").count()

    text = page(logged_in("trial"), f"/staff/trials/ireland/{bytes(world.trial().ident).hex()}")

    assert "Ben Beispiel" in text
    assert "ben@example.org" in text
    assert Act.objects.using("ireland").count() == before + 1


def test_what_is_stuck_can_be_tried_again(meetings: Meetings, now: datetime) -> None:
    stuck(meetings, now)
    meetings.ireland.mood = "well"

    path = f"/staff/trials/ireland/{bytes(world.trial().ident).hex()}"
    answer = logged_in("trial").post(path, secure=True, headers={"Origin": f"https://{HOST}"})
    assert answer.status_code == 302
    world.works(datetime.now(now.tzinfo))

    assert world.trial().state == "running"


@pytest.mark.parametrize("path", ["/staff/trials", "/staff/trials/ireland/" + "ab" * 16])
def test_an_account_without_the_purpose_sees_nothing_of_them(meetings: Meetings, now: datetime, path: str) -> None:
    stuck(meetings, now)

    answer = logged_in("newsletter").get(path, secure=True)

    assert answer.status_code == 403
    assert "422" not in answer.content.decode()


def test_nobody_comes_in_without_logging_in(meetings: Meetings) -> None:
    assert Client(HTTP_HOST=HOST).get("/staff/trials", secure=True).status_code == 302


def test_a_trial_that_is_not_there_is_told_so(meetings: Meetings) -> None:
    client = logged_in("trial")

    assert client.get("/staff/trials/ireland/" + "ab" * 16, secure=True).status_code == 404
    assert client.get("/staff/trials/nowhere/" + "ab" * 16, secure=True).status_code == 404


def test_a_long_list_comes_in_parts_and_asks_little_of_the_database(meetings: Meetings, now: datetime) -> None:
    client = logged_in("trial")
    many(1)
    page(client, "/staff/trials")
    few = seen(client, "/staff/trials").statements
    many(119)

    first = seen(client, "/staff/trials")
    second = seen(client, older(first.text))
    last = seen(client, older(second.text))

    assert [len(one.idents) for one in (first, second, last)] == [50, 50, 20]
    assert len({*first.idents, *second.idents, *last.idents}) == 120
    assert "120 running" in first.text
    assert first.statements <= few + OFTEN
    assert (older(last.text), "The newest" in last.text) == ("", True)


def test_opening_one_asks_for_that_one_alone(meetings: Meetings, now: datetime) -> None:
    stuck(meetings, now)
    client, path = logged_in("trial"), f"/staff/trials/ireland/{bytes(world.trial().ident).hex()}"
    page(client, path)
    few = seen(client, path).statements
    many(120)

    assert seen(client, path).statements <= few + OFTEN


def test_what_waits_for_us_stands_first_however_old_it_is(meetings: Meetings, now: datetime) -> None:
    stuck(meetings, now)
    many(60)

    text = page(logged_in("trial"), "/staff/trials")

    assert text.index(bytes(Trial.objects.using("ireland").get(state="stuck").ident).hex()[:8]) < text.index(
        "The others"
    )


@pytest.mark.parametrize(
    "wrong", ["place=mars&before=3", "place=ireland", "place=ireland&before=x", "place=-&before=3"]
)
def test_a_part_that_there_is_not_is_not_found(meetings: Meetings, wrong: str) -> None:
    assert logged_in("trial").get(f"/staff/trials?{wrong}", secure=True).status_code == 404


def test_each_purpose_with_a_trial_has_accounts_of_its_own(meetings: Meetings, now: datetime, tmp_path: Path) -> None:
    world.activate(tmp_path, now, TWO)
    many(1, purpose="trial")
    many(1, purpose="pilot")

    lists = [seen(logged_in(*own), "/staff/trials").idents for own in (["trial"], ["pilot"], ["trial", "pilot"])]

    assert [len(idents) for idents in lists] == [1, 1, 2]
    assert set(lists[0]) | set(lists[1]) == set(lists[2])
    pilot = f"/staff/trials/ireland/{Trial.objects.using('ireland').get(purpose='pilot').ident.hex()}"
    assert logged_in("trial").get(pilot, secure=True).status_code == 404
    assert logged_in("pilot").get(pilot, secure=True).status_code == 200


def test_a_german_reader_is_told_the_trouble_in_german(meetings: Meetings, now: datetime) -> None:
    stuck(meetings, now)

    text = logged_in("trial").get("/staff/trials", secure=True, headers={"Accept-Language": "de"}).content.decode()

    assert "Es hat mit dem Status 422 geantwortet." in text


TWO = """
[purposes.pilot]
name = { de = "Pilotbetrieb", en = "pilot" }
basis = "contract"
data = ["name", "email"]
places = ["ireland"]
retention = "trial"

[forms.pilot]
name = { de = "Pilotbetrieb beginnen", en = "Start a pilot" }
purpose = "pilot"
asks = ["name", "email"]
kind = "trial"
path = { de = "/pilotbetrieb", en = "/pilot" }
"""


@dataclass
class Seen:
    """A staff page: its text, the trials it lists, and how many statements it took."""

    text: str
    idents: list[str]
    statements: int


def seen(client: Client, path: str) -> Seen:
    """Look at a page."""
    with CaptureQueriesContext(connections["ireland"]) as there, CaptureQueriesContext(connections["default"]) as here:
        text = page(client, path)
    found = re.findall(r'href="/staff/trials/ireland/([0-9a-f]{32})"', text)
    return Seen(text, found, len(there) + len(here))


def older(text: str) -> str:
    """Where a list goes on; empty where it ends."""
    found = re.search(r'href="(/staff/trials\?place=[^"]+)"', text)
    return unescape(found[1]) if found else ""


def many(n: int, purpose: str = "trial") -> None:
    """Trials of people who are nobody here."""
    at = datetime.now(UTC)
    Trial.objects.using("ireland").bulk_create(
        Trial(
            ident=os.urandom(16),
            site="meetings",
            place="ireland",
            subject=os.urandom(16),
            grant=os.urandom(16),
            purpose=purpose,
            language="en",
            state="running",
            made_at=at,
        )
        for _ in range(n)
    )
