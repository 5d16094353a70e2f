"""The stand-in for a data centre: nobody changes its mood unasked, no length confuses it, and it knows no secrets."""

import http.client
import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from tests.serve.conftest import children_of
from tests.trials import world
from tests.trials.conftest import Meetings
from zweck.disclosure import web
from zweck.serve import centres
from zweck.trials.standin.centre import Centre

OWN = {"Authorization": f"Bearer {world.SECRET}"}


def post(centre: Centre, path: str, headers: dict[str, str]) -> int:
    """The status of an answer to a POST."""
    connection = http.client.HTTPConnection(urlsplit(centre.base_url).netloc, timeout=5)
    try:
        connection.request("POST", path, b"", headers)
        return connection.getresponse().status
    finally:
        connection.close()


def raw(centre: Centre, request: bytes) -> bytes:
    """What comes back for these bytes, from a caller who says nothing more and does not hang up."""
    parts = urlsplit(centre.base_url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=5) as connection:
        connection.sendall(request)
        return connection.recv(65536)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer another"}, {"Authorization": "Bearer é"}])
def test_a_stranger_changes_no_mood(meetings: Meetings, headers: dict[str, str]) -> None:
    assert post(meetings.ireland, "/mood/down", headers) == 401
    assert meetings.ireland.mood == "well"


def test_who_knows_the_secret_changes_it(meetings: Meetings) -> None:
    assert post(meetings.ireland, "/mood/down", OWN) == 200
    assert meetings.ireland.mood == "down"
    assert post(meetings.ireland, "/mood/cheerful", OWN) == 404


@pytest.mark.parametrize("length", [b"-1", b"-99999999999", b"many", b"9999999999", b"70000", b"+3", "٣".encode()])
def test_a_length_that_is_none_is_refused_at_once(meetings: Meetings, length: bytes) -> None:
    answer = raw(meetings.ireland, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + b"\r\n\r\n")

    assert answer.split(b" ")[1] == b"400"
    assert meetings.ireland.calls == 0


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[]", b"[" * 10_000])
def test_a_signed_call_that_says_nothing_is_refused(body: bytes) -> None:
    centre, at = Centre("Test", world.SECRET), 1_796_000_000
    said = centre.take({"zweck-signature": web.sign(world.SECRET, at, body), "idempotency-key": "k"}, body, at)

    assert said.status == 400


def test_a_stand_in_beside_the_service_inherits_no_secret(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ZWECK_DATABASE_URL", "ZWECK_SMTP_URL", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD"):
        monkeypatch.setenv(name, "a secret of the service")
    settings.STANDINS, settings.TRIALS = True, {"": ("", "")}

    with centres.beside() as places:
        begun = next(one for one in children_of(os.getpid()) if b"standin" in Path(f"/proc/{one}/cmdline").read_bytes())
        known = Path(f"/proc/{begun}/environ").read_bytes()
        answers = post(Centre("", "", settings.TRIALS[""][0]), "/", {})

    assert places == ("",)
    assert answers == 401
    assert b"a secret of the service" not in known
    assert b"ZWECK_STANDIN_SECRET=" in known
