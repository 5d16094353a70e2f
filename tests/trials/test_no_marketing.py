"""Whoever tries something out is never advertised to (journey C4): not before, while, at the end of, nor after it.

The whole way, by the rooms' own doors; every mail that left is read. A reader of the news gets the campaigns that a
customer on trial does not, so that silence here is no broken campaign.
"""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.trials import world
from tests.trials.conftest import Meetings
from zweck.disclosure import acts as disclosure
from zweck.disclosure.bulk import delivering
from zweck.editions import acts as editions
from zweck.ledger.models import Act
from zweck.mailing import acts as mailing
from zweck.mailing import works
from zweck.mailing.values import Campaign, Draft
from zweck.origin.acts import NOWHERE
from zweck.policy.load import load
from zweck.policy.words import languages
from zweck.vault import acts as vault
from zweck.vault.errors import NotPermitted
from zweck.vault.values import Reading, Submission

DAY = timedelta(days=1)
BEN, CORA = "ben@example.org", "cora@example.org"
MATTERS = {
    "Please confirm your trial",
    "Your trial is ready",
    "Your trial ends",
    "Your trial is over, your data are deleted",
}
NEWS = """
[purposes.news]
name = { de = "Neuigkeiten", en = "news" }
basis = "consent"
data = ["email"]
mandatory = false
opt_in = "double"
places = ["virginia", "ireland"]

[forms.news]
name = { de = "Neuigkeiten bestellen", en = "Subscribe" }
purpose = "news"
asks = ["email"]
kind = "newsletter"
"""


@pytest.fixture(autouse=True)
def _with_news(meetings: Meetings, tmp_path: Path, now: datetime) -> None:
    """The company also sends news, to whoever wants them."""
    delivering.forget()
    mail = 'matters = ["trial"]\nmarketing = "news"\nmailbox = "post@example.com"'
    file = tmp_path / "meetings.toml"
    file.write_text(world.POLICY.replace('matters = ["trial"]', mail) + NEWS, encoding="utf-8")
    editions.activate(editions.propose(load(file, languages())), now, permitted=True)


def reads(address: str, place: str, now: datetime) -> None:
    """Somebody wants the news, and has confirmed."""
    edition = editions.current("meetings")
    mailing.subscribe(
        Submission("meetings", edition, "news", "news", "en", {"email": address}, world.TEXT, place, NOWHERE, now)
    )
    found = vault.find("meetings", "email", address, (place,))
    (grant,) = [one for of in found for one in of.grants if one.purpose == "news"]
    assert mailing.confirm(grant, now)


def campaign(now: datetime, subject: str) -> Campaign:
    """Send something to the list, to the end."""
    texts = {language: Draft(subject, "Buy more.\n\n[read](/news)") for language in ("de", "en")}
    number = mailing.draft("meetings", "news", 7, now)
    mailing.write("meetings", number, texts)
    mailing.schedule(mailing.Hand("meetings", number, 7), editions.current("meetings"), now, now)
    for turn in range(5):
        works.campaigns(now + timedelta(seconds=turn))
    return mailing.campaign("meetings", number)


def mails_to(meetings: Meetings, address: str) -> Counter[str]:
    """The subjects of what somebody got, without their dates."""
    sent = [mail for mail in world.mails(meetings.relay) if str(mail["to"]) == address]
    return Counter(str(mail["subject"]).partition(" on ")[0] for mail in sent)


@pytest.mark.parametrize("place", ["ireland", "virginia"])
def test_at_no_moment_of_a_trial_does_a_campaign_reach_its_customer(
    meetings: Meetings, now: datetime, place: str
) -> None:
    reads(CORA, place, now)
    moments = {"asked": now, "running": now, "ending": now + 12 * DAY, "ended": now + 15 * DAY, "gone": now + 46 * DAY}
    results = {}

    world.asks(now, place)
    world.works(now)
    results["asked"] = campaign(moments["asked"], "asked")
    world.presses(world.token_in(next(m for m in world.mails(meetings.relay) if m["to"] == BEN)), "confirm", now)
    world.works(now)
    results["running"] = campaign(moments["running"], "running")
    for name in ("ending", "ended", "gone"):
        for day in range((moments[name] - now).days + 1):
            world.works(now + day * DAY, rounds=1)
        world.works(moments[name])
        results[name] = campaign(moments[name], name)

    assert world.trials() == []
    assert mails_to(meetings, BEN) == Counter(MATTERS)
    assert {*moments} <= {*mails_to(meetings, CORA)}
    assert {name: one.results.accepted for name, one in results.items()} == dict.fromkeys(moments, 1)


def test_what_a_customer_gave_for_the_trial_cannot_be_read_for_the_news(meetings: Meetings, now: datetime) -> None:
    world.asks(now)
    world.works(now)
    world.presses(world.token_in(world.mails(meetings.relay)[0]), "confirm", now)
    world.works(now)
    (found,) = vault.find("meetings", "email", BEN)

    for by in ("staff:7", "campaign", "disclosure", "proof"):
        with pytest.raises(NotPermitted):
            vault.read(Reading(found.subject, "news", ("email",), by, "a campaign"), now)

    assert mailing.audience(editions.current("meetings").policy, "news").reached == 0
    refused = [act.body for act in Act.objects.using("ireland") if "vault.refused" in act.body]
    assert len(refused) == 4
    assert BEN not in "".join(refused)


def test_a_mail_about_the_trial_carries_no_advert_and_no_way_onto_a_list(meetings: Meetings, now: datetime) -> None:
    world.asks(now)
    world.works(now)
    world.presses(world.token_in(world.mails(meetings.relay)[0]), "confirm", now)
    world.works(now)

    for mail in world.mails(meetings.relay):
        assert "List-Unsubscribe" not in mail
        assert not [word for word in ("news", "subscribe", "offer") if word in world.text_of(mail).lower()]


def test_who_is_on_trial_and_reads_the_news_gets_them_for_their_own_yes_alone(
    meetings: Meetings, now: datetime
) -> None:
    world.asks(now)
    world.works(now)
    world.presses(world.token_in(world.mails(meetings.relay)[0]), "confirm", now)
    world.works(now)
    reads(BEN, "ireland", now)
    campaign(now, "wanted")
    (grant,) = [one for of in vault.find("meetings", "email", BEN) for one in of.grants if one.purpose == "news"]
    mailing.leave(editions.current("meetings").policy, grant, "page", "person", now)
    campaign(now + DAY, "unwanted")

    assert "wanted" in mails_to(meetings, BEN)
    assert "unwanted" not in mails_to(meetings, BEN)
    assert world.trial().state == "running"
    assert disclosure.is_suppressed("meetings", BEN, "news")
