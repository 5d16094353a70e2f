"""Sends campaigns, batch by batch: each asks anew who is on the list, and whether anybody paused it meanwhile.

How far it has come is noted after each batch. A sender that is killed before that hands the same readers in again, and
`disclosure` writes to nobody twice under one campaign: whose fate nobody knows is *uncertain*, and stays so.
A campaign that cannot be made into mails is stopped, staff are told why, and those behind it go on.
"""

import logging
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.db.models import F

from zweck.disclosure import acts as disclosure
from zweck.disclosure.errors import BadLetter, Unwritable
from zweck.disclosure.values import Batch, Delivered, Item, Prepared
from zweck.editions import acts as editions
from zweck.editions.errors import NoEdition
from zweck.editions.values import Edition
from zweck.mailing.campaigns import changing
from zweck.mailing.campaigns.markdown import render
from zweck.mailing.errors import BadText
from zweck.mailing.models import Campaign, Consent, Leg
from zweck.mailing.values import Draft
from zweck.vault import acts as vault
from zweck.vault.errors import NoGrant
from zweck.vault.values import Grant

log = logging.getLogger("zweck.mail")

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
    for row in Campaign.objects.filter(state="sending").order_by("pk"):
        edition = _edition(row.site)
        if edition and row.purpose in edition.policy.purposes:
            count += Run(row, edition, now, began).go()
    return count


def _begin(number: int, now: datetime) -> None:
    if not changing.begin(number, now):
        return
    for leg in Leg.objects.filter(campaign=number).select_related("campaign"):
        on = Consent.objects.using(vault.database_of(leg.place)).filter(
            site=leg.campaign.site, purpose=leg.campaign.purpose, end__isnull=True
        )
        Leg.objects.filter(pk=leg.pk).update(expected=on.count())


@dataclass(frozen=True, slots=True)
class Some:
    """Readers who have their turn: those put off before, and the next ones."""

    leg: Leg
    held: Sequence[Grant]
    holders: Sequence[Grant]


class Run:
    """One campaign, for a while. The next readers are looked for while the mail server takes the last ones' mails."""

    def __init__(self, row: Campaign, edition: Edition, now: datetime, began: float) -> None:
        self._row, self._edition, self._now, self._began = row, edition, now, began
        self._legs = list(row.legs.filter(is_done=False).order_by("pk"))
        self._ahead = {leg.pk: bytes(leg.cursor) for leg in self._legs}
        self._under_way: deque[Some] = deque()
        self._stuck: set[int] = set()  # legs of which no further result is noted: nothing leaves

    def go(self) -> int:
        """Send; gives how many have had their turn for good."""
        count = 0
        try:
            for done in disclosure.deliver_each(self._batches(), self._now):
                count += self._note(self._under_way.popleft(), done)
        except BadText as refused:
            changing.stop(self._row.pk, refused.code, self._now)
        except (BadLetter, Unwritable) as refused:
            log.error("campaign %s of %s is stopped: %s", self._row.pk, self._row.site, refused)
            changing.stop(self._row.pk, "policy", self._now)
        if all(leg.is_done for leg in self._legs):
            changing.finish(self._row.pk, self._now)
        return count

    def _batches(self) -> Iterator[Batch]:
        """While there is time and nobody stops it, which is asked anew. Raises BadText, BadLetter, Unwritable."""
        row = self._row
        while (spent := time.monotonic() - self._began) < TURN_SECONDS:
            if not Campaign.objects.filter(pk=row.pk, state="sending").exists():
                return
            some = self._next(self._now + timedelta(seconds=spent))
            if some is None:
                return
            people = items(row, self._edition, some.leg.place, (*some.held, *some.holders))
            self._under_way.append(some)
            yield Batch(row.site, some.leg.place, row.purpose, f"campaign-{row.pk}", people)

    def _next(self, at: datetime) -> Some | None:
        for leg in self._legs:
            if leg.is_done or (leg.due_at is not None and leg.due_at > at):
                continue
            is_held = bool(leg.held) and leg.held_due_at is not None and leg.held_due_at > at
            held = [] if is_held else self._held(leg)
            fresh = min(AT_ONCE, disclosure.at_once()) - len(held) if len(leg.held) < MOST_HELD else 0
            row, after = self._row, self._ahead[leg.pk]
            holders = vault.holders(row.site, leg.place, row.purpose, after, fresh) if fresh else ()
            if held or holders:
                self._ahead[leg.pk] = holders[-1].id if holders else after
                return Some(leg, held, holders)
            if not is_held and not any(some.leg is leg for some in self._under_way):
                leg.is_done, leg.held = not leg.held, []
                Leg.objects.filter(pk=leg.pk).update(is_done=leg.is_done, held=[])
        return None

    def _held(self, leg: Leg) -> list[Grant]:
        """Some of those put off before, without those under way."""
        away = {grant.id.hex() for some in self._under_way if some.leg is leg for grant in some.held}
        found = []
        for one in [one for one in leg.held if one not in away][:HELD_AT_ONCE]:
            try:
                found.append(vault.grant(self._row.site, leg.place, bytes.fromhex(one)))
            except NoGrant:
                continue
        return found

    def _note(self, some: Some, done: Delivered) -> int:
        """Write down what came of a batch; gives how many have had their turn for good."""
        leg = some.leg
        waiting = [result.grant.hex() for result in done.results if result.state == "waiting"]
        settled = [_COLUMNS[result.state] for result in done.results if result.state != "waiting"]
        tried = {result.grant.hex() for result in done.results}
        counts = {name: F(name) + settled.count(name) for name in set(settled)}
        if leg.pk in self._stuck:
            return 0
        if done.trouble and not settled:
            # Nothing leaves at all: nobody has had a turn, and the cursor stays before them and all behind them.
            self._stuck.add(leg.pk)
        else:
            leg.held = [one for one in leg.held if one not in tried] + waiting
            leg.cursor = some.holders[-1].id if some.holders else leg.cursor
            if waiting:
                # Counted from now, not from when this run began: a server that puts mails off wants to be left alone.
                spent = time.monotonic() - self._began
                leg.held_due_at = self._now + timedelta(seconds=spent + done.pause_seconds)
        pauses = done.pause_seconds and not settled
        leg.due_at = self._now + timedelta(seconds=done.pause_seconds) if pauses else None
        Leg.objects.filter(pk=leg.pk).update(
            held=leg.held,
            held_due_at=leg.held_due_at,
            cursor=leg.cursor,
            due_at=leg.due_at,
            trouble=done.trouble[:200],
            **counts,
        )
        return len(settled)


def items(row: Campaign, edition: Edition, place: str, people: Iterable[Grant]) -> tuple[Item, ...]:
    """What each reader gets, in the language in which they subscribed. Raises BadText, BadLetter, Unwritable."""
    people = list(people)
    spoken = Consent.objects.using(vault.database_of(place)).filter(grant__in=[one.id for one in people])
    languages = {bytes(grant): language for grant, language in spoken.values_list("grant", "language")}
    drafts = changing.texts_of(row)
    first = next((one for one in edition.policy.languages if one in drafts), None)
    if first is None:
        raise BadText("first", "the text is in none of the languages that the policy names now")

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
