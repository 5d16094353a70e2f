"""Leaving counts at once, by every way, and a proof without an address stays for a while."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from tests.mailing.world import BEN, CORA, SITE, edition, on_trial, states, submission, subscribed
from zweck.disclosure import acts as disclosure
from zweck.doors import Incoming
from zweck.mailing import acts, by_mail, keeping
from zweck.mailing.keeping import keep_until
from zweck.mailing.models import Ask, Consent, Left
from zweck.vault import acts as vault

pytestmark = pytest.mark.usefixtures("club")


def incoming(token: str, sender: str, now: datetime) -> Incoming:
    return Incoming("post@example.org", token, sender, "", "leave", "", "", (), (), b"x" * 16, now)


def test_leaving_ends_grant_key_and_mail_at_once(now: datetime) -> None:
    grant = subscribed(BEN, now)

    assert acts.leave(edition().policy, grant, "page", "person", now)

    assert states(BEN) == {}
    assert vault.grant(SITE, "", grant.id).state == "ended"
    assert disclosure.is_suppressed(SITE, BEN, "newsletter")
    assert Left.objects.get().how == "page"


def test_leaving_twice_changes_nothing(now: datetime) -> None:
    grant = subscribed(BEN, now)
    acts.leave(edition().policy, grant, "page", "person", now)

    assert not acts.leave(edition().policy, grant, "one-click", "person", now)
    assert Left.objects.get().how == "page"


def test_one_list_is_left_and_the_other_and_a_trial_stay(now: datetime) -> None:
    subscribed(BEN, now)
    events = subscribed(BEN, now, "events")
    on_trial(BEN, now)

    acts.leave(edition().policy, events, "page", "person", now)

    assert states(BEN) == {"newsletter": "active", "trial": "active"}


def test_all_lists_can_be_left_together(now: datetime) -> None:
    grant = subscribed(BEN, now)
    subscribed(BEN, now, "events")

    assert acts.leave_all(edition().policy, grant, "page", now) == 2
    assert states(BEN) == {}


def test_whoever_left_may_come_back_on_the_same_day(now: datetime) -> None:
    acts.leave(edition().policy, subscribed(BEN, now), "page", "person", now)

    subscribed(BEN, now + timedelta(minutes=1))

    assert states(BEN) == {"newsletter": "active"}
    assert Consent.objects.count() == 2


def test_staff_take_an_address_off_every_list_and_it_stays_off(now: datetime) -> None:
    subscribed(BEN, now)
    acts.subscribe(submission(CORA, now))

    assert acts.take_off(SITE, BEN.upper(), "staff:7", now) == 1
    assert acts.take_off(SITE, CORA, "staff:7", now) == 1
    assert acts.take_off(SITE, "nobody@example.org", "staff:7", now) == 0

    assert states(BEN) == states(CORA) == {}
    assert all(disclosure.is_suppressed(SITE, one, "events") for one in (BEN, CORA, "nobody@example.org"))


def test_or_off_one_list_alone(now: datetime) -> None:
    subscribed(BEN, now)
    subscribed(BEN, now, "events")

    assert acts.take_off(SITE, BEN, "staff:7", now, "newsletter") == 1
    assert states(BEN) == {"events": "active"}
    assert disclosure.is_suppressed(SITE, BEN, "newsletter")
    assert not disclosure.is_suppressed(SITE, BEN, "events")


def test_a_mail_with_its_token_takes_off_that_list(now: datetime) -> None:
    grant = subscribed(BEN, now)
    subscribed(BEN, now, "events")

    assert by_mail.leave(incoming(vault.token("leave", grant, None), "other@example.org", now))
    assert states(BEN) == {"events": "active"}


def test_a_mail_without_a_token_takes_its_sender_off_and_a_stranger_s_is_left_to_people(now: datetime) -> None:
    subscribed(BEN, now)

    assert not by_mail.leave(incoming("", CORA, now))
    assert not by_mail.leave(incoming("forged", BEN, now))
    assert by_mail.leave(incoming("", BEN, now))
    assert states(BEN) == {}


def test_an_end_that_came_from_elsewhere_is_written_down(now: datetime) -> None:
    grant = subscribed(BEN, now)
    vault.withdraw(grant.subject, "newsletter", "erasure", now)

    assert acts.tidy(now, "default") == 1
    assert Left.objects.get().how == "elsewhere"


def test_a_proof_is_kept_as_long_as_the_policy_says(now: datetime) -> None:
    # The end of 2026 where the club is, and three years.
    assert keep_until(edition().policy, now) == datetime(2029, 12, 31, 23, tzinfo=UTC)


def test_a_proof_whose_time_is_over_goes_with_its_end(now: datetime) -> None:
    then = datetime(2020, 3, 1, tzinfo=UTC)
    grant = subscribed(BEN, then)
    keeping.end(edition().policy, grant.id, "page", then, "default")

    assert keeping.forget(now, "default") == 1
    assert not Consent.objects.exists()
    assert not Left.objects.exists()


@pytest.mark.parametrize("is_ended", [False, True])
def test_the_database_refuses_to_change_or_lose_a_proof(is_ended: bool, now: datetime) -> None:
    grant = subscribed(BEN, now)
    if is_ended:
        acts.leave(edition().policy, grant, "page", "person", now)

    for change in (
        lambda: Consent.objects.update(confirmed_at=now - timedelta(days=1)),
        lambda: Consent.objects.all().delete(),
        lambda: Left.objects.update(how="mail"),
        lambda: Left.objects.all().delete(),
    ):
        if not is_ended and "Left" in change.__code__.co_names:
            continue
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_nothing_of_the_address_stays_in_the_proof(now: datetime) -> None:
    acts.leave(edition().policy, subscribed(BEN, now), "page", "person", now)

    kept = [str(value) for row in Consent.objects.values() for value in row.values()]
    assert [value for value in kept if "ben" in value.lower() or "192.0.2" in value] == []
    assert not Ask.objects.exists()
