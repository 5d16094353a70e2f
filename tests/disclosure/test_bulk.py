"""A campaign reaches who said yes and has not left, once, fast, and nobody twice."""

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from pytest_django import Settings

from tests.disclosure.receivers import Mailbox
from tests.vault.world import BEN, collect
from zweck.disclosure import acts, models
from zweck.disclosure.bulk import delivering, lanes, throttle
from zweck.disclosure.errors import BadLetter
from zweck.disclosure.letters import still
from zweck.disclosure.smtp.session import Ready
from zweck.disclosure.values import Batch, Delivered, Item, Prepared
from zweck.ledger.models import Act
from zweck.vault import acts as vault
from zweck.vault.values import Grant

pytestmark = pytest.mark.usefixtures("club", "_own_lanes")
LINKS = {"leave": "/z/leave/abc.def", "mine": "/z/mine/abc.def"}


@pytest.fixture
def _own_lanes(settings: Settings) -> Iterator[None]:
    """No connection of another test."""
    settings.SMTP_LANES = 4
    delivering.forget()
    yield
    delivering.forget()


def prepared(html: str = "<p>Hello</p>") -> Prepared:
    return acts.prepare("club", "News", html, "Hello", "en", "newsletter")


def readers(count: int, now: datetime, **more: object) -> list[Grant]:
    return [collect(now, data={**BEN, "email": f"r{n}@example.org"}, **more).grant for n in range(count)]


def batch(grants: list[Grant], key: str = "spring") -> Batch:
    mail = prepared()
    return Batch("club", "", "newsletter", key, tuple(Item(grant, mail, LINKS) for grant in grants))


def states(delivered: Delivered) -> list[str]:
    return [result.state for result in delivered.results]


def test_each_reader_gets_one_mail_with_both_ways_out(relay: Mailbox, now: datetime) -> None:
    delivered = acts.deliver(batch(readers(7, now)), now)

    assert (states(delivered), sorted(relay.to)) == (["sent"] * 7, [f"r{n}@example.org" for n in range(7)])
    for data, to in zip(relay.data, relay.to, strict=True):
        mail = message_from_bytes(data, policy=default)
        assert (mail["To"], mail["List-Unsubscribe-Post"]) == (to, "List-Unsubscribe=One-Click")
        assert "<https://www.example.org/z/leave/abc.def>" in mail["List-Unsubscribe"]
        assert (still.faults_of(data), mail.defects, mail["Cc"], mail["Bcc"]) == ((), [], None, None)
        assert "https://www.example.org/z/leave/abc.def" in still.links_of(data)
    assert len({message_from_bytes(data)["Message-ID"] for data in relay.data}) == 7


def test_what_leaves_is_on_record_in_one_entry(relay: Mailbox, now: datetime) -> None:
    acts.deliver(batch(readers(3, now)), now)

    entry = Act.objects.filter(body__contains='"mail.disclosed"').get()
    rows = models.Disclosure.objects.filter(act=entry.pk)
    assert {(row.way, row.key, row.purpose, row.state) for row in rows} == {
        ("campaign", "spring", "newsletter", "sent")
    }
    assert (rows.count(), '"count":3' in entry.body) == (3, True)


def test_the_same_campaign_reaches_nobody_twice(relay: Mailbox, now: datetime) -> None:
    grants = readers(3, now)
    acts.deliver(batch(grants), now)

    assert states(acts.deliver(batch([*grants, grants[0]]), now)) == ["sent", "sent", "sent", "uncertain"]
    assert len(relay.data) == 3


def test_who_left_is_not_written_to_although_the_batch_was_made_before(relay: Mailbox, now: datetime) -> None:
    grants = readers(3, now)
    made = batch(grants)
    vault.withdraw(grants[1].subject, "newsletter", "one click", now)

    assert states(acts.deliver(made, now)) == ["sent", "not-permitted", "sent"]
    assert relay.to == ["r0@example.org", "r2@example.org"]


def test_who_has_not_confirmed_gets_no_campaign(relay: Mailbox, now: datetime) -> None:
    assert states(acts.deliver(batch(readers(1, now, pending=True)), now)) == ["not-permitted"]
    assert relay.data == []


@pytest.mark.parametrize("purpose", ["newsletter", "*"])
def test_who_is_suppressed_gets_no_campaign(purpose: str, relay: Mailbox, now: datetime) -> None:
    acts.suppress("club", "R0@Example.org", purpose, "complaint", "complaint", now)

    assert states(acts.deliver(batch(readers(2, now)), now)) == ["suppressed", "sent"]


