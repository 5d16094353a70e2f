"""A campaign before it goes to all: as a page, and as a mail to one address that is on the list itself."""

import secrets
from datetime import datetime

from django.db import transaction

from zweck.disclosure import acts as disclosure
from zweck.disclosure.errors import BadLetter, Unwritable
from zweck.disclosure.values import Batch, Item
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.mailing.campaigns import changing, sending
from zweck.mailing.campaigns.changing import Hand
from zweck.mailing.errors import BadText, NotNow
from zweck.mailing.models import Campaign, Test
from zweck.mailing.values import Campaign as Shown
from zweck.mailing.values import Draft
from zweck.vault import acts as vault
from zweck.vault.errors import BadAddress, NoGrant

AT_ONCE = 20


def preview(edition: Edition, campaign: Shown, language: str) -> str:
    """The HTML of a mail as it would arrive, with links that lead nowhere. Raises BadText."""
    draft = campaign.texts.get(language, Draft("", ""))
    return disclosure.sample(sending.prepare(edition, campaign.purpose, language, draft))


def test(edition: Edition, hand: Hand, address: str, now: datetime) -> None:
    """Send every text of a draft to an address on its list; the work child does it.

    Raises NotNow for an address that is not on the list: who has not asked for these mails gets no test either.
    """
    campaign = changing.campaign(hand.site, hand.number)
    texts = changing.checked(campaign.texts, edition.policy.languages)
    for language, draft in texts.items():
        sending.prepare(edition, campaign.purpose, language, draft)
    try:
        found = vault.find(hand.site, "email", address)
    except BadAddress:
        raise BadText("address", "this is no e-mail address") from None
    held = [one for each in found for one in each.grants if one.purpose == campaign.purpose and one.state == "active"]
    if not held:
        raise NotNow("not-listed", "a test goes only to an address that is on this list")
    grant = held[0]
    using = vault.database_of(grant.subject.place)
    with transaction.atomic(using=using):
        for language in texts:
            Test.objects.using(using).create(
                campaign=hand.number,
                site=hand.site,
                place=grant.subject.place,
                grant=grant.id,
                key=f"test-{hand.number}-{secrets.token_hex(8)}",
                language=language,
                at=now,
            )
        changing.record_test(hand, campaign, now, using)


def send_tests(now: datetime, using: str) -> int:
    """Send the tests that wait in one database; a test that cannot leave is dropped, not kept for later."""
    count = 0
    for row in Test.objects.using(using).order_by("pk")[:AT_ONCE]:
        count += _send(row, now)
        row.delete(using=using)
    return count


def _send(row: Test, now: datetime) -> bool:
    campaign = Campaign.objects.filter(pk=row.campaign, site=row.site).first()
    if campaign is None:
        return False
    try:
        grant = vault.grant(row.site, row.place, bytes(row.grant))
        draft = changing.texts_of(campaign)[row.language]
        mail = sending.prepare(editions.current(row.site), campaign.purpose, row.language, draft)
    except (NoGrant, KeyError, BadText, BadLetter, Unwritable):
        return False
    item = Item(grant, mail, sending.links_of(grant))
    batch = Batch(row.site, row.place, campaign.purpose, row.key, (item,))
    return disclosure.deliver(batch, now).results[0].state == "sent"
