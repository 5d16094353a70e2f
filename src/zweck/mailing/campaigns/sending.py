"""Sends campaigns, batch by batch: each asks anew who is on the list, and whether anybody paused it meanwhile.

How far it has come is noted after each batch. A sender that is killed before that hands the same readers in again, and
`disclosure` writes to nobody twice under one campaign: whose fate nobody knows is *uncertain*, and stays so.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from django.db.models import F

from zweck.disclosure import acts as disclosure
from zweck.disclosure.values import Batch, Delivered, Item, Prepared
from zweck.editions import acts as editions
from zweck.editions.errors import NoEdition
from zweck.editions.values import Edition
from zweck.mailing.campaigns import changing
from zweck.mailing.campaigns.markdown import render
from zweck.mailing.models import Campaign, Consent, Leg
from zweck.mailing.values import Draft
from zweck.vault import acts as vault
from zweck.vault.errors import NoGrant
from zweck.vault.values import Grant

AT_ONCE = 200
HELD_AT_ONCE = 100  # of a batch, those who were put off before
MOST_HELD = 400  # more of them hold the campaign up, rather than being kept track of
TURN_SECONDS = 2.0  # of one run; the next begins at once
_COLUMNS: Mapping[str, str] = {
    "sent": "accepted",
    "refused": "refused",
    "given-up": "refused",
    "uncertain": "uncertain",
    "suppressed": "left_out",
    "not-permitted": "left_out",
}


def send(now: datetime) -> int:
    """Send what is due, for a while; returns how many readers had their turn."""
    for number in Campaign.objects.filter(state="scheduled", starts_at__lte=now).values_list("pk", flat=True):
        _begin(number, now)
    count, began = 0, time.monotonic()
    for number in list(Campaign.objects.filter(state="sending").order_by("pk").values_list("pk", flat=True)):
        while (spent := time.monotonic() - began) < TURN_SECONDS:
            some = _send_some(number, now + timedelta(seconds=spent))
            if some is None:
                break
            count += some
    return count


def _begin(number: int, now: datetime) -> None:
    if not changing.begin(number, now):
        return
    for leg in Leg.objects.filter(campaign=number).select_related("campaign"):
        on = Consent.objects.using(vault.database_of(leg.place)).filter(
            site=leg.campaign.site, purpose=leg.campaign.purpose, end__isnull=True
        )
        Leg.objects.filter(pk=leg.pk).update(expected=on.count())


def _send_some(number: int, now: datetime) -> int | None:
    """The next batch of a campaign; None when nothing is due now, or somebody stopped it."""
    row = Campaign.objects.filter(pk=number, state="sending").first()
    if row is None:
        return None
    legs = list(row.legs.filter(is_done=False).order_by("pk"))
    if not legs:
        changing.finish(number, now)
        return None
    leg = next((one for one in legs if one.due_at is None or one.due_at <= now), None)
    edition = _edition(row.site)
    if leg is None or edition is None or row.purpose not in edition.policy.purposes:
        return None
    held = _held(row.site, leg)
    fresh = AT_ONCE - len(held) if len(leg.held) < MOST_HELD else 0
    holders = vault.holders(row.site, leg.place, row.purpose, bytes(leg.cursor), fresh) if fresh else ()
    people = [*held, *holders]
    if not people:
        Leg.objects.filter(pk=leg.pk).update(is_done=not leg.held, held=[])
        return 0
    batch = Batch(row.site, leg.place, row.purpose, f"campaign-{row.pk}", items(row, edition, leg.place, people))
    return _note(leg, holders, disclosure.deliver(batch, now), now)


def _note(leg: Leg, holders: Sequence[Grant], done: Delivered, now: datetime) -> int:
    """Write down what came of a batch; gives how many have had their turn for good."""
    waiting = [result.grant.hex() for result in done.results if result.state == "waiting"]
    settled = [_COLUMNS[result.state] for result in done.results if result.state != "waiting"]
    tried = {result.grant.hex() for result in done.results}
    counts = {name: F(name) + settled.count(name) for name in set(settled)}
    # Nothing leaves at all: nobody has had a turn, and the cursor stays before them.
    is_stuck = bool(done.trouble) and not settled
    if not is_stuck:
        leg.held = [one for one in leg.held if one not in tried] + waiting
        leg.cursor = holders[-1].id if holders else leg.cursor
    due_at = now + timedelta(seconds=done.pause_seconds) if done.pause_seconds and (is_stuck or not settled) else None
    Leg.objects.filter(pk=leg.pk).update(
        held=leg.held, cursor=leg.cursor, due_at=due_at, trouble=done.trouble[:200], **counts
    )
    return len(settled)


def _held(site: str, leg: Leg) -> list[Grant]:
    found = []
    for one in leg.held[:HELD_AT_ONCE]:
        try:
            found.append(vault.grant(site, leg.place, bytes.fromhex(one)))
        except NoGrant:
            continue
    return found


def items(row: Campaign, edition: Edition, place: str, people: Iterable[Grant]) -> tuple[Item, ...]:
    """What each reader gets, in the language in which they subscribed."""
    people = list(people)
    spoken = Consent.objects.using(vault.database_of(place)).filter(grant__in=[one.id for one in people])
    languages = {bytes(grant): language for grant, language in spoken.values_list("grant", "language")}
    drafts = changing.texts_of(row)
    first = next(one for one in edition.policy.languages if one in drafts)

    def prepared(grant: Grant) -> Prepared:
        language = languages.get(grant.id, first)
        language = language if language in drafts and drafts[language].text.strip() else first
        return _prepared(edition.site, edition.number, row.purpose, language, drafts[language])

    return tuple(Item(one, prepared(one), links_of(one)) for one in people)


def links_of(grant: Grant) -> dict[str, str]:
    """The two ways out, of one reader."""
    return {word: f"/z/{word}/{vault.token(word, grant, None)}" for word in ("leave", "mine")}


@lru_cache(maxsize=32)
def _prepared(site: str, _edition_number: int, purpose: str, language: str, draft: Draft) -> Prepared:
    return prepare(editions.current(site), purpose, language, draft)


def prepare(edition: Edition, purpose: str, language: str, draft: Draft) -> Prepared:
    """A campaign's mail in one language, with gaps for its readers. Raises BadText."""
    text = render(draft.text, edition.policy.scope.origins[0])
    return disclosure.prepare(edition.site, draft.subject, text.html, text.plain, language, purpose)


def _edition(site: str) -> Edition | None:
    try:
        return editions.current(site)
    except NoEdition:
        return None