def test_what_was_not_answered_is_uncertain_and_not_sent_again(relay: Mailbox, now: datetime) -> None:
    relay.hangs_up = True
    grants = readers(1, now)

    assert states(acts.deliver(batch(grants), now)) == ["uncertain"]
    relay.hangs_up = False
    assert states(acts.deliver(batch(grants), now)) == ["uncertain"]
    assert len(relay.data) == 1


def test_what_a_kill_left_in_hand_is_uncertain_and_not_sent_again(
    relay: Mailbox, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    grants = readers(2, now)
    monkeypatch.setattr(lanes.Lanes, "start", _killed)
    with pytest.raises(KeyboardInterrupt):
        acts.deliver(batch(grants), now)
    monkeypatch.undo()

    assert states(acts.deliver(batch(grants), now)) == ["uncertain", "uncertain"]
    assert relay.data == []


def test_the_next_are_asked_for_while_the_last_are_handed_over(relay: Mailbox, now: datetime) -> None:
    grants = readers(4, now)
    relay.waits_for = threading.Event()

    def batches() -> Iterator[Batch]:
        yield batch(grants[:2])
        assert relay.took.wait(5)
        assert relay.waits_for
        relay.waits_for.set()  # the mail server answers for the first only after the second was asked for
        yield batch(grants[2:])

    assert [states(one) for one in acts.deliver_each(batches(), now)] == [["sent", "sent"], ["sent", "sent"]]
    assert sorted(relay.to) == [f"r{n}@example.org" for n in range(4)]


def test_a_kill_leaves_those_to_be_sent_who_were_asked_for_and_not_handed_over(
    relay: Mailbox, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    grants = readers(4, now)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(delivering, "_settle", _killed)
        list(acts.deliver_each([batch(grants[:2]), batch(grants[2:])], now))

    assert models.Disclosure.objects.count() == 4
    assert states(acts.deliver(batch(grants), now)) == ["uncertain", "uncertain", "sent", "sent"]
    assert len(relay.data) == 4


def test_an_answer_of_the_vault_that_has_grown_old_counts_no_more(
    relay: Mailbox, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    grants = readers(4, now)
    monkeypatch.setattr(delivering, "FRESH_SECONDS", 0.0)
    land = lanes.Flight.land

    def slow(flight: lanes.Flight) -> lanes.Trip:
        vault.withdraw(grants[3].subject, "newsletter", "one click", now)  # after the next batch was asked for
        return land(flight)

    monkeypatch.setattr(lanes.Flight, "land", slow)

    found = [states(one) for one in acts.deliver_each([batch(grants[:2]), batch(grants[2:])], now)]
    assert found == [["sent", "sent"], ["sent", "not-permitted"]]
    assert sorted(relay.to) == [f"r{n}@example.org" for n in range(3)]


def test_no_mail_begins_more_than_a_second_after_the_vault_was_asked(
    relay: Mailbox, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    grants, given = readers(4, now), list[float]()
    land, start = lanes.Flight.land, lanes.Lanes.start

    def slow(flight: lanes.Flight) -> lanes.Trip:
        time.sleep(0.5)
        return land(flight)

    def started(those: lanes.Lanes, mails: list[Ready], seconds: float) -> lanes.Flight:
        given.append(seconds)
        return start(those, mails, seconds)

    monkeypatch.setattr(lanes.Flight, "land", slow)
    monkeypatch.setattr(lanes.Lanes, "start", started)
    list(acts.deliver_each([batch(grants[:2]), batch(grants[2:])], now))

    assert given[0] <= 0.5
    assert given[1] <= 0.95 - 0.5  # of the second that the answer holds, half has passed while it waited
    assert len(relay.to) == 4


def test_where_nothing_can_be_handed_over_no_further_batch_is_asked_for(
    relay: Mailbox, settings: Settings, now: datetime
) -> None:
    grants, pulled = readers(6, now), []
    settings.SMTP_URL = "smtp://127.0.0.1:9"

    def batches() -> Iterator[Batch]:
        for at in range(0, 6, 2):
            pulled.append(at)
            yield batch(grants[at : at + 2])

    found = list(acts.deliver_each(batches(), now))
    assert ([states(one) for one in found], pulled) == ([["waiting", "waiting"]] * 2, [0, 2])
    assert {one.trouble for one in found} == {"ConnectionRefusedError"}


def _killed(*_given: object) -> bool:
    raise KeyboardInterrupt


def test_a_server_that_is_down_loses_nothing(relay: Mailbox, settings: Settings, now: datetime) -> None:
    grants = readers(3, now)
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    down = acts.deliver(batch(grants), now)
    assert (states(down), down.trouble, down.pause_seconds) == (["waiting"] * 3, "ConnectionRefusedError", 60.0)

    settings.SMTP_URL = relay.url
    assert states(acts.deliver(batch(grants), now + timedelta(minutes=1))) == ["sent"] * 3
    assert len(relay.data) == 3


def test_a_refused_reader_stops_no_other_and_a_busy_server_is_asked_again(relay: Mailbox, now: datetime) -> None:
    relay.declines = {"r1@example.org": 550, "r2@example.org": 450}
    grants = readers(4, now)
    delivered = acts.deliver(batch(grants), now)

    assert states(delivered) == ["sent", "refused", "waiting", "sent"]
    assert (delivered.results[1].answer, delivered.pause_seconds) == ("550 <...> heard", 60.0)
    relay.declines = {}
    assert states(acts.deliver(batch(grants), now)) == ["sent", "refused", "sent", "sent"]


def test_a_connection_that_went_stale_is_replaced(relay: Mailbox, now: datetime) -> None:
    first, second = readers(2, now)
    acts.deliver(batch([first]), now)
    (deliverer,) = delivering._deliverers.values()
    for _, session in deliverer.lanes._idle:
        session._smtp.close()

    assert states(acts.deliver(batch([second]), now)) == ["sent"]


def test_leaving_in_mid_campaign_counts_for_whoever_is_not_written_to_yet(
    relay: Mailbox, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    grants = readers(6, now)
    real = lanes.Lanes.start

    def start(those: lanes.Lanes, mails: list[Ready], _seconds: float) -> lanes.Flight:
        if len(relay.data) == 2:
            vault.withdraw(grants[4].subject, "newsletter", "one click", now)
        return real(those, mails[:1], 5.0)  # the time is over after each mail

    monkeypatch.setattr(lanes.Lanes, "start", start)

    assert states(acts.deliver(batch(grants), now))[4] == "not-permitted"
    assert relay.to == [f"r{n}@example.org" for n in (0, 1, 2, 3, 5)]


def test_a_domain_gets_no_more_than_its_share(relay: Mailbox, settings: Settings, now: datetime) -> None:
    settings.MAIL_DOMAIN_RATE = 2
    grants = [*readers(4, now), collect(now, data={**BEN, "email": "x@example.net"}).grant]
    delivered = acts.deliver(batch(grants), now)

    assert states(delivered) == ["sent", "sent", "waiting", "waiting", "sent"]
    assert delivered.pause_seconds == 0.2


def test_a_bucket_fills_with_time() -> None:
    clock = iter([0.0, 0.0, 0.0, 0.0, 0.4, 0.5, 0.5]).__next__
    bucket = throttle.Throttle(2, 0, clock)

    assert [bucket.allows("example.org") for _ in range(6)] == [True, True, False, False, True, False]


@pytest.mark.parametrize("html", ['<img src="https://example.net/p.gif">', "<script>x</script>"])
def test_a_campaign_that_spies_is_not_prepared(html: str) -> None:
    with pytest.raises(BadLetter, match="never holds"):
        prepared(html)


def test_a_batch_is_of_one_purpose_and_its_size(now: datetime) -> None:
    enquiry = collect(now, "enquiry").grant
    with pytest.raises(BadLetter, match="one site, place and purpose"):
        acts.deliver(batch([enquiry]), now)
    with pytest.raises(BadLetter, match="at most 200"):
        acts.deliver(batch(readers(1, now) * 201), now)


@pytest.mark.parametrize(("connections", "size"), [(48, 192), (50, 200), (1, 200), (150, 150), (300, 200)])
def test_a_batch_gives_each_connection_as_many_mails_as_the_next(
    connections: int, size: int, settings: Settings
) -> None:
    settings.SMTP_LANES = connections

    assert acts.at_once() == size


def test_a_campaigns_own_links_are_each_readers(relay: Mailbox, now: datetime) -> None:
    mail = acts.prepare("club", "May we?", f'<a href="{acts.gap("yes")}">Yes</a>', acts.gap("yes"), "en", "newsletter")
    items = tuple(Item(g, mail, {**LINKS, "yes": f"/z/yes/{n}"}) for n, g in enumerate(readers(2, now)))

    acts.deliver(Batch("club", "", "newsletter", "ask", items), now)
    assert [still.links_of(data)[0] for data in relay.data] == [
        "https://www.example.org/z/yes/0",
        "https://www.example.org/z/yes/1",
    ]


@pytest.mark.parametrize("address", ["Ben+Tag@Example.org", "bün@Bücher.example", "STRASSE@example.org"])
def test_an_address_from_the_vault_has_the_fingerprint_that_was_suppressed(address: str) -> None:
    assert vault.fingerprints("k", [vault.normal_email(address)]) == (vault.fingerprint("k", address),)
