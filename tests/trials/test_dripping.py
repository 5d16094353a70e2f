"""A data centre that answers byte by byte keeps nobody longer than a claim lasts."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import islice, repeat

import pytest
from pytest_django import Settings

from tests.trials import world
from tests.trials.conftest import Meetings
from tests.trials.test_troubles import confirmed
from zweck.disclosure import web
from zweck.trials.stepping import CLAIM

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
DRIP_SECONDS = 0.02
ANSWER_SECONDS = 0.3
MOST_BYTES = 1000  # several times what can be dripped in the time that is given


class Dripping:
    """Says the first bytes at once, and goes on with one at a time for as long as somebody listens."""

    def __init__(self, first: bytes, then: Iterator[bytes]) -> None:
        self._first, self._then, self.dripped = first, then, 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()

    def _answer(self) -> None:
        connection, _ = self._server.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(self._first)
            for byte in islice(self._then, MOST_BYTES):
                self.dripped += 1
                try:
                    connection.sendall(byte)
                except OSError:
                    return
                time.sleep(DRIP_SECONDS)

    def close(self) -> None:
        """Wait until it has noticed that nobody listens."""
        self._thread.join(MOST_BYTES * DRIP_SECONDS + 10)
        self._server.close()


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (b"HTTP/1.1 200 OK\r\nX-", b"x"),
        (HEAD + b"\r\n", b" "),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    ],
    ids=["head", "body", "chunks"],
)
def test_an_answer_that_comes_byte_by_byte_is_not_waited_for(
    meetings: Meetings, now: datetime, settings: Settings, monkeypatch: pytest.MonkeyPatch, first: bytes, then: bytes
) -> None:
    monkeypatch.setattr(web, "_ANSWER_SECONDS", ANSWER_SECONDS)
    centre = Dripping(first, repeat(then))
    settings.TRIALS = {"ireland": (centre.url, world.SECRET)}
    confirmed(meetings, now)

    world.works(now, rounds=1)
    centre.close()

    assert world.trial().trouble == "no answer in time"
    assert world.trial().claimed_until is None
    assert centre.dripped < MOST_BYTES


def test_a_claim_is_longer_than_a_call_can_take() -> None:
    connects, secures, sends = 3 * [web._TIMEOUT_SECONDS]

    assert CLAIM.total_seconds() > connects + secures + sends + web._ANSWER_SECONDS
