"""A newcomer walks a trial to its end against the running service, by forms and mails alone (C1 to C3)."""

import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.disclosure.receivers import Mailbox, mailbox
from tests.running import ROOT, Served, serving
from tests.trials.world import mails, text_of
from zweck.proof.checks.geolocation.form import filled, offered
from zweck.proof.drill.forms import buttons_of
from zweck.proof.drill.person import Person
from zweck.proof.drill.through import through

WAIT_SECONDS = 20


@pytest.fixture(scope="module")
def box() -> Iterator[Mailbox]:
    """Where the service's mail goes."""
    with mailbox() as found:
        yield found


@pytest.fixture(scope="module")
def served(box: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The reference site as a demonstration, which brings a stand-in for each data centre."""
    folder: Path = tmp_path_factory.mktemp("demonstration")
    with serving(
        folder,
        ZWECK_POLICY=str(ROOT / "policies" / "reference.toml"),
        ZWECK_DEMO="1",
        ZWECK_GEO="documentation",
        ZWECK_PLACE="virginia",
        ZWECK_PROOFS="by-hand",
        ZWECK_SMTP_URL=box.url,
        ZWECK_TRUSTED_PROXIES="127.0.0.1/32",
    ) as one:
        yield one


@pytest.fixture(scope="module")
def url(served: Served) -> Iterator[str]:
    """The way to it that a `Person` takes."""
    with through(served.url) as found:
        yield found


def arrived(box: Mailbox, number: int) -> str:
    """The text of the mail of that number, once it has come."""
    until = time.monotonic() + WAIT_SECONDS
    while len(box.mails) < number and time.monotonic() < until:
        time.sleep(0.1)
    assert len(box.mails) >= number
    return text_of(mails(box)[number - 1])


def path_in(text: str) -> str:
    """The path of the trial's page in a mail."""
    found = re.search(r"https://[^/\s]+(/z/trial/[^\s)]+)", text)
    assert found is not None
    return found[1]


def status_of(url: str) -> int:
    """What a data centre answers for a room."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_a_trial_from_the_form_to_the_last_mail(url: str, box: Mailbox) -> None:
    ben = Person(url, {"x-forwarded-for": "192.0.2.9"})  # in Virginia, by the networks for examples
    form = ben.get("/trial")
    assert (offered(form, "place").proposed, offered(form, "currency").proposed) == ("virginia", "USD")
    taken = ben.submit(form, filled(form, name="Ben", email="ben@example.org", place="ireland", currency="EUR"))
    assert taken.status in (200, 303)

    page = ben.get(path_in(arrived(box, 1)))
    confirmed = ben.press(page, next(one for one in buttons_of(page.text) if ("action", "confirm") in one.fields))
    assert confirmed.status == 200
    welcome = arrived(box, 2)

    room = re.search(r"http://127\.0\.0\.1:\d+/room/\w+", welcome)
    assert room is not None
    assert status_of(room[0]) == 200
    own = ben.get(path_in(welcome))
    assert all(text in own.text for text in ("Ireland", "EUR", room[0]))
    ended = ben.press(own, next(one for one in buttons_of(own.text) if ("action", "end") in one.fields))
    assert ended.status == 200
    arrived(box, 3)
    assert status_of(room[0]) == 404
    assert len(box.mails) == 3


def test_whoever_comes_from_nowhere_is_proposed_what_counts_otherwise(url: str) -> None:
    form = Person(url).get("/trial")

    assert (offered(form, "place").proposed, offered(form, "currency").proposed) == ("ireland", "USD")
    assert offered(form, "place").options == ("virginia", "ireland")
