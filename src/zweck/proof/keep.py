"""Keeps runs, evidence and the stock that was taken, and reads them back."""

import hashlib
import json
import platform
from collections import Counter, OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.ledger import acts as ledger
from zweck.promises.values import ControlResult, Evidence, Reach, State
from zweck.proof import models
from zweck.proof.errors import Superseded
from zweck.proof.promised import promised
from zweck.proof.stand import Known, standing
from zweck.proof.tidings import tell_of
from zweck.proof.values import Changed, Promised, Standing

# A full run takes two minutes; one that has not ended after this has died with its machine.
LONGEST_RUN = timedelta(minutes=20)
KEPT_FOR = timedelta(days=400)
_KNOWN_SITES = 64
_known: OrderedDict[str, tuple[int, Known]] = OrderedDict()


def stand(edition: Edition, now: datetime) -> Standing:
    """How the promises of an edition stand; three queries, none while the site's revision stays the same."""
    known = _known_of(edition.site)
    return standing(edition.site, edition.number, promised(edition), known, (now, edition.policy.time_zone))


def _known_of(site: str) -> Known:
    revision = editions.revision(site)
    held = _known.get(site)
    if held is None or held[0] != revision:
        held = (revision, _read(site))
        _known[site] = held
        if len(_known) > _KNOWN_SITES:
            _known.popitem(last=False)
    return held[1]


def forget() -> None:
    """Forget what was read; for tests, whose databases roll back under the revision."""
    _known.clear()


def _read(site: str) -> Known:
    evidence = {
        row.promise: (value_of(row), row.says) for row in models.Evidence.objects.filter(site=site, current=True)
    }
    stands = models.Stand.objects.filter(site=site).values_list("promise", "state", "since")
    stock = {promise: (State(state), since) for promise, state, since in stands}
    running = models.Run.objects.filter(site=site, outcome="running").order_by("-dead_at").first()
    return Known(evidence, stock, running.dead_at if running else None)


def newest(edition: Edition) -> dict[str, Evidence]:
    """The newest evidence on file for what this edition says, by promise."""
    says = {promise.id: promise.says for promise in promised(edition)}
    found = _read(edition.site).evidence
    return {promise: evidence for promise, (evidence, about) in found.items() if says.get(promise) == about}


def stock(site: str) -> dict[str, State]:
    """How the promises stood when stock was last taken."""
    return {row.promise: State(row.state) for row in models.Stand.objects.filter(site=site)}


def value_of(row: models.Evidence) -> Evidence:
    """A row of evidence as the value that rooms above may see."""
    return Evidence(
        promise=row.promise,
        state=State(row.state),
        reach=Reach(row.reach),
        checked_at=row.checked_at,
        until=row.until,
        control=ControlResult(row.control),
        seen=row.seen,
        figures=row.figures,
        trouble=tuple(row.trouble),
    )


def host() -> str:
    """The name of this machine, by which runs that died here are told from runs elsewhere."""
    return platform.node()


def begin(edition: Edition, quick: bool, now: datetime) -> models.Run:
    """Note that a run has begun, so that pages can say "being checked". Runs that died here are closed first."""
    with transaction.atomic():
        left = models.Run.objects.filter(site=edition.site, outcome="running", host=host())
        left.update(outcome="died", finished_at=now)
        run = models.Run.objects.create(
            site=edition.site,
            edition=edition.number,
            quick=quick,
            host=host(),
            started_at=now,
            dead_at=now + LONGEST_RUN,
        )
        editions.bump(edition.site)
    return run


def give_up(run: models.Run, outcome: str, now: datetime) -> None:
    """Note that a run ended without evidence."""
    with transaction.atomic():
        models.Run.objects.filter(pk=run.pk).update(outcome=outcome, finished_at=now)
        editions.bump(run.site)


def finish(run: models.Run, edition: Edition, evidence: Sequence[Evidence], now: datetime) -> Standing:
    """Keep a finished run: its evidence, its act in the ledger, the changes it brought, all in one transaction.

    Raises Superseded when another edition was activated meanwhile; then nothing is kept.
    """
    says = {p.id: p for p in promised(edition)}
    with transaction.atomic():
        if editions.current(edition.site).number != edition.number:
            raise Superseded(f"edition {edition.number} of {edition.site} was replaced while its proofs ran")
        _put(run, edition, [(e, says[e.promise]) for e in evidence])
        counts = Counter(str(e.state) for e in evidence)
        digest = digest_of(evidence)
        models.Run.objects.filter(pk=run.pk).update(
            outcome="finished", finished_at=now, counts=dict(counts), digest=digest
        )
        body: dict[str, str | int] = {"run": run.pk, "edition": edition.number, "evidence": digest, **counts}
        ledger.record("proof.ran", edition.site, body, now)
        return _stock(edition, now, {e.promise for e in evidence})


