"""Campaigns: written by rules, sent to who is on the list at that very moment, once each, whatever happens."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from tests.disclosure.receivers import Mailbox
from tests.mailing.world import BEN, CORA, SITE, edition, on_trial, subscribed
from zweck.disclosure import acts as disclosure
from zweck.disclosure.bulk import delivering
from zweck.disclosure.errors import BadLetter, Unwritable
from zweck.disclosure.letters import still
from zweck.ledger.models import Act
from zweck.mailing import acts, works
from zweck.mailing.campaigns import sending
from zweck.mailing.errors import BadText, NoCampaign, NotNow
from zweck.mailing.models import Leg
from zweck.mailing.values import Campaign, Draft

pytestmark = pytest.mark.usefixtures("club")
DE, EN = Draft("Neues", "Guten Tag,\n\n[lesen](/news)"), Draft("News", "Good day,\n\n[read](/news) **now**")


@pytest.fixture(autouse=True)
def _fresh_connections() -> None:
    delivering.forget()


def hand(number: int) -> acts.Hand:
    return acts.Hand(SITE, number, 7)


def scheduled(now: datetime, at: datetime | None = None) -> int:
    number = acts.draft(SITE, "newsletter", 7, now)
    acts.write(SITE, number, {"de": DE, "en": EN})
    acts.schedule(hand(number), edition(), at or now, now)
    return number


def run(now: datetime, turns: int = 4) -> None:
    for turn in range(turns):
        works.campaigns(now + timedelta(seconds=turn))


def shown(number: int) -> Campaign:
    return acts.campaign(SITE, number)


def test_a_campaign_reaches_its_list_and_nobody_else(relay: Mailbox, now: datetime) -> None:
    subscribed(BEN, now)
    subscribed("dora@example.org", now, "events")
    on_trial(CORA, now)

    number = scheduled(now)
    run(now)

    assert relay.to == [BEN]
    found = shown(number)
    assert (found.state, found.results.accepted, found.results.expected) == ("done", 1, 1)


def test_each_mail_has_both_ways_out_and_keeps_still(relay: Mailbox, now: datetime) -> None:
    subscribed(BEN, now)
    scheduled(now)
    run(now)

    mail = message_from_bytes(relay.data[0], policy=default)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "https://www.example.org/z/leave/" in mail["List-Unsubscribe"]
    assert "mailto:post@example.org" in mail["List-Unsubscribe"]
    assert still.faults_of(relay.data[0]) == ()
    links = still.links_of(relay.data[0])
    assert "https://www.example.org/news" in links
    assert sorted(link.split("/")[4] for link in links if "/z/" in link) == ["leave", "mine"]


def test_each_reads_the_language_of_their_consent(relay: Mailbox, now: datetime) -> None:
    subscribed(BEN, now)
    number = acts.draft(SITE, "newsletter", 7, now)
    acts.write(SITE, number, {"de": DE, "en": Draft("", "")})
    acts.schedule(hand(number), edition(), now, now)
    run(now)
    assert "Subject: Neues" in relay.mails[-1]

    scheduled(now)
    run(now)
    assert "Subject: News" in relay.mails[-1]


def test_whoever_leaves_while_it_is_queued_gets_none(relay: Mailbox, now: datetime) -> None:
    subscribed(CORA, now)
    grant = subscribed(BEN, now)
    number = scheduled(now, now + timedelta(hours=1))

    acts.leave(edition().policy, grant, "page", "person", now)
    run(now + timedelta(hours=1))

    assert relay.to == [CORA]
    assert shown(number).results.accepted == 1


def test_whoever_is_suppressed_or_not_confirmed_gets_none_and_is_counted(relay: Mailbox, now: datetime) -> None:
    subscribed(BEN, now)
    disclosure.suppress(SITE, BEN, "newsletter", "bounce", "bounce", now)

    number = scheduled(now)
    run(now)

    assert relay.to == []
    assert shown(number).results.left_out == 1


def test_nothing_leaves_before_its_time(relay: Mailbox, now: datetime) -> None:
    subscribed(BEN, now)
    number = scheduled(now, now + timedelta(days=1))

    run(now)
    assert (relay.to, shown(number).state) == ([], "scheduled")
    run(now + timedelta(days=1))
    assert (relay.to, shown(number).state) == ([BEN], "done")


def test_pause_resume_and_cancel_do_what_they_say(relay: Mailbox, now: datetime) -> None:
    subscribed(BEN, now)
    number = scheduled(now)
    acts.pause(hand(number), now)
    run(now)
    assert relay.to == []

    acts.resume(hand(number), now)
    run(now)
    assert relay.to == [BEN]

    other = scheduled(now)
    acts.cancel(hand(other), now)
    run(now)
    assert (relay.to, shown(other).state) == ([BEN], "cancelled")
    with pytest.raises(NotNow):
        acts.resume(hand(other), now)


def test_a_pause_counts_in_mid_campaign(relay: Mailbox, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(8):
        subscribed(f"reader{n}@example.org", now)
    monkeypatch.setattr(sending, "AT_ONCE", 2)
    number = scheduled(now)
    note = sending.Run._note

    def pausing(*given: object) -> int:
        if shown(number).results.handled == 0:
            acts.pause(hand(number), now)
        return note(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(sending.Run, "_note", pausing)
    run(now)
    assert len(relay.to) == 4  # two were asked for already

    acts.resume(hand(number), now)
    run(now)
    assert sorted(relay.to) == [f"reader{n}@example.org" for n in range(8)]


def test_a_sender_killed_before_its_note_writes_to_nobody_twice(
    relay: Mailbox, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        subscribed(f"reader{n}@example.org", now)
    number = scheduled(now)

    def killed(*_args: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(sending.Run, "_note", killed)
        run(now)
    run(now)

    assert sorted(relay.to) == [f"reader{n}@example.org" for n in range(5)]
    assert shown(number).results.accepted == 5
    assert shown(number).state == "done"


def test_a_mail_server_that_is_down_loses_nothing(
    relay: Mailbox, now: datetime, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(BEN, now)
    number = scheduled(now)
    up = relay.url
    settings.SMTP_URL = "smtp://127.0.0.1:9"  # type: ignore[attr-defined]
    run(now)
    assert (relay.to, shown(number).state) == ([], "sending")
    assert shown(number).trouble
    assert shown(number).results.handled == 0

    settings.SMTP_URL = up  # type: ignore[attr-defined]
    delivering.forget()
    run(now + timedelta(seconds=30))
    assert relay.to == []
    run(now + timedelta(seconds=70))
    assert (relay.to, shown(number).state) == ([BEN], "done")
    assert shown(number).trouble == ""


def test_whom_the_server_puts_off_is_tried_again_and_the_others_go_on(relay: Mailbox, now: datetime) -> None:
    subscribed(BEN, now)
    subscribed(CORA, now)
    relay.declines = {BEN: 451}
    number = scheduled(now)
    run(now)
    assert relay.to == [CORA]
    assert (shown(number).state, shown(number).results.handled) == ("sending", 1)

    relay.declines = {}
    run(now + timedelta(minutes=2))
    assert sorted(relay.to) == [BEN, CORA]
    assert (shown(number).state, shown(number).results.accepted) == ("done", 2)


def test_whom_the_server_puts_off_is_left_alone_for_a_minute_while_the_others_go_on(
    relay: Mailbox, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(9):
        subscribed(f"reader{n}@example.org", now)
    monkeypatch.setattr(sending, "AT_ONCE", 2)
    relay.declines = {"reader0@example.org": 451}
    number = scheduled(now)
    run(now, 8)
    assert (len(relay.to), len(relay.senders), shown(number).state) == (8, 9, "sending")

    relay.declines = {}
    run(now + timedelta(seconds=50))
    assert len(relay.senders) == 9
    run(now + timedelta(seconds=80))
    assert (len(relay.to), len(relay.senders), shown(number).state) == (9, 10, "done")


def test_what_the_server_puts_off_of_many_batches_is_sent_later_and_nothing_is_lost(
    relay: Mailbox, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = [f"reader{n}@example.org" for n in range(9)]
    for one in readers:
        subscribed(one, now)
    monkeypatch.setattr(sending, "AT_ONCE", 2)
    monkeypatch.setattr(sending, "HELD_AT_ONCE", 1)
    relay.declines = {readers[0]: 451, readers[5]: 451, readers[7]: 550}
    number = scheduled(now)
    run(now)
    assert sorted(relay.to) == sorted({*readers} - {readers[0], readers[5], readers[7]})

    relay.declines = {}
    run(now + timedelta(minutes=2), 8)
    found = shown(number)
    assert (found.state, found.results.accepted, found.results.refused) == ("done", 8, 1)
    assert sorted(relay.to) == sorted({*readers} - {readers[7]})


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [(BadText("picture", "no"), "picture"), (BadLetter("no"), "policy"), (Unwritable("no"), "policy")],
)
def test_a_campaign_that_cannot_be_sent_is_stopped_and_those_behind_it_go_on(
    relay: Mailbox, now: datetime, monkeypatch: pytest.MonkeyPatch, trouble: Exception, reason: str
) -> None:
    subscribed(BEN, now)
    bad, good = scheduled(now), scheduled(now)
    real, troubles = sending._prepared, [trouble]

    def prepared(*given: object) -> object:
        if troubles:
            raise troubles.pop()  # for the first campaign, whose turn is first
        return real(*given)

    monkeypatch.setattr(sending, "_prepared", prepared)
    run(now)

    assert (shown(bad).state, shown(bad).reason, shown(bad).results.handled) == ("stopped", reason, 0)
    assert (shown(good).state, relay.to) == ("done", [BEN])
    assert '"campaign.stopped"' in " ".join(Act.objects.values_list("body", flat=True))

    monkeypatch.undo()
    acts.resume(hand(bad), now)
    run(now)
    assert (shown(bad).state, shown(bad).reason, relay.to) == ("done", "", [BEN, BEN])


def test_a_refusal_and_an_uncertain_fate_are_counted_as_such(relay: Mailbox, now: datetime) -> None:
    subscribed(BEN, now)
    relay.declines = {BEN: 550}
    refused = scheduled(now)
    run(now)
    assert shown(refused).results.refused == 1

    relay.declines, relay.hangs_up = {}, True
    unsure = scheduled(now)
    run(now)
    relay.hangs_up = False
    run(now + timedelta(minutes=5))
    assert shown(unsure).results.uncertain == 1
    assert relay.to == [BEN]


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({}, "first"),
        ({"en": EN}, "first"),
        ({"de": Draft("Neues", "")}, "half"),
        ({"de": Draft("", "Text")}, "half"),
        ({"de": Draft("x" * 151, "Text")}, "subject"),
        ({"de": Draft("a\nBcc: x@example.org", "Text")}, "subject"),
        ({"de": DE, "en": Draft("News", "![x](https://example.org/x.gif)")}, "picture"),
        ({"de": Draft("Neues", "[x](https://leave.zweck.invalid/)")}, "link"),
        ({"de": Draft("Neues", "[x](javascript:x)")}, "link"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_it_is_scheduled(
    texts: dict[str, Draft], code: str, now: datetime
) -> None:
    number = acts.draft(SITE, "newsletter", 7, now)
    acts.write(SITE, number, texts)

    with pytest.raises(BadText) as refused:
        acts.schedule(hand(number), edition(), now, now)

    assert refused.value.code == code
    assert shown(number).state == "draft"
    assert not Leg.objects.exists()


@pytest.mark.parametrize("move", [acts.pause, acts.resume, acts.cancel])
def test_a_draft_cannot_be_moved(move: Callable[[acts.Hand, datetime], None], now: datetime) -> None:
    number = acts.draft(SITE, "newsletter", 7, now)

    with pytest.raises(NotNow):
        move(hand(number), now)
    with pytest.raises(NoCampaign):
        move(hand(number + 1), now)


def test_what_is_sent_can_be_changed_no_more(now: datetime) -> None:
    number = scheduled(now)

    with pytest.raises(NotNow):
        acts.write(SITE, number, {"de": EN})
    with pytest.raises(NotNow):
        acts.discard(hand(number), now)


def test_each_step_is_on_record(relay: Mailbox, now: datetime) -> None:
    subscribed(BEN, now)
    scheduled(now)
    run(now)

    bodies = " ".join(Act.objects.values_list("body", flat=True))
    assert [step for step in ("drafted", "scheduled", "done") if f'"campaign.{step}"' not in bodies] == []
    assert BEN not in bodies


def test_a_test_goes_to_an_address_of_the_list_and_to_no_other(relay: Mailbox, now: datetime) -> None:
    subscribed(BEN, now)
    on_trial(CORA, now)
    number = acts.draft(SITE, "newsletter", 7, now)
    acts.write(SITE, number, {"de": DE, "en": EN})

    for address, code in ((CORA, "not-listed"), ("nobody@example.org", "not-listed")):
        with pytest.raises(NotNow) as refused:
            acts.test(edition(), hand(number), address, now)
        assert refused.value.code == code
    with pytest.raises(BadText):
        acts.test(edition(), hand(number), "no address", now)
    acts.test(edition(), hand(number), BEN, now)
    run(now)

    assert relay.to == [BEN, BEN]
    assert shown(number).state == "draft"


def test_a_preview_is_the_mail_with_links_that_lead_nowhere(now: datetime) -> None:
    number = acts.draft(SITE, "newsletter", 7, now)
    acts.write(SITE, number, {"de": DE})

    html = acts.preview(edition(), shown(number), "de")

    assert "Guten Tag," in html
    assert "Rowing Club" in html
    assert "/z/leave" not in html
    assert "zweck.invalid" not in html


def test_who_has_left_since_is_told_without_anybody_being_watched(relay: Mailbox, now: datetime) -> None:
    grant = subscribed(BEN, now)
    number = scheduled(now)
    run(now)
    began = shown(number).began_at
    assert began is not None

    acts.leave(edition().policy, grant, "one-click", "person", now + timedelta(minutes=5))

    assert acts.left_since(edition().policy, "newsletter", began) == 1
