"""A letter that has had its end is dropped when its time is over; what was disclosed stays on record."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.disclosure.receivers import Mailbox
from tests.disclosure.test_letters import ASKED
from tests.disclosure.world import SOURCE, letter
from tests.vault.world import activate, collect
from zweck import doors
from zweck.disclosure import acts, models
from zweck.disclosure.outbox import dropping
from zweck.disclosure.values import Alert
from zweck.vault.values import Grant

pytestmark = pytest.mark.usefixtures("club")


@pytest.fixture
def sent(relay: Mailbox, now: datetime) -> Grant:
    """A letter that left."""
    given = collect(now, "enquiry", data=ASKED).grant
    acts.post(letter(given), now)
    assert acts.send_letters(now) == 1
    return given


def dropped(at: datetime) -> int:
    return dropping.drop(at, "default")


def test_after_ninety_days_a_letter_goes_and_its_disclosure_stays(sent: Grant, now: datetime) -> None:
    assert dropped(now + timedelta(days=89)) == 0
    assert dropped(now + timedelta(days=90, seconds=1)) == 1

    assert not models.Letter.objects.exists()
    assert [told.state for told in acts.of_subject(sent.subject.id, "default")] == ["sent"]


def test_under_its_key_it_does_not_leave_again(sent: Grant, relay: Mailbox, now: datetime) -> None:
    later = now + timedelta(days=91)
    dropped(later)

    posted = acts.post(letter(sent), later)
    assert acts.send_letters(later) == 0
    found = acts.fate(posted)
    assert found is not None
    assert (found.state, len(relay.data), models.Letter.objects.get().links) == ("sent", 1, {})


def test_a_letter_that_still_waits_is_not_dropped_however_old(relay: Mailbox, now: datetime) -> None:
    acts.post(letter(collect(now, "enquiry", data=ASKED).grant), now)

    assert dropped(now + timedelta(days=900)) == 0
    assert models.Letter.objects.get().state == "waiting"


@pytest.mark.parametrize(
    ("days", "kept"),
    [(40, 40), (3, 31), (200, 200)],  # a proof of consent quotes from letters of the last month
)
def test_the_policy_says_how_long_and_never_less_than_proofs_need(
    days: int, kept: int, sent: Grant, tmp_path: Path, now: datetime
) -> None:
    activate(tmp_path, now, f'{SOURCE}\n[[retention]]\nrecord = "mail"\ndays = {days}\n')

    assert dropped(now + timedelta(days=kept - 1)) == 0
    assert dropped(now + timedelta(days=kept, seconds=1)) == 1


def test_letters_of_a_site_that_is_no_more_go_too_and_many_go_at_once(
    sent: Grant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = models.Letter.objects.get()
    for number in range(7):
        row.pk, row.key, row.site = None, f"old-{number}", "club" if number % 2 else "gone"
        row.save(force_insert=True)
    monkeypatch.setattr(dropping, "AT_ONCE", 2)

    assert dropped(now + timedelta(days=91)) == 8


def test_alerts_that_have_arrived_go_too(relay: Mailbox, now: datetime, settings: object) -> None:
    settings.ALERT_TO, settings.ALERT_WEBHOOK = "alerts@example.org", ""  # type: ignore[attr-defined]
    acts.tell_operator(Alert("club", "News", "Something has changed.", {}), now)
    assert dropped(now + timedelta(days=91)) == 0

    assert acts.send_alerts(now) == 1
    assert dropped(now + timedelta(days=91)) == 1


def test_the_background_work_does_it_in_every_place() -> None:
    assert "disclosure.drop" in doors.works
