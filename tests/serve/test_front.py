"""What the front answers, takes and hides, against a running service."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from tests.serve.conftest import Trial, eventually
from zweck.front import BODY_LIMIT_BYTES, SECURITY, SLOTS

# Any: keywords of one call, beside a method and a body
PROXIED: dict[str, Any] = {
    "X_Forwarded_For": "198.51.100.7, 192.0.2.1",
    "X_Forwarded_Proto": "https",
    "X_Forwarded_Host": "localhost",
}


def raw(trial: Trial, request: bytes, seconds: float = 5) -> bytes:
    """Send bytes as they are; what comes back."""
    with socket.create_connection(("127.0.0.1", trial.port), timeout=seconds) as connection:
        connection.sendall(request)
        return connection.recv(65536)


@contextmanager
def stalled_bodies(trial: Trial, count: int) -> Iterator[Callable[[], None]]:
    """Visitors who begin to send something and do not go on; yields how one more comes."""
    with ExitStack() as stack:

        def come() -> None:
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", trial.port)))
            connection.sendall(b"POST /size HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc")

        for _ in range(count):
            come()
        yield come


def test_health_and_readiness_are_told_in_plain_words(running: Trial) -> None:
    assert running.get("/healthz")[::2] == (200, b"alive\n")
    assert running.get("/readyz")[::2] == (200, b"ready\n")


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/size", "/fails", "/flows", "/static/nothing.css"])
def test_every_answer_carries_the_security_headers(running: Trial, path: str) -> None:
    headers = running.get(path)[1]

    assert {name: headers.get(name.lower()) for name, _ in SECURITY} == dict(SECURITY)
    assert "strict-transport-security" not in headers  # over http a browser must not be told to come by https


def test_an_unknown_host_is_told_so(running: Trial) -> None:
    status, headers, body = running.get("/size", Host="unknown.example.org")

    assert (status, body) == (421, b"No site is served here under this name.\n")
    assert "content-security-policy" in headers


@pytest.mark.parametrize(
    "host", ["[::1", "[evil]", "[::::]", "127.0.0.1/evil", "evil@127.0.0.1", "localhost?x", "localhost#x"]
)
def test_a_malformed_host_is_nobodys_and_no_failure(running: Trial, host: str) -> None:
    before = running.log

    assert running.get("/size", Host=host)[0] == 421
    assert running.log == before


def test_a_head_request_gets_the_headers_and_no_body(running: Trial) -> None:
    status, headers, body = running.get("/size", "HEAD")

    assert (status, headers["content-length"], body) == (200, "1", b"")


def test_a_failing_page_ends_in_a_calm_answer_and_quotes_nobody(running: Trial) -> None:
    status, _, body = running.get("/fails?email=ben@example.org")

    assert status == 500
    assert b"ValueError" not in body
    assert "ValueError" in running.log
    assert "ben@example.org" not in running.log


def test_no_request_is_logged(running: Trial) -> None:
    running.get("/nowhere/ben@example.org")
    running.get("/size?who=ben@example.org")

    assert "nowhere" not in running.log
    assert "ben@example.org" not in running.log


def test_a_body_at_the_limit_arrives_and_a_larger_one_is_refused(running: Trial) -> None:
    assert running.get("/size", "POST", b"x" * 100_000)[::2] == (200, b"100000")

    length = b"Content-Length: %d" % (BODY_LIMIT_BYTES + 1)
    head = b"POST /size HTTP/1.1\r\nHost: localhost\r\n" + length + b"\r\n\r\n"
    announced = raw(running, head)

    assert announced.startswith(b"HTTP/1.1 413")
    assert b"at most 4 MB" in announced


def test_a_chunked_body_is_read_and_capped(running: Trial) -> None:
    head = b"POST /size HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n%s\r\n" % (BODY_LIMIT_BYTES // 4, b"x" * (BODY_LIMIT_BYTES // 4))

    assert raw(running, head + b"3\r\nabc\r\n0\r\n\r\n").endswith(b"\r\n\r\n3")
    assert raw(running, head + chunk * 4 + b"1\r\nx\r\n0\r\n\r\n").startswith(b"HTTP/1.1 413")


def test_a_body_that_ends_early_is_a_bad_request(running: Trial) -> None:
    with socket.create_connection(("127.0.0.1", running.port), timeout=5) as connection:
        connection.sendall(b"POST /size HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc")
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(65536)

    assert answer == b"" or answer.startswith(b"HTTP/1.1 400")
    assert running.get("/healthz")[0] == 200


def test_stalled_bodies_hold_neither_pages_nor_health(running: Trial) -> None:
    with stalled_bodies(running, SLOTS - 4):
        time.sleep(0.3)
        began = time.monotonic()

        assert running.get("/size")[0] == 200
        assert running.get("/healthz")[0] == 200
        assert time.monotonic() - began < 2


def is_full(trial: Trial, come: Callable[[], None]) -> bool:
    """One more visitor comes; whether the next is turned away."""
    come()
    return trial.get("/size")[0] == 503


def test_more_than_the_slots_are_turned_away_and_health_still_answers(running: Trial) -> None:
    with stalled_bodies(running, SLOTS) as come:
        # Those of an earlier test may still be going, so that some of these were turned away: more come until all wait.
        eventually(lambda: is_full(running, come))

        assert running.get("/healthz")[0] == 200
    eventually(lambda: running.get("/size")[0] == 200)


def test_what_a_stranger_says_about_itself_does_not_count(running: Trial) -> None:
    handed = json.loads(running.get("/handed", **PROXIED)[2])

    assert handed["about"]["scheme"] == "http"
    assert handed["about"]["host"] == f"127.0.0.1:{running.port}"


def test_no_room_is_handed_an_address(running: Trial) -> None:
    handed = json.loads(running.get("/handed", X_Real_IP="198.51.100.7", **PROXIED)[2])

    assert not [key for key in handed["meta"] if "FORWARDED" in key or key in ("REMOTE_ADDR", "HTTP_X_REAL_IP")]
    assert "198.51.100.7" not in str(handed)
    assert len(handed["about"]["rate"]) == 32


def test_a_trusted_proxy_is_believed(trial: Trial) -> None:
    trial.environment["ZWECK_TRUSTED_PROXIES"] = "127.0.0.0/8, 192.0.2.0/24"
    trial.start()

    status, headers, body = trial.get("/handed", **PROXIED)
    other = json.loads(trial.get("/handed", X_Forwarded_For="198.51.100.8")[2])

    assert (status, json.loads(body)["about"]["host"]) == (200, "localhost")
    assert json.loads(body)["about"]["scheme"] == "https"
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert json.loads(body)["about"]["rate"] != other["about"]["rate"]
    assert "; Secure" in trial.get("/cookie", **PROXIED)[1]["set-cookie"]


def test_a_form_from_another_site_is_refused_without_any_cookie(running: Trial) -> None:
    here = f"http://127.0.0.1:{running.port}"

    assert running.get("/form", "POST", b"x", Origin="https://other.example.org")[0] == 403
    assert running.get("/form", "POST", b"x", Sec_Fetch_Site="cross-site")[0] == 403
    assert running.get("/form", "POST", b"x")[0] == 403
    for status, headers, _ in (
        running.get("/form", "POST", b"x", Origin=here),
        running.get("/form", "POST", b"x", Sec_Fetch_Site="same-origin"),
        running.get("/form", "POST", b"x", Referer=f"{here}/form"),
    ):
        assert (status, headers.get("set-cookie")) == (200, None)


def test_a_stream_arrives_and_a_broken_one_quotes_nobody(running: Trial) -> None:
    assert running.get("/flows")[2] == b"first\nlast\n"

    assert running.get("/flows?break=1")[2] == b"first\n"

    assert "a stream failed: ValueError" in running.log
    assert "ben@example.org" not in running.log
    assert running.get("/flows")[2] == b"first\nlast\n"
