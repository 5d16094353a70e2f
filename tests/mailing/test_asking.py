"""Double opt-in: nobody is on a list who has not said yes from the address itself, and nobody is bothered by others."""

from datetime import datetime, timedelta

import pytest

from tests.disclosure.receivers import Mailbox
from tests.mailing.world import BEN, SITE, deliver, edition, held, links, read, states, submission, subscribed
from zweck.disclosure import acts as disclosure
from zweck.mailing import acts, asking
from zweck.mailing.errors import NotMarketing
from zweck.mailing.models import Ask, Consent, Told
from zweck.vault import acts as vault

pytestmark = pytest.mark.usefixtures("club")


def test_whoever_is_typed_in_is_asked_and_is_not_on_the_list(relay: Mailbox, now: datetime) -> None:
    taken = acts.subscribe(submission(BEN, now))

    deliver(now)
    assert taken.mails
    assert states(BEN) == {"newsletter": "pending"}
    assert relay.to == [BEN]
    assert "List-Unsubscribe" not in relay.mails[0]
    assert set(links(relay)) == {"confirm"}


def test_the_question_is_in_the_language_of_the_form_and_advertises_nothing(relay: Mailbox, now: datetime) -> None:
    acts.subscribe(submission(BEN, now))
    deliver(now)

    said = read(relay)
    assert "Somebody" in said or "somebody" in said
    assert "29 November 2026" in said
    assert [word for word in ("offer", "discount", "price", "buy") if word in said.lower()] == []


def test_a_yes_puts_on_the_list_with_its_proof(relay: Mailbox, now: datetime) -> None:
    acts.subscribe(submission(BEN, now))
    deliver(now)

    assert acts.confirm(held(BEN), now + timedelta(minutes=3))

    proof = Consent.objects.get()
    assert states(BEN) == {"newsletter": "active"}
    assert (proof.way, proof.form, proof.language, proof.purpose) == ("form", "newsletter", "en", "newsletter")
    assert proof.asked_at == now
    assert proof.accepted_at is not None
    assert proof.message_id in relay.mails[0]
    assert proof.answer.startswith("250")
    assert proof.confirmed_at == now + timedelta(minutes=3)
    assert not Ask.objects.exists()


def test_a_second_yes_changes_nothing(now: datetime) -> None:
    grant = subscribed(BEN, now)

    assert not acts.confirm(grant, now)
    assert Consent.objects.count() == 1


def test_a_question_ends_after_seven_days_with_all_that_was_typed(now: datetime) -> None:
    acts.subscribe(submission(BEN, now))
    grant, later = held(BEN), now + asking.ANSWER_WITHIN

    assert not acts.confirm(grant, later)
    vault.expire(later, "default")
    acts.tidy(later, "default")

    assert states(BEN) == {}
    assert not Ask.objects.exists()
    assert not Told.objects.exists()


def test_an_address_is_written_to_once_a_day_however_often_it_is_typed(relay: Mailbox, now: datetime) -> None:
    for minutes in range(5):
        acts.subscribe(submission(BEN, now + timedelta(minutes=minutes)))
        acts.subscribe(submission(BEN.upper(), now + timedelta(minutes=minutes)))
    deliver(now + timedelta(hours=1))
    assert len(relay.to) == 1

    acts.subscribe(submission(BEN, now + timedelta(hours=24)))
    deliver(now + timedelta(hours=25))
    assert len(relay.to) == 2


def test_whoever_is_on_the_list_is_told_so_with_the_way_to_their_settings(relay: Mailbox, now: datetime) -> None:
    subscribed(BEN, now - timedelta(days=2))
    relay.data.clear()

    acts.subscribe(submission(BEN, now))
    deliver(now)

    assert "already" in read(relay)
    assert set(links(relay)) == {"mine"}
    assert Consent.objects.count() == 1


def test_a_no_deletes_what_was_typed(now: datetime) -> None:
    acts.subscribe(submission(BEN, now))

    assert acts.refuse(held(BEN), now)

    assert states(BEN) == {}
    assert not disclosure.is_suppressed(SITE, BEN, "newsletter")


def test_an_address_whose_mail_came_back_is_written_to_again_after_its_yes(relay: Mailbox, now: datetime) -> None:
    disclosure.suppress(SITE, BEN, "*", "could not be delivered: 5.1.1", "bounce", now)
    disclosure.suppress(SITE, BEN, "events", "one-click", "person", now)
    acts.subscribe(submission(BEN, now))
    deliver(now)
    assert disclosure.is_suppressed(SITE, BEN, "newsletter")

    assert acts.confirm(held(BEN), now)

    assert not disclosure.is_suppressed(SITE, BEN, "newsletter")
    assert disclosure.is_suppressed(SITE, BEN, "events")  # what the person said themselves


def test_a_suppressed_address_may_come_back_by_its_own_yes_alone(relay: Mailbox, now: datetime) -> None:
    disclosure.suppress(SITE, BEN, "newsletter", "complaint", "complaint", now)

    acts.subscribe(submission(BEN, now))
    deliver(now)
    assert relay.to == [BEN]
    assert disclosure.is_suppressed(SITE, BEN, "newsletter")

    acts.confirm(held(BEN), now)
    assert not disclosure.is_suppressed(SITE, BEN, "newsletter")


def test_one_address_in_two_spellings_is_one_person(relay: Mailbox, now: datetime) -> None:
    acts.subscribe(submission("ben@bücher.example", now))
    acts.subscribe(submission("BEN@xn--bcher-kva.example", now))
    deliver(now)

    assert relay.to == ["ben@xn--bcher-kva.example"]
    assert states("ben@bücher.example") == {"newsletter": "pending"}


def test_no_other_purpose_is_a_list(now: datetime) -> None:
    with pytest.raises(NotMarketing):
        acts.subscribe(submission(BEN, now, "trial"))

    assert acts.marketing(edition().policy) == ("newsletter", "events")
