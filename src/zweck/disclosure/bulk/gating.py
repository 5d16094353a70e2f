"""The gate of campaigns: who of a batch may be written to now, on record before anything leaves."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime

from django.conf import settings
from django.db import transaction

from zweck.disclosure import sql
from zweck.disclosure.bulk.throttle import Throttle
from zweck.disclosure.errors import Unwritable
from zweck.disclosure.letters import wire
from zweck.disclosure.letters.address import Target, writable
from zweck.disclosure.letters.gaps import path
from zweck.disclosure.recording import Plain, ref_of
from zweck.disclosure.smtp import dkim
from zweck.disclosure.smtp.session import Ready
from zweck.disclosure.values import STATES, Batch, State
from zweck.ledger import acts as ledger
from zweck.vault import acts as vault
from zweck.vault.errors import NotPermitted

_SHORT_SECONDS = 0.2  # for the throttle to let the next one through
_KEY = "suppression"
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
    is_stopped: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is to be tried now."""
        return self.is_stopped or not self.left

    def stop(self, trouble: str) -> None:
        """Try nothing of it any more; who is left waits."""
        self.is_stopped, self.trouble = True, trouble


@dataclass(frozen=True, slots=True)
class Turn:
    """Mails that may leave, by an answer of the vault that holds for a moment. `asked_at`: by the monotonic clock."""

    work: Work
    mails: Sequence[Ready]
    asked_at: float


def begun(batch: Batch) -> Work:
    """A batch of which nothing was tried."""
    refs = [ref_of(batch.site, batch.key, item.grant.id) for item in batch.items]
    first = {ref: number for number, ref in reversed(list(enumerate(refs)))}
    work = Work(batch, vault.database_of(batch.place), refs, sorted(first.values()))
    # The same reader twice in one batch is written to once; the second time is what came of the first.
    work.fates = {n: ("uncertain", "twice in one batch") for n in range(len(refs)) if first[refs[n]] != n}
    return work


def gate(work: Work, throttle: Throttle, now: datetime, *, is_next: bool) -> Turn:
    """Ask for all that are left, record who will be written to, and write their mails: one transaction.

    `is_next`: others are being handed over at the moment. Until they have landed, a mail of this turn is on record as
    *waiting*: a kill before that leaves it to be sent. Raises BadSetting.
    """
    asked_at, using = time.monotonic(), work.using
    state: State = "waiting" if is_next else "uncertain"
    with transaction.atomic(using=using):
        sql.plan_afresh(using)
        known = sql.states(using, [work.refs[number] for number in work.left])
        for number in [number for number in work.left if known.get(work.refs[number], "waiting") != "waiting"]:
            work.fates[number] = STATES[known[work.refs[number]]], ""
            work.left.remove(number)
        targets, date = _wanted(work, throttle, _asked(work, now)), format_datetime(now)
        mails = [_written(work, number, target, date) for number, target in targets.items()]
        mails = _signed(work, mails, int(now.timestamp()))
        fresh = [mail.tag for mail in mails if work.refs[mail.tag] not in known]
        if fresh:
            _record(work, fresh, state, now)
        if not is_next:
            again = [work.refs[mail.tag] for mail in mails if work.refs[mail.tag] in known]
            sql.settle(using, {state: again})
    return Turn(work, mails, asked_at)


def _asked(work: Work, now: datetime) -> dict[int, str]:
    """The address of each who may be written to, and the end of the others."""
    found: dict[int, str] = {}
    with vault.reading(_BY, work.batch.key, now, using=work.using) as reader:
        subjects = [work.batch.items[number].grant.subject for number in work.left]
        answers = reader.read_each(subjects, work.batch.purpose, ("email",))
    for number, answer in zip(work.left, answers, strict=True):
        if isinstance(answer, NotPermitted):
            work.fates[number] = "not-permitted", answer.rule
        elif answer.get("email"):
            found[number] = answer["email"]
        else:
            work.fates[number] = "not-permitted", "no address"
    work.left = [number for number in work.left if number not in work.fates]
    return found


def _wanted(work: Work, throttle: Throttle, addresses: Mapping[int, str]) -> dict[int, Target]:
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
        elif throttle.allows(target.domain):
            found[number] = target
        else:
            work.fates[number], work.pause = ("waiting", ""), max(work.pause, _SHORT_SECONDS)
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


def _record(work: Work, numbers: Sequence[int], state: State, now: datetime) -> None:
    batch, people = work.batch, [(work.refs[number], work.batch.items[number]) for number in numbers]
    digest = hashlib.sha256(b"".join(ref for ref, _ in people)).hexdigest()
    via = people[0][1].prepared.provider
    body: dict[str, Plain] = {"campaign": batch.key, "purpose": batch.purpose, "data": "email", "via": via}
    body |= {"count": len(people), "refs_sha256": digest}
    entry = ledger.record("mail.disclosed", batch.site, {**body}, now, work.using)
    about = sql.About(batch.site, batch.purpose, via, batch.key, now, entry.number, state)
    sql.record(work.using, about, [(ref, item.grant.subject.id, item.grant.id) for ref, item in people])
