"""From the form to the last trace: journeys C1 to C3."""

from datetime import datetime, timedelta

import pytest

from tests.trials import world
from tests.trials.conftest import Meetings
from zweck.doors import NoTokenPage
from zweck.trials import acts
from zweck.vault import acts as vault
from zweck.vault.errors import BadToken, NotPermitted, TokenExpired
from zweck.vault.values import Reading, Subject

DAY = timedelta(days=1)


def running(meetings: Meetings, now: datetime, place: str = "ireland") -> str:
    """Ben's trial runs; gives his token."""
    world.asks(now, place)
    world.works(now)
    token = world.token_in(world.mails(meetings.relay)[-1])
    world.presses(token, "confirm", now)
    world.works(now)
    assert world.trial().state == "running"
    return token


def ben(place: str = "ireland") -> Subject:
    (found,) = vault.find("meetings", "email", "ben@example.org", (place,))
    return found.subject


def test_ben_confirms_and_enters_the_room_that_the_data_centre_names(meetings: Meetings, now: datetime) -> None:
    world.asks(now, "ireland")
    world.works(now)

    (asked,) = world.mails(meetings.relay)
    assert "Ben" not in world.text_of(asked)
    assert meetings.ireland.calls == 0
    token = world.token_in(asked)
    assert world.looks(token, now).title == "One step to your trial"
    assert world.presses(token, "confirm", now).title == "Your trial is being set up"
    world.works(now)

    (room,) = meetings.ireland.trials.values()
    welcome = world.text_of(world.mails(meetings.relay)[1])
    assert f"{meetings.ireland.base_url}/room/{room}" in welcome
    assert "6 December 2026" in welcome
    shown = world.looks(token, now)
    assert shown.onward == ("Go to your trial", f"{meetings.ireland.base_url}/room/{room}")
    facts = dict(shown.parts[0].facts)
    assert (facts["Data centre"], facts["Currency"]) == (("Ireland",), ("EUR",))
    assert meetings.virginia.calls == 0


def test_a_look_confirms_nothing(meetings: Meetings, now: datetime) -> None:
    world.asks(now)
    world.works(now)
    token = world.token_in(world.mails(meetings.relay)[0])

    for _ in range(3):
        world.looks(token, now)
    world.works(now)

    assert world.trial().state == "pending"
    assert meetings.ireland.calls == 0


def test_only_the_chosen_place_is_stored(meetings: Meetings, now: datetime) -> None:
    world.asks(now, "virginia")

    row = world.trial()

    assert (row.place, ben("virginia").place) == ("virginia", "virginia")
    assert vault.find("meetings", "email", "ben@example.org", ("ireland",)) == ()


def test_a_trial_ends_with_notice_closing_last_mail_and_nothing_left(meetings: Meetings, now: datetime) -> None:
    token, subject = running(meetings, now), ben()

    for day in range(1, 48):
        world.works(now + day * DAY, rounds=1)
    world.works(now + 48 * DAY)

    assert [line.partition(" on ")[0] for line in world.subjects(meetings.relay)] == [
        "Please confirm your trial",
        "Your trial is ready",
        "Your trial ends",
        "Your trial is over, your data are deleted",
    ]
    assert meetings.ireland.trials == {}
    assert world.trials() == []
    with pytest.raises(NotPermitted):
        vault.read(Reading(subject, "trial", ("email",), "proof", "test"), now + 49 * DAY)
    assert vault.find("meetings", "email", "ben@example.org") == ()
    with pytest.raises(NoTokenPage):
        world.looks(token, now + 49 * DAY)


def test_access_ends_on_the_last_day_and_data_when_their_period_is_over(meetings: Meetings, now: datetime) -> None:
    running(meetings, now)

    world.works(now + 13 * DAY)
    assert len(meetings.ireland.trials) == 1
    world.works(now + 14 * DAY)
    assert len(meetings.ireland.trials) == 0
    world.works(now + 42 * DAY)
    assert vault.find("meetings", "email", "ben@example.org") != ()
    world.works(now + 43 * DAY)
    world.works(now + 43 * DAY + timedelta(minutes=1))

    assert vault.find("meetings", "email", "ben@example.org") == ()


