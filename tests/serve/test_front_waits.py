"""An answer that must not go out before a moment waits in the front, and holds up no page."""

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest

from tests.serve.test_arrival import ask, front
from zweck.doors import NOT_BEFORE
from zweck.front import DJANGO_THREADS, Environ, Start

FORMS = 30  # many times the threads of Django
LATER_SECONDS = 7.0


def django(environ: Environ, start: Start) -> Iterable[bytes]:
    """A form is to be answered later, a page at once."""
    if environ["PATH_INFO"] == "/form":
        environ[NOT_BEFORE] = time.monotonic() + LATER_SECONDS
    start("200 OK", [])
    return [environ["PATH_INFO"].encode()]


class Gate:
    """In place of sleeping: whoever is to wait stands here until it is opened, and says for how long."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._opened, self._lock, self._all_here = Event(), Lock(), Event()

    def sleep(self, seconds: float) -> None:
        """Wait; nothing where nobody is asked to."""
        if not seconds:
            return
        with self._lock:
            self.asked.append(seconds)
            if len(self.asked) == FORMS:
                self._all_here.set()
        assert self._opened.wait(30)

    def has_all(self) -> bool:
        """Whether every form came as far as this."""
        return self._all_here.wait(30)

    def open(self) -> None:
        """Let them go."""
        self._opened.set()


def test_forms_that_wait_for_their_moment_hold_up_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, one = Gate(), front(django)
    monkeypatch.setattr(time, "sleep", gate.sleep)
    with ThreadPoolExecutor(FORMS) as visitors:
        forms = [visitors.submit(ask, one, "/form") for _ in range(FORMS)]
        try:
            assert gate.has_all()
            pages = [ask(one, "/page")[1] for _ in range(10)]
            answered = sum(form.done() for form in forms)
        finally:
            gate.open()
        bodies = {form.result()[1] for form in forms}

    assert FORMS > 10 * DJANGO_THREADS
    assert (pages, answered, bodies) == ([b"/page"] * 10, 0, {b"/form"})
    assert all(0 < seconds <= LATER_SECONDS for seconds in gate.asked)


def test_what_a_stranger_says_makes_nobody_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate()
    monkeypatch.setattr(time, "sleep", gate.sleep)

    ask(front(django), "/page", HTTP_ZWECK_NOT_BEFORE="1e12")

    assert gate.asked == []
