"""A mail that comes back has its effect once, on the address it went to, and only if it is a mail of ours."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.disclosure.incoming.mails import COMPLAINT, FULL, QMAIL, postfix
from tests.disclosure.receivers import Mailbox
from tests.disclosure.world import letter
from tests.vault.world import BEN, collect
from zweck import doors
from zweck.disclosure import acts, models
from zweck.disclosure.incoming import judging, taking
from zweck.disclosure.incoming.models import SoftBounce
from zweck.doors import Incoming
from zweck.ledger.models import Act
from zweck.vault import acts as vault
from zweck.vault.values import Collected

pytestmark = pytest.mark.usefixtures("club")
ASKED = {"email": BEN["email"], "name": "Ben Beispiel", "message": "Is there a boat?"}
FOREIGN = "0" * 32
Sent = Callable[[], tuple[Collected, str]]


@pytest.fixture
def sent(relay: Mailbox, now: datetime) -> Sent:
    """Sends Ben a mail; gives what he gave us, and where the mail would come back to."""

    def one() -> tuple[Collected, str]:
        collected = collect(now, "enquiry", data=ASKED)
        acts.post(letter(collected.grant), now)
        acts.send_letters(now)
        (row,) = models.Disclosure.objects.all()
        return collected, f"post+bounce.{bytes(row.ref).hex()}@example.org"

    return one


def is_silent(purpose: str = "newsletter") -> bool:
    """Whether Ben gets no advertising."""
    return acts.is_suppressed("club", BEN["email"], purpose)


def soft(number: int) -> bytes:
    """A report that a box is full, another one each time."""
    return FULL.replace(b"Hi.", b"Hi for the %d. time." % number)


def test_where_mails_come_back_to_is_where_the_server_was_told(sent: Sent, relay: Mailbox) -> None:
    _, back = sent()

    assert re.fullmatch(r"post\+bounce\.[0-9a-f]{32}@example\.org", back)
    assert any(back in said for said in relay.senders)


@pytest.mark.parametrize("raw", [postfix("5.1.1"), QMAIL])
def test_an_address_that_does_not_exist_gets_no_advertising_any_more(raw: bytes, sent: Sent, now: datetime) -> None:
    _, back = sent()

    assert taking.take(raw, back, now) == "taken"

    assert is_silent()
    (entry,) = acts.suppressions("club")
    assert (entry.reason, entry.by) == ("could not be delivered: 5.1.1", "bounce")


def test_and_whoever_wrote_the_mail_sees_that_it_came_back(sent: Sent, now: datetime) -> None:
    _, back = sent()
    taking.take(postfix("5.1.1"), back, now)

    row = models.Letter.objects.get()
    assert (row.state, row.trouble) == ("refused", "came back: 5.1.1")


def test_the_tag_may_stand_in_the_returned_copy_alone(sent: Sent, now: datetime) -> None:
    _, back = sent()
    copied = postfix("5.1.1").replace(b"From: Example Club <news@example.com>", f"Return-Path: <{back}>".encode())

    assert taking.take(copied, "", now) == "taken"
    assert is_silent()


@pytest.mark.parametrize("envelope", ["", f"post+bounce.{FOREIGN}@example.org", "post+bounce.xyz@example.org"])
def test_a_report_about_no_mail_of_ours_silences_nobody(envelope: str, sent: Sent, now: datetime) -> None:
    sent()

    assert taking.take(postfix("5.1.1"), envelope, now) == "left"
    assert not is_silent()


def test_three_soft_bounces_within_a_week_pause_advertising_for_a_week(sent: Sent, now: datetime) -> None:
    _, back = sent()
    for day in range(2):
        taking.take(soft(day), back, now + timedelta(days=day))
    assert not is_silent()

    third = now + timedelta(days=2)
    taking.take(soft(3), back, third)
    assert is_silent()

    assert judging.end_pauses(third + timedelta(days=6)) == 0
    assert judging.end_pauses(third + timedelta(days=8)) == 1
    assert not is_silent()


def test_three_in_a_longer_time_do_not(sent: Sent, now: datetime) -> None:
    _, back = sent()
    for week in range(4):
        taking.take(soft(week), back, now + timedelta(days=4 * week))

    assert not is_silent()


def test_the_same_report_counts_once(sent: Sent, now: datetime) -> None:
    _, back = sent()
    for _ in range(5):
        taking.take(FULL, back, now)

    assert SoftBounce.objects.count() == 1


def test_a_complaint_ends_that_purpose_and_says_leave(
    sent: Sent, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Incoming] = []

    def leave(mail: Incoming) -> bool:
        given.append(mail)
        return True

    monkeypatch.setitem(doors.mailboxes, "leave", leave)
    _, back = sent()

    taking.take(COMPLAINT.replace(b"<news@example.com>\nTo: <ben@", f"<{back}>\nTo: <ben@".encode()), "", now)

    assert is_silent("enquiry")
    assert not is_silent("newsletter")
    assert [(mail.sender, mail.to) for mail in given] == [("Ben@example.org", "post@example.org")]


def test_a_complaint_whose_taker_was_killed_is_taken_when_the_report_comes_again(
    sent: Sent, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Incoming] = []

    def leave(mail: Incoming) -> bool:
        given.append(mail)
        if len(given) == 1:
            raise KeyboardInterrupt
        return True

    monkeypatch.setitem(doors.mailboxes, "leave", leave)
    _, back = sent()
    report = COMPLAINT.replace(b"<news@example.com>\nTo: <ben@", f"<{back}>\nTo: <ben@".encode())

    with pytest.raises(KeyboardInterrupt):
        taking.take(report, "", now)
    taking.take(report, "", now)
    taking.take(report, "", now)

    assert len(given) == 2
    assert is_silent("enquiry")


def test_a_delay_leads_to_nothing(sent: Sent, now: datetime) -> None:
    _, back = sent()
    delayed = postfix("4.4.1").replace(b"Action: failed", b"Action: delayed")

    assert taking.take(delayed, back, now) == "taken"
    assert list(acts.suppressions("club")) == []


def test_for_somebody_who_is_gone_nothing_is_left_to_do(sent: Sent, now: datetime) -> None:
    collected, back = sent()
    vault.withdraw(collected.subject, "enquiry", "asked", now)

    assert taking.take(postfix("5.1.1"), back, now) == "taken"
    assert list(acts.suppressions("club")) == []


def test_no_entry_of_the_ledger_names_the_address(sent: Sent, now: datetime) -> None:
    _, back = sent()
    taking.take(postfix("5.1.1"), back, now)

    told = "".join(Act.objects.values_list("body", flat=True)).lower()
    assert "mail.reported" in told
    assert "ben@" not in told
