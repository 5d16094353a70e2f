"""A campaign's mails, up to 200 readers or half a second at a time: asked, recorded, handed over, noted.

What the mail server did not answer stays *uncertain* and is not sent again, whether the connection was lost or we
were killed: nobody gets an advertisement twice.
"""

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime

from django.conf import settings
from django.db import transaction

from zweck.disclosure import sql
from zweck.disclosure.bulk.lanes import Lanes
from zweck.disclosure.bulk.throttle import Throttle
from zweck.disclosure.errors import BadLetter, BadSetting, Unwritable
from zweck.disclosure.letters import wire
from zweck.disclosure.letters.address import Target, writable
from zweck.disclosure.letters.gaps import path
from zweck.disclosure.recording import Plain, ref_of
from zweck.disclosure.smtp import dkim
from zweck.disclosure.smtp.relay import Smtp, smtp
from zweck.disclosure.smtp.session import Outcome, Ready
from zweck.disclosure.values import STATES, Batch, Delivered, Item, Result, State
from zweck.ledger import acts as ledger
from zweck.vault import acts as vault
from zweck.vault.errors import NotPermitted

MOST = 200
SECONDS = 0.5
_PAUSE_SECONDS = 60.0  # before a server that wants nothing now is asked again
_SHORT_SECONDS = 0.2  # for the throttle to let the next one through
_KEY = "suppression"
_BY_VERDICT: Mapping[str, State] = {
    "accepted": "sent",
    "refused": "refused",
    "later": "waiting",
    "uncertain": "uncertain",
}
# Not "disclosure", which may read what is not confirmed yet: a campaign goes to nobody who has not said yes.
_BY = "campaign"


@dataclass(slots=True)
class Work:
    """What is known of a batch so far. `left`: positions still to be tried, `fates`: what came of the others."""

    batch: Batch
    using: str
    refs: list[bytes]
    left: list[int]
    fates: dict[int, tuple[State, str]] = field(default_factory=dict)
    trouble: str = ""
    pause: float = 0.0


class Deliverer:
    """Hands over campaigns by way of one mail server."""

    def __init__(self, server: Smtp, lanes: int, throttle: Throttle) -> None:
        self._lanes = Lanes(server, lanes)
        self._throttle = throttle

    def deliver(self, batch: Batch, now: datetime) -> Delivered:
        """See `acts.deliver`."""
        began, work = time.monotonic(), _begun(batch)
        while work.left and not work.trouble:
            at = now + timedelta(seconds=time.monotonic() - began)
            mails = self._gate(work, at)
            if not self._hand_over(work, mails):
                break
        rest: tuple[State, str] = ("waiting", work.trouble)
        fates = [work.fates.get(number, rest) for number in range(len(batch.items))]
        results = tuple(Result(item.grant.id, *fate) for item, fate in zip(batch.items, fates, strict=True))
        waits = any(result.state == "waiting" for result in results)
        pause = _PAUSE_SECONDS if work.trouble else work.pause
        return Delivered(results, pause if waits else 0.0, work.trouble)

    def close(self) -> None:
        """Let go of the connections."""
        self._lanes.close()

    def _gate(self, work: Work, now: datetime) -> list[Ready]:
        """Ask for all that are left, record who will be written to, and write their mails: one transaction."""
        batch, using = work.batch, work.using
        with transaction.atomic(using=using):
            known = sql.states(using, [work.refs[number] for number in work.left])
            for number in [number for number in work.left if known.get(work.refs[number], "waiting") != "waiting"]:
                work.fates[number] = STATES[known[work.refs[number]]], ""
                work.left.remove(number)
            targets, date = self._wanted(work, _asked(work, now)), format_datetime(now)
            mails = [_written(work, number, target, date) for number, target in targets.items()]
            mails = _signed(work, mails, int(now.timestamp()))
            fresh = [mail.tag for mail in mails if work.refs[mail.tag] not in known]
            again = [mail.tag for mail in mails if work.refs[mail.tag] in known]
            if fresh:
                _record(batch, [(work.refs[n], batch.items[n]) for n in fresh], using, now)
            sql.settle(using, "uncertain", [work.refs[number] for number in again])
        return mails

    def _wanted(self, work: Work, addresses: Mapping[int, str]) -> dict[int, Target]:
        """Without those who want no advertising, cannot be written to, or whose turn has not come."""
        marks = dict(zip(addresses, vault.fingerprints(_KEY, [*addresses.values()]), strict=True))
        unwanted = frozenset().union(
            *(sql.suppressed(db, work.batch.site, work.batch.purpose, [*marks.values()]) for db in vault.databases())
        )
        found: dict[int, Target] = {}
        for number, address in addresses.items():
            try:
                target = writable(address)
            except Unwritable as trouble:
                work.fates[number] = "refused", str(trouble)
                continue
            if marks[number] in unwanted:
                work.fates[number] = "suppressed", ""
            elif self._throttle.allows(target.domain):
                found[number] = target
            else:
                work.fates[number], work.pause = ("waiting", ""), max(work.pause, _SHORT_SECONDS)
        work.left = [number for number in work.left if number not in work.fates]
        return found

    def _hand_over(self, work: Work, mails: Sequence[Ready]) -> bool:
        """Hand mails over and write down what came of them; False when nothing moves any more."""
        if not mails:
            return False
        trip = self._lanes.run(mails, SECONDS)
        work.trouble = trip.trouble if not trip.outcomes else ""
        refs: dict[State, list[bytes]] = {"waiting": [work.refs[m.tag] for m in mails if m.tag not in trip.outcomes]}
        for number, outcome in trip.outcomes.items():
            state = _state(outcome)
            refs.setdefault(state, []).append(work.refs[number])
            work.fates[number] = state, outcome.answer
            if state == "waiting":
                work.pause = _PAUSE_SECONDS
        with transaction.atomic(using=work.using):
            for state, settled in refs.items():
                sql.settle(work.using, state, settled)
        work.left = [number for number in work.left if number not in work.fates]
        return bool(trip.outcomes)