def test_ben_ends_it_himself_at_once(meetings: Meetings, now: datetime) -> None:
    token = running(meetings, now)

    assert world.presses(token, "end", now).title == "Your trial is over"
    world.works(now)
    world.works(now + timedelta(seconds=5))

    assert meetings.ireland.trials == {}
    assert world.subjects(meetings.relay)[-1] == "Your trial is over, your data are deleted"
    assert world.trials() == []
    assert vault.find("meetings", "email", "ben@example.org") == ()


def test_a_second_form_brings_a_second_link_to_the_same_trial(meetings: Meetings, now: datetime) -> None:
    world.asks(now)
    world.asks(now)
    world.works(now)

    first, second = (world.token_in(mail) for mail in world.mails(meetings.relay))
    assert first.partition("~")[0] == second.partition("~")[0]
    assert len(world.trials()) == 1


def test_nobodys_mailbox_is_flooded_through_the_form(meetings: Meetings, now: datetime) -> None:
    for _ in range(12):
        world.asks(now)
    world.works(now)

    assert len(meetings.relay.mails) == 5


def test_another_place_can_be_chosen_until_it_is_confirmed(meetings: Meetings, now: datetime) -> None:
    world.asks(now, "ireland")
    world.works(now)
    old = world.token_in(world.mails(meetings.relay)[0])
    world.asks(now, "virginia")
    world.works(now)
    world.presses(world.token_in(world.mails(meetings.relay)[1]), "confirm", now)
    world.works(now)

    assert (len(meetings.virginia.trials), len(meetings.ireland.trials)) == (1, 0)
    with pytest.raises(NoTokenPage):
        world.presses(old, "confirm", now)


def test_whoever_has_a_trial_is_written_to_about_that_one(meetings: Meetings, now: datetime) -> None:
    running(meetings, now)
    entries = vault.entries(ben(), "trial", now)

    world.asks(now, "virginia", {"email": "BEN@example.org", "name": "Somebody Else"})
    world.asks(now, "ireland")
    world.works(now)

    assert world.subjects(meetings.relay)[2:] == ["You have a trial with us"]
    assert len(world.trials()) == 1
    assert vault.entries(ben(), "trial", now) == entries


def test_an_unconfirmed_trial_goes_after_two_days_and_its_link_with_it(meetings: Meetings, now: datetime) -> None:
    world.asks(now)
    world.works(now)
    token = world.token_in(world.mails(meetings.relay)[0])

    with pytest.raises((NoTokenPage, TokenExpired)):
        world.presses(token, "confirm", now + 2 * DAY)
    world.works(now + 2 * DAY)

    assert world.trials() == []
    assert vault.find("meetings", "email", "ben@example.org") == ()
    assert len(meetings.relay.mails) == 1


def test_a_forged_link_opens_nothing(meetings: Meetings, now: datetime) -> None:
    token = running(meetings, now).partition("~")[0]

    with pytest.raises(BadToken):
        world.looks(token[:-3] + ("AAA" if not token.endswith("AAA") else "BBB"), now)


def test_pressing_twice_sets_it_up_once(meetings: Meetings, now: datetime) -> None:
    token = running(meetings, now)

    world.presses(token, "confirm", now)
    world.works(now)

    assert meetings.ireland.calls == 1
    assert len(meetings.relay.mails) == 2


def test_the_staff_list_names_nobody(meetings: Meetings, now: datetime) -> None:
    running(meetings, now)

    (shown,) = acts.listed(world.in_("ireland"))

    assert (shown.state, shown.currency, shown.trouble) == ("running", "EUR", "")
    assert "ben" not in repr(shown).lower()


def test_a_mail_server_that_is_down_keeps_nobodys_data_past_their_day(meetings: Meetings, now: datetime) -> None:
    running(meetings, now)
    world.works(now + 14 * DAY)
    meetings.relay.refuses = True

    for day in (43, 43.5, 44):
        world.works(now + day * DAY)

    assert world.trials() == []
    assert vault.find("meetings", "email", "ben@example.org") == ()
