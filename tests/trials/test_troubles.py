"""A data centre that is down, slow, asked twice, or says no; and a kill between its answer and our note of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from tests.trials import world
from tests.trials.conftest import Meetings
from zweck.disclosure import acts as disclosure
from zweck.disclosure import web
from zweck.disclosure.errors import NotDelivered
from zweck.trials import acts, stepping
from zweck.trials.standin.centre import Centre
from zweck.vault import acts as vault

DAY = timedelta(days=1)


def confirmed(meetings: Meetings, now: datetime) -> None:
    """Ben has confirmed; nothing was set up yet."""
    world.asks(now)
    disclosure.send_letters(now, "ireland")
    world.presses(world.token_in(world.mails(meetings.relay)[0]), "confirm", now)


def test_a_data_centre_that_is_down_is_asked_again_until_it_answers(meetings: Meetings, now: datetime) -> None:
    meetings.ireland.mood = "down"
    confirmed(meetings, now)
    for minute in range(3):
        world.works(now + timedelta(minutes=minute), rounds=1)
    assert world.trial().trouble == "answered 503"

    meetings.ireland.mood = "well"
    world.works(now + timedelta(hours=2))

    assert world.trial().state == "running"
    assert len(meetings.ireland.trials) == 1


def test_one_that_did_it_and_answered_badly_is_asked_twice_and_does_it_once(meetings: Meetings, now: datetime) -> None:
    meetings.ireland.mood = "twice"
    confirmed(meetings, now)

    world.works(now)
    world.works(now + timedelta(seconds=5))

    assert meetings.ireland.calls == 2
    assert len(meetings.ireland.trials) == 1
    assert world.trial().state == "running"
    assert len(meetings.relay.mails) == 2


def test_a_slow_one_is_not_waited_for_and_does_it_once(
    meetings: Meetings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "_TIMEOUT_SECONDS", 0.05)
    meetings.ireland.mood = "slow"
    confirmed(meetings, now)
    world.works(now, rounds=1)
    assert world.trial().trouble == "no answer in time"

    monkeypatch.undo()
    world.works(now + timedelta(minutes=1))

    assert len(meetings.ireland.trials) == 1
    assert world.trial().state == "running"


def test_a_kill_between_answer_and_note_leads_to_one_room_and_one_mail(
    meetings: Meetings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirmed(meetings, now)

    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    monkeypatch.setattr(stepping, "_move", die)
    with pytest.raises(Killed):
        acts.run_due(now, "ireland")
    monkeypatch.undo()
    assert world.trial().state == "confirmed"

    world.works(now + timedelta(minutes=3))

    assert meetings.ireland.calls == 2
    assert len(meetings.ireland.trials) == 1
    assert world.subjects(meetings.relay) == ["Please confirm your trial", "Your trial is ready"]


def test_an_end_that_is_said_while_it_is_set_up_is_heard(
    meetings: Meetings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirmed(meetings, now)
    token = world.token_in(world.mails(meetings.relay)[0])
    asked = stepping._asked

    def slow(*given: Any, **more: Any) -> Any:
        answer = asked(*given, **more)
        if len(meetings.ireland.trials) == 1:
            world.presses(token, "end", now)
        return answer

    monkeypatch.setattr(stepping, "_asked", slow)
    acts.run_due(now, "ireland")
    monkeypatch.undo()
    assert world.trial().state == "ended"

    world.works(now)
    world.works(now + timedelta(seconds=5))

    assert meetings.ireland.trials == {}
    assert world.trials() == []
    assert "Your trial is ready" not in world.subjects(meetings.relay)
    assert vault.find("meetings", "email", "ben@example.org") == ()


def test_an_answer_without_an_address_is_not_believed(meetings: Meetings, now: datetime) -> None:
    meetings.ireland.mood = "garbage"
    confirmed(meetings, now)

    world.works(now)

    assert world.trial().trouble == "its answer names no address of the trial"


@pytest.mark.parametrize(
    ("url", "trouble"),
    [
        ("http://rooms.example.com/a", "not encrypted"),
        ("javascript:alert(1)", "names no address"),
        ("https://rooms.example.com/" + "a" * 200, "names no address"),
        ("https://rooms.example.com/a b", "names no address"),
        (7, "names no address"),
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_safe(url: object, trouble: str) -> None:
    with pytest.raises(NotDelivered, match=trouble):
        stepping._room({"url": url})


def test_a_no_that_stays_waits_for_somebody_who_then_tries_again(meetings: Meetings, now: datetime) -> None:
    meetings.ireland.mood = "declines"
    confirmed(meetings, now)
    world.works(now)
    (stuck,) = acts.listed(world.in_("ireland"))
    assert (stuck.state, stuck.trouble) == ("stuck", "answered 422")

    meetings.ireland.mood = "well"
    acts.retry(world.in_("ireland"), stuck.ident, now)
    world.works(now)

    assert world.trial().state == "running"


def test_without_a_data_centre_a_trial_waits_and_in_the_end_goes(
    meetings: Meetings, now: datetime, settings: Settings
) -> None:
    settings.TRIALS = {}
    confirmed(meetings, now)
    world.works(now)
    assert world.trial().trouble == "no data centre is set up for this place"

    vault.expire(now + 15 * DAY, "ireland")
    world.works(now + 15 * DAY)

    assert world.trials() == []
    assert vault.find("meetings", "email", "ben@example.org") == ()


def test_no_person_is_named_to_a_data_centre_in_clear(meetings: Meetings, now: datetime, settings: Settings) -> None:
    settings.TRIALS = {"ireland": ("http://centre.example.com/", world.SECRET)}
    confirmed(meetings, now)
    world.works(now)

    assert world.trial().trouble == "the address of its data centre is not encrypted"
    assert world.trial().state == "stuck"


def test_a_grant_that_was_withdrawn_elsewhere_closes_the_trial(meetings: Meetings, now: datetime) -> None:
    confirmed(meetings, now)
    world.works(now)
    (found,) = vault.find("meetings", "email", "ben@example.org")
    vault.withdraw(found.subject, "trial", "a right was used", now)

    world.works(now + DAY + timedelta(minutes=1))
    world.works(now + 12 * DAY)

    assert meetings.ireland.trials == {}
    assert world.trials() == []


def test_the_stand_in_believes_no_call_that_is_unsigned_altered_or_old() -> None:
    centre = Centre("Test", world.SECRET, "http://127.0.0.1:1")
    body = b'{"act": "start", "trial": "' + b"ab" * 16 + b'"}'
    at = 1_796_000_000
    good = {"zweck-signature": web.sign(world.SECRET, at, body), "idempotency-key": "k"}

    refused = [
        centre.take({}, body, at).status,
        centre.take(good, body + b" ", at).status,
        centre.take(good, body, at + 301).status,
        centre.take({**good, "zweck-signature": web.sign("another", at, body)}, body, at).status,
    ]

    assert refused == [401, 401, 401, 401]
    assert centre.take(good, body, at).status == 200
    assert centre.take(good, body, at).body == centre.done["k"].body
    assert len(centre.trials) == 1
