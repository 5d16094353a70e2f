"""On databases in which acts really commit: two at once, a kill at any line, a place that is down."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connections

from tests.disclosure.receivers import Mailbox
from tests.enquiries.test_asking import raw
from tests.enquiries.world import ANNA, BEN, CARL, asks, sent
from zweck.disclosure import acts as disclosure
from zweck.disclosure.incoming import taking
from zweck.disclosure.models import Letter
from zweck.editions import acts as editions
from zweck.enquiries import acts, letters, threads
from zweck.enquiries.errors import Meanwhile
from zweck.enquiries.models import Message, Thread
from zweck.vault import acts as vault

pytestmark = pytest.mark.usefixtures("lasting_club")


def counted() -> tuple[int, int, int]:
    """Enquiries, messages and letters in both places."""
    return tuple(  # type: ignore[return-value]
        sum(model.objects.using(using).count() for using in ("default", "ireland"))
        for model in (Thread, Message, Letter)
    )


def test_of_two_answers_at_the_same_moment_one_is_sent_and_the_other_told(now: datetime) -> None:
    asks(now, place="virginia")
    (listed,) = acts.waiting("club", ("enquiry",), now).rows
    seen = Message.objects.get().pk
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def answer(by: str) -> None:
        start.wait()
        try:
            acts.answer(listed.where, f"From {by}", by, seen, now)
            outcomes.append("sent")
        except Meanwhile:
            outcomes.append("told")
        finally:
            connections.close_all()

    both = [threading.Thread(target=answer, args=(by,)) for by in (ANNA, CARL)]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert sorted(outcomes) == ["sent", "told"]
    assert counted() == (1, 2, 2)


def test_the_same_mail_taken_by_two_at_once_is_one_enquiry(now: datetime) -> None:
    start = threading.Barrier(3)
    outcomes: list[str] = []

    def take() -> None:
        start.wait()
        try:
            outcomes.append(taking.take(raw("Is there a boat?"), "", now))
        finally:
            connections.close_all()

    all_ = [threading.Thread(target=take) for _ in range(3)]
    for one in all_:
        one.start()
    for one in all_:
        one.join()

    assert outcomes == ["taken"] * 3
    assert counted() == (1, 1, 1)


@pytest.mark.parametrize("line", ["received", "note", "_prolong"])
def test_a_kill_in_the_middle_leaves_nothing_and_the_mail_comes_again(
    line: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    room: Any = letters if line == "received" else threads  # Any: either of two modules

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(room, line, killed)
        with pytest.raises(KeyboardInterrupt):
            taking.take(raw("Is there a boat?"), "", now)
    assert counted() == (0, 0, 0)

    assert taking.take(raw("Is there a boat?"), "", now) == "taken"
    assert counted() == (1, 1, 1)


def test_an_enquiry_rests_whole_in_its_place_and_is_found_from_there(relay: Mailbox, now: datetime) -> None:
    asks(now, place="ireland")
    to = str(sent(relay, now)["Reply-To"])

    taking.take(raw("A red one.", to), "", now)

    assert [Thread.objects.using(using).count() for using in ("default", "ireland")] == [0, 1]
    (listed,) = acts.waiting("club", ("enquiry",), now).rows
    opened = acts.read(listed.where, editions.current("club").policy, ANNA, now)
    assert [one.said for one in opened.messages] == [BEN["message"], "A red one."]
    acts.answer(listed.where, "Yes.", ANNA, opened.last, now)
    assert "Yes." in str(sent(relay, now))


def test_while_its_place_is_down_an_answer_by_mail_waits(
    relay: Mailbox, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks(now, place="ireland")
    to = str(sent(relay, now)["Reply-To"])
    whole = Thread.objects.using

    def broken(alias: str) -> object:
        if alias == "ireland":
            raise OperationalError("the place is down")
        return whole(alias)

    with monkeypatch.context() as patch:
        patch.setattr(Thread.objects, "using", broken)
        with pytest.raises(OperationalError):
            taking.take(raw("A red one.", to), "", now)
        asks(now, place="virginia")
        assert len(acts.waiting("club", ("enquiry",), now).rows) == 1
        assert acts.waiting("club", ("enquiry",), now).unreachable == ("ireland",)

    assert taking.take(raw("A red one.", to), "", now) == "taken"
    assert counted() == (2, 3, 2)


def test_an_older_enquiry_is_deleted_while_the_key_it_shares_lives_on(now: datetime) -> None:
    asks(now, {**BEN, "message": "old"}, place="ireland")
    asks(now + timedelta(days=30), {**BEN, "message": "young"}, place="ireland")
    subject = vault.find("club", "email", BEN["email"])[0].subject
    old, young = vault.entries(subject, "enquiry", now)

    assert acts.sweep(now + timedelta(days=100)) == 1

    assert vault.entries(subject, "enquiry", now + timedelta(days=100)) == (young,)
    assert old != young
    assert vault.find("club", "email", BEN["email"])[0].subject == subject


def test_a_relay_that_is_down_loses_no_answer(relay: Mailbox, now: datetime) -> None:
    relay.refuses = True
    asks(now, place="virginia")
    (listed,) = acts.waiting("club", ("enquiry",), now).rows
    acts.answer(listed.where, "Yes.", ANNA, Message.objects.get().pk, now)
    disclosure.send_letters(now)
    assert relay.mails == []

    relay.refuses = False
    disclosure.send_letters(now + timedelta(days=1))
    assert len(relay.mails) == 2
