"""What the operator is told leaves once, by one sender, and again until it has arrived."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from pytest_django import Settings

from tests.disclosure.receivers import Hook, Mailbox, hook, mailbox
from zweck.disclosure import acts, models
from zweck.disclosure.alerts import telling
from zweck.disclosure.errors import BadSetting, NotReached
from zweck.disclosure.smtp import relay
from zweck.disclosure.values import Alert

pytestmark = pytest.mark.django_db
ALERT = Alert("example", "example: 1 promise broken", "form.says-why: kept -> broken\n", {"site": "example"})
SECRET = "a secret between two machines"


@pytest.fixture
def box(settings: Settings) -> Iterator[Mailbox]:
    """Alerts go to a mailbox."""
    with mailbox() as box:
        settings.ALERT_TO = "alerts@example.org"
        settings.SMTP_URL = f"smtp://127.0.0.1:{box.port}"
        settings.ALERT_WEBHOOK = ""
        yield box


@pytest.fixture
def taken(settings: Settings) -> Iterator[Hook]:
    """Alerts go to a webhook."""
    with hook() as taken:
        settings.ALERT_TO = ""
        settings.ALERT_WEBHOOK = taken.url
        settings.ALERT_SECRET = SECRET
        yield taken


def test_where_nothing_is_set_up_nothing_leaves(settings: Settings, now: datetime) -> None:
    settings.ALERT_TO = settings.ALERT_WEBHOOK = settings.SMTP_URL = ""

    assert acts.tell_operator(ALERT, now) == 0
    assert models.Outgoing.objects.count() == 0


def test_an_alert_arrives_once(box: Mailbox, now: datetime) -> None:
    acts.tell_operator(ALERT, now)

    assert acts.send_alerts(now) == 1
    assert acts.send_alerts(now + timedelta(hours=1)) == 0
    assert len(box.mails) == 1
    assert "Subject: example: 1 promise broken" in box.mails[0]
    assert "form.says-why: kept -> broken" in box.mails[0]


def test_an_alert_of_a_rolled_back_transaction_never_leaves(box: Mailbox, now: datetime) -> None:
    with transaction.atomic():
        acts.tell_operator(ALERT, now)
        transaction.set_rollback(True)

    assert acts.send_alerts(now) == 0


def test_what_was_not_taken_is_tried_again_as_the_same_mail(box: Mailbox, now: datetime) -> None:
    box.refuses = True
    acts.tell_operator(ALERT, now)

    assert acts.send_alerts(now) == 0
    waiting = models.Outgoing.objects.get()
    assert (waiting.trouble, waiting.attempts) == ("451 not now", 1)
    assert acts.send_alerts(now + timedelta(seconds=14)) == 0

    box.refuses = False
    assert acts.send_alerts(now + timedelta(seconds=15)) == 1
    assert f"Message-ID: <{waiting.key}@example.org>" in box.mails[0]


def test_after_the_last_attempt_it_is_given_up_and_says_so(box: Mailbox, now: datetime) -> None:
    box.refuses = True
    acts.tell_operator(ALERT, now)

    for _ in range(10):
        now += timedelta(days=2)
        acts.send_alerts(now)

    given_up = models.Outgoing.objects.get()
    assert (given_up.attempts, given_up.given_up_at) == (10, now)


def test_of_two_senders_one_sends(box: Mailbox, now: datetime) -> None:
    acts.tell_operator(ALERT, now)
    pk = models.Outgoing.objects.get().pk
    models.Outgoing.objects.filter(pk=pk).update(claimed_until=now + timedelta(minutes=5))

    assert acts.send_alerts(now) == 0
    assert telling.send_one(pk, now) == 0
    assert box.mails == []


def test_what_a_killed_sender_held_is_sent_by_the_next(box: Mailbox, now: datetime) -> None:
    acts.tell_operator(ALERT, now)
    models.Outgoing.objects.update(claimed_until=now + timedelta(minutes=5))

    assert acts.send_alerts(now + timedelta(minutes=5)) == 1


def test_a_webhook_is_signed_over_time_and_body(taken: Hook, now: datetime) -> None:
    acts.tell_operator(ALERT, now)
    acts.send_alerts(now)

    headers, body = taken.posts[0]
    at = int(now.timestamp())
    mac = hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["zweck-signature"] == f"t={at},v1={mac}"
    assert headers["idempotency-key"] == models.Outgoing.objects.get().key
    assert json.loads(body) == {"site": "example"}


def test_a_webhook_that_moved_is_not_followed(taken: Hook, now: datetime) -> None:
    taken.status, taken.location = 307, taken.url.replace("/hook", "/elsewhere")
    acts.tell_operator(ALERT, now)

    assert acts.send_alerts(now) == 0
    assert len(taken.posts) == 1
    assert models.Outgoing.objects.get().trouble == "answered 307"


def test_an_address_lies_in_no_row(box: Mailbox, now: datetime) -> None:
    acts.tell_operator(ALERT, now)

    row = models.Outgoing.objects.values().get()
    assert "alerts@example.org" not in str(row)


def test_a_wrong_mail_server_is_told_by_its_setting(settings: Settings) -> None:
    settings.SMTP_URL = "mail.example.net"

    with pytest.raises(BadSetting, match="ZWECK_SMTP_URL"):
        relay.smtp()


@pytest.mark.parametrize("url", ["smtp://mail.example.net", "smtp://192.0.2.7:1025", "smtp://localhost.example.net"])
def test_no_mail_goes_to_another_machine_in_the_clear(url: str, settings: Settings) -> None:
    settings.SMTP_URL = url

    with pytest.raises(BadSetting, match=r"write smtp\+starttls:// .* or smtps://"):
        relay.smtp()


@pytest.mark.parametrize("url", ["smtp://localhost", "smtp://127.0.0.1:1025", "smtp://[::1]"])
def test_to_this_machine_it_may(url: str, settings: Settings) -> None:
    settings.SMTP_URL = url

    assert relay.smtp().security == "none"


def test_a_password_shows_in_no_repr(settings: Settings) -> None:
    settings.SMTP_URL = "smtps://ben:hush@mail.example.net"

    assert relay.smtp().password == "hush"
    assert "hush" not in repr(relay.smtp())


def here(taken: Hook) -> frozenset[tuple[str, int]]:
    """The test's own server, which a look may see although it is on this machine."""
    return frozenset({("127.0.0.1", urlsplit(taken.url).port or 0)})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0", "2130706433"])