def _put(run: models.Run, edition: Edition, found: Sequence[tuple[Evidence, Promised]]) -> None:
    ids = [evidence.promise for evidence, _ in found]
    models.Evidence.objects.filter(site=edition.site, promise__in=ids, current=True).update(current=False)
    models.Evidence.objects.bulk_create(
        models.Evidence(
            run=run,
            site=edition.site,
            edition=edition.number,
            promise=evidence.promise,
            says=promise.says,
            state=evidence.state,
            reach=evidence.reach,
            checked_at=evidence.checked_at,
            until=evidence.until,
            control=evidence.control,
            seen=evidence.seen,
            figures=dict(evidence.figures),
            trouble=list(evidence.trouble),
        )
        for evidence, promise in found
    )


def digest_of(evidence: Sequence[Evidence]) -> str:
    """SHA-256 over the evidence of a run as JSON: ordered by promise, keys sorted, no white space."""
    lines = [as_json(one) for one in sorted(evidence, key=lambda e: e.promise)]
    return hashlib.sha256(json.dumps(lines, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def as_json(evidence: Evidence) -> dict[str, object]:
    """Evidence as JSON values, times in ISO 8601."""
    return {
        "promise": evidence.promise,
        "state": str(evidence.state),
        "reach": str(evidence.reach),
        "checked_at": evidence.checked_at.isoformat(),
        "until": evidence.until.isoformat(),
        "control": str(evidence.control),
        "seen": evidence.seen,
        "figures": dict(evidence.figures),
        "trouble": list(evidence.trouble),
    }


def take_stock(edition: Edition, now: datetime) -> Standing:
    """Compare how the promises stand with how they stood, note each change and tell of it, in one transaction."""
    with transaction.atomic():
        return _stock(edition, now)


def _stock(edition: Edition, now: datetime, only: set[str] | None = None) -> Standing:
    """Take stock of all promises, or only of those just proved: the others may be about to be proved as well."""
    known = _read(edition.site)
    at = (now, edition.policy.time_zone)
    stood = standing(edition.site, edition.number, promised(edition), known, at)
    marks = [mark for mark in stood.marks.values() if only is None or mark.promise in only]
    changes = [
        Changed(mark.promise, known.since[mark.promise][0], mark.state, now, edition.number)
        for mark in marks
        if mark.promise in known.since and known.since[mark.promise][0] is not mark.state
    ]
    new = [mark for mark in marks if mark.promise not in known.since]
    gone = known.since.keys() - stood.marks.keys()
    models.Stand.objects.filter(site=edition.site, promise__in=[*gone, *(c.promise for c in changes)]).delete()
    models.Stand.objects.bulk_create(
        models.Stand(site=edition.site, promise=promise, state=state, since=now)
        for promise, state in [*((c.promise, c.after) for c in changes), *((m.promise, m.state) for m in new)]
    )
    for change in changes:
        _note(edition.site, change)
    # A promise that is red when first seen has not changed, but nobody knows of it yet.
    found_red = [
        Changed(mark.promise, State.UNKNOWN, mark.state, now, edition.number) for mark in new if mark.state.is_bad
    ]
    tell_of(edition, [*changes, *found_red], stood, now)
    editions.bump(edition.site)
    return stood


def _note(site: str, change: Changed) -> None:
    models.Change.objects.create(
        site=site,
        edition=change.edition,
        promise=change.promise,
        before=change.before,
        after=change.after,
        at=change.at,
    )
    body: dict[str, str | int] = {"promise": change.promise, "from": change.before, "to": change.after}
    ledger.record("promise.changed", site, body, change.at)


def changes(site: str, limit: int) -> tuple[Changed, ...]:
    """The newest changes of state of a site, newest first."""
    rows = models.Change.objects.filter(site=site).order_by("-at", "-pk")[:limit]
    return tuple(Changed(r.promise, State(r.before), State(r.after), r.at, r.edition) for r in rows)


def history(site: str, promise: str, limit: int) -> tuple[Evidence, ...]:
    """The newest evidence for one promise, newest first."""
    rows = models.Evidence.objects.filter(site=site, promise=promise).order_by("-checked_at", "-pk")[:limit]
    return tuple(value_of(row) for row in rows)


def prune(now: datetime) -> int:
    """Drop runs older than 400 days with their evidence, unless it is still the newest there is."""
    old = models.Run.objects.filter(started_at__lt=now - KEPT_FOR).exclude(evidence__current=True)
    return old.delete()[0]
