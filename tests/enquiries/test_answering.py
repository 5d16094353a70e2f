"""Staff see what waits, read it under its purpose, and answer; of two answers at once none is lost and none unseen."""

import json
import re
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError

from tests.disclosure.receivers import Mailbox
from tests.enquiries.world import ANNA, ASKED, BEN, CARL, asks, read, sent, text, waiting
from zweck.disclosure import acts as disclosure
from zweck.doors import Incoming
from zweck.enquiries import acts, tags
from zweck.enquiries.errors import Meanwhile, NothingSaid, NoThread
from zweck.enquiries.models import Message, Thread
from zweck.enquiries.values import Where
from zweck.ledger.models import Act
from zweck.vault import acts as vault
from zweck.vault.errors import BadAddress, PaymentData

pytestmark = pytest.mark.usefixtures("club")


def mail(token: str, at: datetime) -> Incoming:
    """A mail that came in with a tag."""
    return Incoming("post@example.org", token, "ben@example.org", "Ben", "Re", "More", "More", (), (), b"m" * 32, at)


def entries(act: str) -> list[dict[str, object]]:
    """The ledger's entries of an act."""
    found = [json.loads(body) for body in Act.objects.order_by("pk").values_list("body", flat=True)]
    return [entry for entry in found if entry["act"] == act]


def test_the_oldest_stands_first_and_nothing_is_read_for_the_list(now: datetime) -> None:
    asks(now)
    asks(now - timedelta(days=1), {**BEN, "email": "cora@example.org"})

    first, second = waiting(now)

    assert first.said_at < second.said_at
    assert entries("vault.read") == []


def test_reading_is_recorded_with_account_and_reason(now: datetime) -> None:
    asks(now)

    opened = read(now)

    assert opened.messages[0].said == ASKED
    assert {(entry["by"], entry["reason"], entry["purpose"]) for entry in entries("vault.read")} == {
        (ANNA, "enquiry", "enquiry")
    }


def test_only_data_of_the_purpose_are_shown(now: datetime) -> None:
    asks(now)

    assert set(read(now).about) == {"email", "name"}


def test_an_answer_is_stored_and_leaves_by_mail(relay: Mailbox, now: datetime) -> None:
    asks(now)
    disclosure.send_letters(now)
    opened = read(now)

    acts.answer(opened.listed.where, "Yes,\na red one.", ANNA, opened.last, now)

    letter = sent(relay, now)
    assert (letter["To"], letter["Subject"]) == ("ben@example.org", "Our answer to your enquiry")
    assert "Yes,\na red one." in text(letter)
    assert re.fullmatch(r"post\+reply\.[a-z2-7]{32}@example\.org", letter["Reply-To"])
    answered = read(now)
    assert (answered.listed.state, answered.messages[1].by, answered.messages[1].sent) == ("answered", ANNA, "sent")


def test_the_mail_names_nobody_of_the_staff(relay: Mailbox, now: datetime) -> None:
    asks(now)
    opened = read(now)
    acts.answer(opened.listed.where, "Yes.", ANNA, opened.last, now)

    assert ANNA not in str(sent(relay, now))


def test_of_two_answers_at_once_the_second_is_told_and_nothing_is_lost(relay: Mailbox, now: datetime) -> None:
    asks(now)
    seen = read(now).last
    (listed,) = waiting(now)
    acts.answer(listed.where, "Yes.", ANNA, seen, now)

    with pytest.raises(Meanwhile):
        acts.answer(listed.where, "No.", CARL, seen, now)

    assert [one.said for one in read(now).messages] == [ASKED, "Yes."]
    acts.answer(listed.where, "No.", CARL, read(now).last, now)
    assert [one.said for one in read(now).messages] == [ASKED, "Yes.", "No."]


def test_so_is_whoever_answers_while_something_more_is_asked(now: datetime) -> None:
    asks(now)
    seen = read(now).last
    (listed,) = waiting(now)
    acts.answer(listed.where, "Yes.", ANNA, seen, now)

    with pytest.raises(Meanwhile):
        acts.answer(listed.where, "Yes.", ANNA, seen, now)


