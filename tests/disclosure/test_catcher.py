"""In a demonstration no mail leaves the machine, and each can be read."""

import json
import runpy
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from tests.disclosure.test_letters import ASKED
from tests.disclosure.world import letter
from tests.vault.world import collect
from zweck.disclosure import acts
from zweck.disclosure.alerts import ways
from zweck.disclosure.catcher import serving
from zweck.disclosure.catcher.keeping import Shelf
from zweck.disclosure.errors import NotReached
from zweck.disclosure.smtp import relay
from zweck.disclosure.smtp.session import Ready, send_one
from zweck.doors import FORWARDED

HERE: dict[str, Any] = {FORWARDED: False}  # as the front says of a request that no proxy brought
PATHS = ("/outbox", "/outbox/1", "/outbox/1.html", "/outbox.json")


@pytest.fixture
def catcher(club: None, settings: Settings, tmp_path: Path) -> Iterator[serving.Catcher]:
    """The catcher runs, and all mail goes to it."""
    settings.CATCHER, settings.SMTP_URL = True, ""
    running = serving.Catcher(tmp_path / "catcher.json")
    yield running
    running.close()


@pytest.fixture
def looking() -> Client:
    """A browser on this machine."""
    return Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en", **HERE)


@pytest.mark.usefixtures("catcher")
def test_a_letter_is_caught_and_can_be_read(looking: Client, now: datetime) -> None:
    acts.post(letter(collect(now, "enquiry", data=ASKED).grant), now)
    assert acts.send_letters(now) == 1

    (caught,) = acts.caught()
    listed, read = looking.get("/outbox").content.decode(), looking.get("/outbox/1").content.decode()
    alone = looking.get("/outbox/1.html")
    (told,) = looking.get("/outbox.json").json()
    assert caught.to == told["to"] == "Ben@example.org"
    assert '<a href="/outbox/1">Your enquiry, Ben Beispiel</a>' in listed
    assert 'href="http://127.0.0.1:8000/z/enquiry/abc" rel="nofollow"' in read
    assert "sandbox" in alone["Content-Security-Policy"]
    assert alone["Cross-Origin-Opener-Policy"] == "unsafe-none"  # or a browser shows nothing of it
    assert '<base target="_top">' in alone.content.decode()
    assert "None of this left this machine" in listed


@pytest.mark.usefixtures("catcher")
def test_what_a_mail_holds_does_nothing_on_the_page(looking: Client) -> None:
    evil = b"From: a@example.org\r\nSubject: <script>1</script>\r\n\r\n<script>2</script> javascript:alert(1)\r\n"
    send_one(Ready(1, "a@example.org", "ben@example.org", evil), relay.smtp())

    pages = looking.get("/outbox").content + looking.get("/outbox/1").content
    assert b"<script>1" not in pages
    assert b"<script>2" not in pages
    assert b'href="javascript' not in pages


@pytest.mark.usefixtures("catcher")
def test_a_button_has_all_forgotten_and_a_look_forgets_none(looking: Client) -> None:
    send_one(Ready(1, "a@example.org", "ben@example.org", b"Subject: x\r\n\r\nx\r\n"), relay.smtp())
    looking.get("/outbox")
    assert len(acts.caught()) == 1

    assert looking.post("/outbox", HTTP_ORIGIN="http://localhost").status_code == 302
    assert acts.caught() == ()


@pytest.mark.usefixtures("catcher")
@pytest.mark.parametrize("host", ["www.example.org", "127.0.0.1.example.org", "192.0.2.1"])
def test_nobody_elsewhere_can_read_it(host: str) -> None:
    for path in PATHS:
        assert Client(SERVER_NAME=host, **HERE).get(path).status_code in (404, 421)


@pytest.mark.usefixtures("catcher")
def test_nobody_reads_it_through_a_proxy_on_this_machine() -> None:
    brought: dict[str, Any] = {FORWARDED: True}

    assert [Client(SERVER_NAME="localhost", **brought).get(path).status_code for path in PATHS] == [404] * 4
    assert Client(SERVER_NAME="localhost", **HERE).get("/outbox").status_code == 200


@pytest.mark.usefixtures("catcher")
def test_where_no_front_looked_nobody_is_here() -> None:
    assert Client(SERVER_NAME="localhost").get("/outbox").status_code == 404


@pytest.mark.usefixtures("club")
def test_without_the_catcher_there_is_no_such_page(looking: Client) -> None:
    assert [looking.get(path).status_code for path in ("/outbox", "/outbox/1", "/outbox.json")] == [404] * 3


@pytest.mark.usefixtures("club")
def test_a_catcher_that_does_not_run_yet_is_told_and_loses_nothing(
    looking: Client, settings: Settings, now: datetime
) -> None:
    settings.CATCHER, settings.SMTP_URL = True, ""
    posted = acts.post(letter(collect(now, "enquiry", data=ASKED).grant), now)

    assert acts.send_letters(now) == 0
    found = acts.fate(posted)
    assert found is not None
    assert (found.state, found.trouble) == ("waiting", "the catcher does not run yet; it begins with the service")
    assert "does not answer just now" in looking.get("/outbox").content.decode()


def test_a_stranger_on_this_machine_cannot_read_it(catcher: serving.Catcher, tmp_path: Path) -> None:
    note = tmp_path / "catcher.json"
    port = json.loads(note.read_bytes())["http"]

    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/")
    assert note.stat().st_mode & 0o777 == 0o600
    note.write_text(json.dumps(json.loads(note.read_bytes()) | {"secret": "another"}))
    with pytest.raises(NotReached, match="does not know us"):
        acts.caught()


def test_it_is_no_way_out(catcher: serving.Catcher) -> None:
    with socket.create_connection(("127.0.0.1", relay.smtp().port), timeout=5) as connection:
        name = connection.getsockname()[0]

    assert (name, ways.kinds()) == ("127.0.0.1", ())
    assert catcher.shelf.mails() == ()


@pytest.mark.usefixtures("catcher")
def test_a_mail_of_ten_megabytes_is_caught() -> None:
    data = b"Subject: long\r\n\r\n" + b"x" * 70 + (b"\r\n" + b"y" * 76) * 128_000 + b"\r\n"

    outcome = send_one(Ready(1, "a@example.org", "ben@example.org", data), relay.smtp())

    assert (outcome.verdict, len(acts.caught()[0].data)) == ("accepted", len(data))


def test_memory_is_bounded_and_the_oldest_goes_first(now: datetime) -> None:
    shelf = Shelf(most_mails=3, most_bytes=10)
    for size in (1, 2, 3, 4, 2):
        shelf.put("", "ben@example.org", b"x" * size, now)
    assert [mail.number for mail in shelf.mails()] == [3, 4, 5]

    shelf.put("", "ben@example.org", b"x" * 99, now)
    assert [mail.number for mail in shelf.mails()] == [6]


@pytest.mark.parametrize(
    "given",
    [
        {"ZWECK_SMTP_URL": "smtp://mail.example.org"},
        {"ZWECK_ADDRESS": "0.0.0.0"},  # noqa: S104
        {"ZWECK_TRUSTED_PROXIES": "192.0.2.0/24"},
    ],
)
def test_it_is_refused_where_mail_would_leave_or_others_look_in(
    given: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ZWECK_DATA", str(tmp_path))
    monkeypatch.setenv("ZWECK_CATCHER", "1")
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    source = Path(serving.__file__).parents[2] / "settings.py"

    with pytest.raises(ImproperlyConfigured, match="ZWECK_CATCHER"):
        runpy.run_path(str(source))