def test_a_look_never_asks_a_machine_of_our_own_network(host: str, taken: Hook) -> None:
    with pytest.raises(NotReached):
        acts.look_at(taken.url.replace("127.0.0.1", host))

    assert taken.paths == []


def test_nor_does_it_where_a_stranger_sends_it_there(taken: Hook) -> None:
    with hook() as inside:
        taken.status, taken.location = 302, inside.url

        with pytest.raises(NotReached, match="its address is not public"):
            acts.look_at(taken.url, here(taken))

        assert inside.paths == []


@pytest.mark.parametrize("url", [f"http://{'a' * 70}.example.org/", "http://example.org:99999/", "http://[::1/"])
def test_an_address_that_cannot_be_is_not_reached(url: str) -> None:
    with pytest.raises(NotReached):
        acts.look_at(url)


def test_a_look_follows_a_link_to_its_end(taken: Hook) -> None:
    seen = acts.look_at(taken.url, here(taken))

    assert (seen.status, seen.hops) == (200, 0)


def test_a_look_that_goes_in_circles_ends(taken: Hook) -> None:
    taken.status, taken.location = 302, "/hook"

    assert acts.look_at(taken.url, here(taken)).status == 310
    assert len(taken.paths) == 6


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "file:///etc/hostname"])
def test_where_nobody_answers_nothing_is_known(url: str) -> None:
    with pytest.raises(NotReached):
        acts.look_at(url)


def test_why_nobody_answered_is_told_in_words() -> None:
    with pytest.raises(NotReached, match="the connection was refused"):
        acts.look_at("http://127.0.0.1:9/", frozenset({("127.0.0.1", 9)}))