@pytest.mark.parametrize(
    ("typed", "refused"), [("  \n", NothingSaid), ("to DE89 3704 0044 0532 0130 00 please", PaymentData)]
)
def test_what_cannot_be_sent_is_not_stored(typed: str, refused: type[Exception], now: datetime) -> None:
    asks(now)
    opened = read(now)

    with pytest.raises(refused):
        acts.answer(opened.listed.where, typed, ANNA, opened.last, now)

    assert Message.objects.count() == 1
    assert waiting(now)[0].state == "open"


def test_an_answer_while_no_mail_can_leave_waits_and_says_so(relay: Mailbox, now: datetime) -> None:
    relay.refuses = True
    asks(now)
    opened = read(now)
    acts.answer(opened.listed.where, "Yes.", ANNA, opened.last, now)
    disclosure.send_letters(now)

    assert read(now).messages[1].sent == "waiting"

    relay.refuses = False
    disclosure.send_letters(now + timedelta(days=1))
    assert read(now).messages[1].sent == "sent"


def test_an_answer_that_came_back_is_told(relay: Mailbox, now: datetime) -> None:
    relay.declines["ben@example.org"] = 550
    asks(now)
    opened = read(now)
    acts.answer(opened.listed.where, "Yes.", ANNA, opened.last, now)
    disclosure.send_letters(now)

    assert read(now).messages[1].sent == "failed"


def test_whoever_writes_again_waits_again(relay: Mailbox, now: datetime) -> None:
    asks(now)
    opened = read(now)
    acts.answer(opened.listed.where, "Yes.", ANNA, opened.last, now)
    assert waiting(now) == ()

    thread = Thread.objects.get()
    given = mail(tags.tag("reply", bytes(thread.ident)), now + timedelta(hours=1))
    assert acts.reply(given)

    (listed,) = waiting(now + timedelta(hours=1))
    assert (listed.state, listed.said_at) == ("open", now + timedelta(hours=1))


def test_closing_and_taking_on_are_seen_by_the_others(now: datetime) -> None:
    asks(now)
    (listed,) = waiting(now)

    acts.take_on(listed.where, CARL, now)
    assert waiting(now)[0].taken_by == CARL

    acts.close(listed.where, CARL, now)
    acts.close(listed.where, CARL, now)
    assert waiting(now) == ()
    assert [entry["by"] for entry in entries("enquiry.closed")] == [CARL]


def test_an_address_finds_its_enquiries_and_the_search_is_recorded_without_it(now: datetime) -> None:
    asks(now)
    asks(now, {**BEN, "email": "cora@example.org"})

    found = acts.of_address("club", ("enquiry",), " BEN@example.org ", ANNA, now)

    assert len(found.rows) == 1
    (entry,) = entries("enquiry.searched")
    assert (entry["by"], entry["found"]) == (ANNA, 1)
    assert "ben@" not in json.dumps(entries("enquiry.searched")).lower()


def test_what_is_no_address_finds_nothing(now: datetime) -> None:
    with pytest.raises(BadAddress):
        acts.of_address("club", ("enquiry",), "Ben", ANNA, now)


@pytest.mark.parametrize("where", [Where("club", "", 99), Where("other", "", 1)])
def test_an_enquiry_that_is_not_there_is_neither_read_nor_answered(where: Where, now: datetime) -> None:
    asks(now)

    with pytest.raises(NoThread):
        acts.purpose_of(where, now)
    with pytest.raises(NoThread):
        acts.answer(where, "Yes.", ANNA, 0, now)


def test_a_place_that_does_not_answer_is_named_and_the_others_are_shown(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks(now)
    monkeypatch.setattr(vault, "databases", lambda: ("default", "ireland"))
    monkeypatch.setattr(vault, "places", lambda: ("", "ireland"))
    monkeypatch.setattr(vault, "database_of", lambda place: "ireland" if place else "default")
    whole = Thread.objects.using

    def broken(alias: str) -> object:
        if alias == "ireland":
            raise OperationalError("the place is down")
        return whole(alias)

    monkeypatch.setattr(Thread.objects, "using", broken)

    found = acts.waiting("club", ("enquiry",), now)

    assert (len(found.rows), found.unreachable) == (1, ("ireland",))


def test_tags_of_two_kinds_do_not_open_each_other() -> None:
    ident = tags.new_ident()

    assert tags.ident_of("reply", tags.tag("reply", ident)) == ident
    assert tags.ident_of("page", tags.tag("reply", ident)) is None
    assert len(f"support-of-the-club+reply.{tags.tag('reply', ident)}") <= 64
