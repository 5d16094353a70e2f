"""The staff pages of trials: the list names nobody, a reading is recorded, and what is stuck can be tried again."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.trials import world
from tests.trials.conftest import Meetings, meetings
from zweck.console.models import Staff
from zweck.disclosure import acts as disclosure
from zweck.ledger.models import Act

__all__ = ["meetings"]
HOST = "www.example.com"


def logged_in(*purposes: str) -> Client:
    """Anna, whose account lists these purposes."""
    anna = Staff.objects.create(name="Anna", purposes=list(purposes), added_at=datetime.now(UTC))
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
    assert "answered 422" in text
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
