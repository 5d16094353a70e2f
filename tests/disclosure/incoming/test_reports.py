"""What mail servers say of our mails is understood, in the standard form and in older ones."""

import time

import pytest

from tests.disclosure.incoming.mails import COMPLAINT, EXIM, FULL, GERMAN, QMAIL, mail, postfix
from zweck.disclosure.incoming.reading import read


def told(raw: bytes) -> list[tuple[str, str, str, str]]:
    """The reports of a mail, as tuples."""
    return [(one.verdict, one.recipient, one.message_id, one.status) for one in read(raw).reports]


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("5.1.1", "hard"),
        ("5.0.0", "hard"),
        ("5.1.10", "hard"),
        ("5.2.1", "hard"),
        ("5.4.4", "hard"),
        ("5.2.2", "soft"),
        ("5.7.1", "soft"),
        ("5.1.8", "soft"),
        ("4.4.1", "soft"),
    ],
)
def test_a_failed_delivery_is_hard_or_soft_by_its_status(status: str, verdict: str) -> None:
    assert told(postfix(status)) == [(verdict, "ben@example.org", "c0ffee@example.com", status)]


def test_a_delay_is_no_failure() -> None:
    found = read(postfix("4.4.1").replace(b"Action: failed", b"Action: delayed"))

    assert (found.reports, found.is_report) == ((), True)


@pytest.mark.parametrize("raw", [EXIM, QMAIL])
def test_servers_that_write_for_people_are_understood(raw: bytes) -> None:
    assert told(raw) == [("hard", "ben@example.org", "c0ffee@example.com", "5.1.1")]


def test_a_german_one_too_and_a_full_box_is_soft() -> None:
    assert told(GERMAN) == [("hard", "ben@example.org", "", "5.1.1")]
    assert told(FULL)[0][0] == "soft"


def test_a_complaint_names_the_mail_complained_of() -> None:
    assert told(COMPLAINT) == [("complaint", "ben@example.org", "c0ffee@example.com", "")]
    assert told(COMPLAINT.replace(b"Feedback-Type: abuse", b"Feedback-Type: not-spam")) == []


@pytest.mark.parametrize("blank", [" ", "\t", "\n", " \n"])
def test_no_number_of_blanks_costs_more_than_its_length(blank: str) -> None:
    raw = b"From: MAILER-DAEMON@example.org\nSubject: Undelivered Mail\n\n<ben@example.org>" + 150_000 * blank.encode()

    began = time.process_time()
    read(raw + b"x")

    assert time.process_time() - began < 5  # it was hours


def test_a_person_who_writes_like_a_server_reports_nothing() -> None:
    forged = mail("<cora@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)", Subject="failure notice")

    assert read(forged.as_bytes()).reports == ()


@pytest.mark.parametrize("raw", [POST := postfix("5.1.1"), EXIM, QMAIL, GERMAN, FULL])
def test_a_report_is_never_answered(raw: bytes) -> None:
    assert read(raw).is_automatic