def _state(outcome: Outcome) -> State:
    return _BY_VERDICT[outcome.verdict]


def _look(batch: Batch) -> None:
    if len(batch.items) > MOST:
        raise BadLetter(f"a batch has at most {MOST} readers")
    for item in batch.items:
        subject, mail = item.grant.subject, item.prepared
        if (subject.site, subject.place, item.grant.purpose) != (batch.site, batch.place, batch.purpose):
            raise BadLetter("a batch is of one site, place and purpose")
        if (mail.site, mail.purpose, mail.stream) != (batch.site, batch.purpose, "marketing"):
            raise BadLetter("a campaign's mail is prepared for its site and purpose, as marketing")
        if not mail.links <= item.links.keys():
            raise BadLetter("a reader lacks a link that the mail has a gap for")


def _begun(batch: Batch) -> Work:
    refs = [ref_of(batch.site, batch.key, item.grant.id) for item in batch.items]
    first = {ref: number for number, ref in reversed(list(enumerate(refs)))}
    work = Work(batch, vault.database_of(batch.place), refs, sorted(first.values()))
    # The same reader twice in one batch is written to once; the second time is what came of the first.
    work.fates = {n: ("uncertain", "twice in one batch") for n in range(len(refs)) if first[refs[n]] != n}
    return work


def _asked(work: Work, now: datetime) -> dict[int, str]:
    """The address of each who may be written to, and the end of the others."""
    found: dict[int, str] = {}
    with vault.reading(_BY, work.batch.key, now, using=work.using) as reader:
        for number in work.left:
            try:
                data = reader.read(work.batch.items[number].grant.subject, work.batch.purpose, ("email",))
            except NotPermitted as refused:
                work.fates[number] = "not-permitted", refused.rule
                continue
            if data.get("email"):
                found[number] = data["email"]
            else:
                work.fates[number] = "not-permitted", "no address"
    work.left = [number for number in work.left if number not in work.fates]
    return found


def _written(work: Work, number: int, target: Target, date: str) -> Ready:
    item, ref = work.batch.items[number], work.refs[number].hex()
    mail, urls = item.prepared, {name: item.prepared.origin + path(link) for name, link in item.links.items()}
    data = wire.filled(mail, target.address, f"{ref}@{mail.domain}", date, urls)
    return Ready(number, mail.bounces.format(ref), target.address, data, target.needs_utf8)


def _signed(work: Work, mails: list[Ready], at: int) -> list[Ready]:
    """Signed where there is a key for the sender's domain."""
    domains = {mail.tag: work.batch.items[mail.tag].prepared.domain for mail in mails}
    keys = {domain: dkim.signers(settings.KEYS, domain) for domain in set(domains.values())}
    if not any(keys.values()):
        return mails
    return [replace(mail, data=dkim.signed(mail.data, keys[domains[mail.tag]], at)) for mail in mails]


def _record(batch: Batch, people: Sequence[tuple[bytes, Item]], using: str, now: datetime) -> None:
    digest = hashlib.sha256(b"".join(ref for ref, _ in people)).hexdigest()
    via = people[0][1].prepared.provider
    body: dict[str, Plain] = {"campaign": batch.key, "purpose": batch.purpose, "data": "email", "via": via}
    body |= {"count": len(people), "refs_sha256": digest}
    entry = ledger.record("mail.disclosed", batch.site, {**body}, now, using)
    about = sql.About(batch.site, batch.purpose, via, batch.key, now, entry.number)
    sql.record(using, about, [(ref, item.grant.subject.id, item.grant.id) for ref, item in people])


_deliverers: dict[tuple[str, int], Deliverer] = {}


def deliver(batch: Batch, now: datetime) -> Delivered:
    """See `acts.deliver`."""
    _look(batch)
    try:
        server = smtp("marketing")
    except BadSetting as trouble:
        waiting = tuple(Result(item.grant.id, "waiting", "") for item in batch.items)
        return Delivered(waiting, _PAUSE_SECONDS, str(trouble))
    where = server.host, server.port
    if where not in _deliverers:
        throttle = Throttle(settings.MAIL_RATE, settings.MAIL_DOMAIN_RATE)
        _deliverers[where] = Deliverer(server, settings.SMTP_LANES, throttle)
    return _deliverers[where].deliver(batch, now)


def forget() -> None:
    """Let go of all connections."""
    while _deliverers:
        _deliverers.popitem()[1].close()
