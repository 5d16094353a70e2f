"""Two at once: what is pressed twice at the same moment happens once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connections

from tests.mailing.world import BEN, edition, held, states, submission, subscribed
from zweck.disclosure import models as disclosure
from zweck.mailing import acts
from zweck.mailing.models import Consent, Left

pytestmark = pytest.mark.usefixtures("lasting_club")


def at_once(act: Callable[[], object], times: int = 4) -> list[object]:
    """Do something in several threads at the same moment; what each gave."""
    barrier = Barrier(times)

    def go(_number: int) -> object:
        barrier.wait()
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(go, range(times)))


def test_a_form_sent_twice_at_once_asks_once(now: datetime) -> None:
    sent = submission(BEN, now)

    at_once(lambda: acts.subscribe(sent))

    assert states(BEN) == {"newsletter": "pending"}
    assert disclosure.Letter.objects.count() == 1


def test_a_yes_pressed_twice_at_once_is_one_consent(now: datetime) -> None:
    acts.subscribe(submission(BEN, now))
    grant = held(BEN)

    said = at_once(lambda: acts.confirm(grant, now))

    assert sorted(map(bool, said)) == [False, False, False, True]
    assert Consent.objects.count() == 1


def test_leaving_twice_at_once_is_one_end(now: datetime) -> None:
    grant, policy = subscribed(BEN, now), edition().policy

    said = at_once(lambda: acts.leave(policy, grant, "one-click", "person", now + timedelta(seconds=1)))

    assert sorted(map(bool, said)) == [False, False, False, True]
    assert Left.objects.count() == 1
    assert states(BEN) == {}


def test_a_yes_and_a_no_at_once_leave_either_nothing_or_a_whole_consent(now: datetime) -> None:
    acts.subscribe(submission(BEN, now))
    grant = held(BEN)
    answers = iter((acts.confirm, acts.refuse))

    at_once(lambda: next(answers)(grant, now), 2)

    on_list = states(BEN) == {"newsletter": "active"}
    assert Consent.objects.count() == int(on_list)
    assert on_list or states(BEN) == {}
