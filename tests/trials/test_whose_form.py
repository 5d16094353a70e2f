"""Anybody can type Ben's address: what his link confirms is what the form of that very link said, and nothing later."""

from datetime import datetime, timedelta

import pytest

from tests.trials import world
from tests.trials.conftest import Meetings
from zweck.doors import NoTokenPage
from zweck.vault import acts as vault
from zweck.vault.values import Reading, Subject

STRANGER = {"email": "BEN@example.org", "name": "Somebody Else"}
A_MINUTE = timedelta(minutes=1)


def tokens(meetings: Meetings, now: datetime) -> list[str]:
    """The links that Ben got, oldest first."""
    world.works(now)
    return [world.token_in(mail) for mail in world.mails(meetings.relay)]


def kept(place: str, now: datetime) -> tuple[int, str]:
    """How many entries lie in a place under Ben's trial, and the name that is read there."""
    (found,) = vault.find("meetings", "email", "ben@example.org", (place,))
    entries = vault.entries(found.subject, "trial", now)
    return len(entries), read(found.subject, now)["name"]


def read(subject: Subject, now: datetime) -> dict[str, str]:
    return dict(vault.read(Reading(subject, "trial", ("name",), "proof", "test"), now))


def test_a_strangers_later_form_changes_nothing_about_the_link_ben_has(meetings: Meetings, now: datetime) -> None:
    world.asks(now, currency="EUR")
    (token,) = tokens(meetings, now)
    world.asks(now + A_MINUTE, who=STRANGER, currency="GBP")

    shown = dict(world.looks(token, now + A_MINUTE).parts[0].facts)
    world.presses(token, "confirm", now + A_MINUTE)

    assert shown["Currency"] == ("EUR",)
    assert world.trial().currency == "EUR"
    assert kept("ireland", now + A_MINUTE) == (1, "Ben Beispiel")


def test_a_strangers_earlier_form_is_not_what_ben_confirms(meetings: Meetings, now: datetime) -> None:
    world.asks(now, who=STRANGER, currency="GBP")
    world.asks(now + A_MINUTE, currency="EUR")
    _theirs, own = tokens(meetings, now + A_MINUTE)

    world.presses(own, "confirm", now + A_MINUTE)

    assert world.trial().currency == "EUR"
    assert kept("ireland", now + A_MINUTE) == (1, "Ben Beispiel")


def test_a_strangers_form_for_another_place_leaves_bens_link_alone(meetings: Meetings, now: datetime) -> None:
    world.asks(now, "ireland")
    (token,) = tokens(meetings, now)
    world.asks(now, "virginia", STRANGER)
    _, theirs = tokens(meetings, now)

    world.presses(token, "confirm", now)

    assert world.trial().place == "ireland"
    assert vault.find("meetings", "email", "ben@example.org", ("virginia",)) == ()
    with pytest.raises(NoTokenPage):
        world.presses(theirs, "confirm", now)


def test_two_links_for_two_places_lead_to_one_trial_even_when_pressed_at_once(
    meetings: Meetings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.asks(now, "ireland")
    world.asks(now, "virginia")
    first, second = tokens(meetings, now)
    monkeypatch.setattr("zweck.trials.starting._forget", lambda *_: None)  # killed before that
    world.presses(first, "confirm", now)

    with pytest.raises(NoTokenPage):
        world.presses(second, "confirm", now)


def test_nobodys_mailbox_is_flooded_by_changing_places(meetings: Meetings, now: datetime) -> None:
    for _ in range(12):
        world.asks(now, "ireland")
        world.asks(now, "virginia")
    world.works(now, rounds=5)

    assert len(meetings.relay.mails) == 10


def test_what_can_no_longer_be_confirmed_is_not_stored(meetings: Meetings, now: datetime) -> None:
    for _ in range(8):
        world.asks(now)

    (found,) = vault.find("meetings", "email", "ben@example.org")
    assert len(vault.entries(found.subject, "trial", now)) == 5
    assert {row.due_at for row in world.trials()} == {now + timedelta(hours=48)}


@pytest.mark.parametrize("said", ["~~EUR", f"~{'ab' * 16}~EUR", "~xyz~EUR"])
def test_a_link_that_says_what_no_form_said_leads_nowhere(meetings: Meetings, now: datetime, said: str) -> None:
    world.asks(now)
    (token,) = tokens(meetings, now)

    with pytest.raises(NoTokenPage):
        world.presses(token.partition("~")[0] + said, "confirm", now)
    assert world.trial().state == "pending"


def test_a_currency_that_is_not_offered_is_not_confirmed(meetings: Meetings, now: datetime) -> None:
    world.asks(now)
    (token,) = tokens(meetings, now)

    with pytest.raises(NoTokenPage):
        world.presses(token.replace("~EUR", "~XXX"), "confirm", now)
    assert world.trial().state == "pending"


def test_a_link_of_a_mail_from_before_confirms_the_first_form(meetings: Meetings, now: datetime) -> None:
    world.asks(now)
    world.asks(now + A_MINUTE, who=STRANGER, currency="GBP")
    token = tokens(meetings, now + A_MINUTE)[1].partition("~")[0]

    world.presses(token, "confirm", now + A_MINUTE)

    assert (world.trial().currency, kept("ireland", now + A_MINUTE)) == ("EUR", (1, "Ben Beispiel"))
