"""A mailbox is looked through: each mail is done once, and none is lost, whatever breaks."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from pytest_django import Settings

from tests.disclosure.certificates import certificate
from tests.disclosure.incoming.imap import Kept, imap
from tests.disclosure.incoming.mails import mail, postfix
from zweck import doors
from zweck.disclosure.errors import BadSetting, NotReached
from zweck.disclosure.incoming import fetching, mailbox, taking
from zweck.disclosure.incoming.models import Looked, Taken, Tally
from zweck.doors import Incoming
from zweck.vault.errors import KeyTrouble

pytestmark = pytest.mark.django_db


class Handler:
    """A room that takes mails: keeps what it was given, as handlers do, once."""

    def __init__(self, now: datetime) -> None:
        self.said: list[str] = []
        self.now = now
        self.takes = True
        self.trouble: Exception | None = None

    def __call__(self, given: Incoming) -> bool:
        if self.trouble and "broken" in given.said:
            raise self.trouble
        if self.takes and taking.is_first(given.mark, "default", self.now):
            self.said.append(given.said)
        return self.takes


@pytest.fixture
def box(settings: Settings) -> Iterator[Kept]:
    """The mailbox that is looked through."""
    with imap() as kept:
        settings.IMAP_URL, settings.IMAP_DONE = kept.url, ""
        fetching._tries.clear()
        yield kept


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Handler:
    """The one room that takes mails."""
    handler = Handler(now)
    monkeypatch.setattr(doors, "mailboxes", {"enquiry": handler, "reply": handler})
    return handler


def counts() -> dict[str, int]:
    """How many mails had which outcome."""
    return dict(Tally.objects.values_list("outcome", "count"))


def test_without_a_mailbox_nothing_is_asked(settings: Settings, now: datetime) -> None:
    settings.IMAP_URL = ""

    assert fetching.fetch(now) == 0
    assert Looked.objects.count() == 0


def test_an_unread_mail_is_handed_over_and_deleted(box: Kept, handler: Handler, now: datetime) -> None:
    box.add(mail("Where is my invoice?").as_bytes())

    assert fetching.fetch(now) == 1
    assert (handler.said, box.mails, counts()) == (["Where is my invoice?"], {}, {"taken": 1})


def test_or_moved_where_a_folder_is_named(box: Kept, handler: Handler, settings: Settings, now: datetime) -> None:
    settings.IMAP_DONE = "Zweck"
    box.add(mail().as_bytes())

    fetching.fetch(now)

    assert (box.mails, len(box.moved)) == ({}, 1)


@pytest.mark.parametrize("can", ["IMAP4rev1", "IMAP4rev1 UIDPLUS"])
def test_a_server_that_can_less_is_no_trouble(
    can: str, box: Kept, handler: Handler, settings: Settings, now: datetime
) -> None:
    box.can, settings.IMAP_DONE = can, "Zweck"
    box.add(mail().as_bytes())

    fetching.fetch(now)

    assert (box.mails, len(box.moved)) == ({}, 1)


def test_what_others_marked_stays_where_only_all_can_go_at_once(box: Kept, handler: Handler, now: datetime) -> None:
    box.can = "IMAP4rev1"
    theirs, ours = box.add(b"theirs"), box.add(mail().as_bytes())
    box.flags[theirs].add("\\Deleted")

    fetching.fetch(now)

    assert theirs in box.mails
    assert "\\Deleted" in box.flags[ours]


def test_a_mail_that_nobody_takes_stays_untouched_and_is_looked_at_once(
    box: Kept, handler: Handler, now: datetime
) -> None:
    handler.takes = False
    uid = box.add(mail().as_bytes())

    fetching.fetch(now)
    box.log.clear()
    fetching.fetch(now)

    assert (box.flags[uid], counts()) == (set(), {"left": 1})
    assert "FETCH" not in box.log


def test_a_kill_after_the_commit_leads_to_nothing_twice(box: Kept, handler: Handler, now: datetime) -> None:
    box.add(mail().as_bytes())
    box.drops_at = "STORE"
    with pytest.raises(NotReached):
        fetching.fetch(now)
    box.drops_at = ""

    assert fetching.fetch(now) == 1
    assert (len(handler.said), box.mails, Taken.objects.count()) == (1, {}, 1)


def test_a_kill_between_two_mails_loses_none_of_those_behind(box: Kept, handler: Handler, now: datetime) -> None:
    for number in range(1, 4):
        box.add(mail(f"mail {number}", Message_ID=f"<{number}@mail.example.org>").as_bytes())
    box.drops_at = "FETCH 2"
    with pytest.raises(NotReached):
        fetching.fetch(now)
    box.drops_at = ""

    assert fetching.fetch(now) == 2
    assert (sorted(handler.said), box.mails) == (["mail 1", "mail 2", "mail 3"], {})


def test_what_the_vault_cannot_take_now_waits_too(box: Kept, handler: Handler, now: datetime) -> None:
    handler.trouble = KeyTrouble("a key is missing")
    broken = box.add(mail("broken").as_bytes())
    box.add(mail("fine", Message_ID="<2@mail.example.org>").as_bytes())

    assert fetching.fetch(now) == 1
    assert (handler.said, list(box.mails)) == (["fine"], [broken])


def test_what_cannot_be_taken_now_waits_and_keeps_nobody_waiting(box: Kept, handler: Handler, now: datetime) -> None:
    handler.trouble = OperationalError("the place is down")
    broken = box.add(mail("broken").as_bytes())
    box.add(mail("fine", Message_ID="<2@mail.example.org>").as_bytes())

    assert fetching.fetch(now) == 1
    assert (handler.said, list(box.mails)) == (["fine"], [broken])

    handler.trouble = None
    assert fetching.fetch(now) == 1
    assert (handler.said, box.mails) == (["fine", "broken"], {})


def test_a_handler_that_breaks_keeps_those_behind_it_waiting_but_once(
    box: Kept, handler: Handler, now: datetime
) -> None:
    handler.trouble = ValueError("a bug")
    box.add(mail("broken").as_bytes())
    box.add(mail("fine", Message_ID="<2@mail.example.org>").as_bytes())

    for _ in range(2):
        with pytest.raises(ValueError, match="a bug"):
            fetching.fetch(now)

    assert (handler.said, len(box.mails)) == (["fine"], 1)


def test_a_mail_that_is_too_large_stays_and_is_told_without_a_person(
    box: Kept, handler: Handler, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    uid = box.add(mail().as_bytes() + b"x" * 10 * 1024 * 1024)

    with caplog.at_level(logging.WARNING, "zweck.mail"):
        fetching.fetch(now)

    assert (box.flags[uid], handler.said, counts()) == (set(), [], {"refused": 1})
    assert "larger than 10 MB" in caplog.text
    assert "ben" not in caplog.text


def test_another_numbering_begins_anew_and_takes_nothing_twice(box: Kept, handler: Handler, now: datetime) -> None:
    box.add(mail("one").as_bytes())
    box.add(mail("two", Message_ID="<2@mail.example.org>").as_bytes())
    box.drops_at = "STORE 2"
    with pytest.raises(NotReached):
        fetching.fetch(now)
    box.drops_at, box.validity = "", 8
    box.mails, box.flags = {1: box.mails[2]}, {1: set()}

    fetching.fetch(now)

    assert handler.said == ["one", "two"]
    assert Looked.objects.get().validity == 8


def test_a_machines_answer_to_a_mail_of_ours_goes_and_other_mail_of_machines_stays(
    box: Kept, handler: Handler, now: datetime
) -> None:
    away = {"Auto_Submitted": "auto-replied"}
    box.add(mail("away", To="support+reply.abc@example.com", **away).as_bytes())
    box.add(mail("a list", Message_ID="<2@mail.example.org>", List_Id="<list.example.org>").as_bytes())
    box.add(postfix("5.1.1"))

    fetching.fetch(now)

    assert handler.said == []
    assert (sorted(box.mails), counts()) == ([2, 3], {"ignored": 1, "left": 2})


def test_a_mailbox_that_does_not_answer_is_told_without_its_password(
    box: Kept, now: datetime, settings: Settings
) -> None:
    box.drops_at = "LOGIN"
    with pytest.raises(NotReached) as dropped:
        fetching.fetch(now)
    settings.IMAP_URL = "imap://support:hush@127.0.0.1:9/"
    with pytest.raises(NotReached) as refused:
        fetching.fetch(now)

    assert "hush" not in f"{dropped.value} {refused.value} {mailbox.server()}"


@pytest.fixture(params=["imaps", "imap+starttls"])
def guarded(request: pytest.FixtureRequest, box: Kept, settings: Settings) -> Kept:
    """The mailbox behind TLS, from the first byte or by STARTTLS."""
    box.scheme, box.can = request.param, "IMAP4rev1 UIDPLUS MOVE STARTTLS"
    settings.IMAP_URL = box.url = box.url.replace("imap://", f"{box.scheme}://")
    box.add(mail("fine").as_bytes())
    return box


def test_a_mailbox_is_read_over_tls_where_its_certificate_holds(
    guarded: Kept, handler: Handler, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, guarded.tls = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))

    assert fetching.fetch(now) == 1
    assert (handler.said, guarded.mails) == (["fine"], {})
    assert "LOGIN" in guarded.encrypted
    assert guarded.log.count("LOGIN") == guarded.encrypted.count("LOGIN")


@pytest.mark.parametrize("address", ["127.0.0.1", "192.0.2.1"])
def test_no_password_is_told_to_a_server_whose_certificate_is_unknown_or_another_s(
    address: str, guarded: Kept, handler: Handler, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, guarded.tls = certificate(tmp_path, address)
    if address != "127.0.0.1":
        monkeypatch.setenv("SSL_CERT_FILE", str(file))

    with pytest.raises(NotReached, match="SSLCertVerificationError"):
        fetching.fetch(now)
    assert "LOGIN" not in guarded.log
    assert handler.said == []


@pytest.mark.parametrize(
    "url",
    [
        "imap://ben:hush@mail.example.net/",
        "pop3://ben:hush@mail.example.net/",
        "imaps://mail.example.net/",
        "imaps://ben:hush@mail.example.net:99999/",
        "imaps://ben:hush@mail.example.net/a%22b",
    ],
)
def test_a_mailbox_that_cannot_be_is_told_by_its_setting(url: str, settings: Settings) -> None:
    settings.IMAP_URL = url

    with pytest.raises(BadSetting, match="ZWECK_IMAP_URL") as told:
        mailbox.server()

    assert "hush" not in str(told.value)


def test_what_was_taken_is_forgotten_after_ninety_days(box: Kept, handler: Handler, now: datetime) -> None:
    box.add(mail().as_bytes())
    fetching.fetch(now)

    assert taking.forget(now + timedelta(days=90)) == 0
    assert taking.forget(now + timedelta(days=91)) == 2
    assert (Taken.objects.count(), Tally.objects.count()) == (0, 0)


def test_counts_are_told_for_days(box: Kept, handler: Handler, now: datetime) -> None:
    for _ in range(3):
        taking.count("left", now)
    taking.count("left", now - timedelta(days=1))

    assert taking.counted(now) == {"left": 3}
    assert taking.counted(now - timedelta(days=1)) == {"left": 4}
