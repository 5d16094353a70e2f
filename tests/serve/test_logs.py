"""No person gets into a log line, whoever wrote it."""

import logging
import sys

import pytest

from zweck.serve.logs import Plain


def line(name: str, text: str, *arguments: object, failure: bool = False) -> str:
    record = logging.LogRecord(name, logging.WARNING, __file__, 1, text, arguments, sys.exc_info() if failure else None)
    return Plain().format(record).partition(": ")[2]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("sent to ben@example.org.", "sent to [an e-mail address]"),
        ("/z/leave/ben%40example.org", "[an e-mail address]"),
        ("from 192.0.2.7 and 2001:db8::7", "from [a network address] and [a network address]"),
        ("card 4111 1111 1111 1111 refused", "card [a long number] refused"),
    ],
)
def test_what_leads_to_a_person_is_masked(said: str, shown: str) -> None:
    assert line("zweck.somewhere", said) == shown
    assert line("zweck.somewhere", "%s", said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "listening at 127.0.0.1:8000 and [::1]:8000",
        "2026-11-22 09:41:00: 12 grants ended in 00:03:12",
        "version 1.2.3.4.5, 1,234,567 entries, deadbeefdeadbeef0123456789abcdef",
    ],
)
def test_what_leads_to_nobody_stays(said: str) -> None:
    assert line("zweck.somewhere", said) == said


def test_an_exception_tells_its_place_and_not_its_message() -> None:
    try:
        int("ben@example.org")
    except ValueError:
        shown = line("zweck.somewhere", "it broke", failure=True)

    assert "ben" not in shown
    assert "ValueError at" in shown


def test_a_foreign_line_keeps_its_place_holders() -> None:
    assert line("django.request", "Not found: %s", "/ben@example.org") == "Not found: %s"
