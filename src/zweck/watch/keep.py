"""Keeps who is looking and what each look came to."""

import platform
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from zweck.eye.values import Finding
from zweck.watch import models, orders, shelf
from zweck.watch.drift import Drift, as_json, clean, drift, known, plain
from zweck.watch.errors import AlreadyLooking, NotWatched, Overtaken
from zweck.watch.rows import findings_of, value_of
from zweck.watch.tidings import tell_of
from zweck.watch.values import COMPLETED, PERIODS, Looked, LookState, is_whole

# The crawl gives itself a quarter of an hour; a run that has not ended after this has died, or should.
LONGEST_RUN = timedelta(minutes=30)
KEPT_LOOKS = 50
KEPT_STOPPED = timedelta(days=400)


def process(pid: int) -> str:
    """The name under which a process of this machine claims an audit."""
    return f"{platform.node()[:255]}:{pid}"


def is_anyone_looking(now: datetime) -> bool:
    """Whether an audit is under way, here or on another machine."""
    return models.Watched.objects.exclude(claim="").filter(claimed_until__gt=now).exists()


def note_attempt(watched: int) -> None:
    """Count a run that is being begun, so that one that always dies is not begun for ever."""
    models.Watched.objects.filter(pk=watched).update(attempts=F("attempts") + 1)


def claim(watched: int, who: str, now: datetime) -> models.Watched:
    """Be the one who looks. Raises AlreadyLooking while any audit is under way, and NotWatched."""
    with transaction.atomic():
        # All rows are locked, so that of two processes that begin at once one comes second.
        rows = list(models.Watched.objects.select_for_update().order_by("pk"))
        if any(row.claim and row.claimed_until and row.claimed_until > now for row in rows):
            raise AlreadyLooking("an audit is under way; the next one begins when it has ended")
        row = next((row for row in rows if row.pk == watched), None)
        if row is None:
            raise NotWatched(f"there is no audit {watched}")
        row.claim, row.claimed_until = who, now + LONGEST_RUN + timedelta(minutes=1)
        row.save()
    return row


def release(who: str) -> int:
    """Let go what a process that is gone had claimed."""
    return models.Watched.objects.filter(claim=who).update(claim="", claimed_until=None)


def release_all_here() -> int:
    """Let go whatever processes of this machine had claimed; at the start of a service none of them is left."""
    here = process(0).removesuffix("0")
    return models.Watched.objects.filter(claim__startswith=here).update(claim="", claimed_until=None)


def finish(claimed: models.Watched, looked: Looked, began_at: datetime, now: datetime) -> models.Look:
    """Keep what a look came to: its row, its act in the ledger and the word of it, in one transaction.

    Raises Overtaken when the claim is no longer this run's; then nothing is kept.
    """
    found = tuple(clean(finding) for finding in looked.findings)
    with shelf.put(claimed.pk, looked) as report, transaction.atomic():
        row = models.Watched.objects.select_for_update().filter(pk=claimed.pk, claim=claimed.claim).first()
        if row is None or not row.claim:
            raise Overtaken("this run was taken for dead, or its audit removed; what it saw is not kept")
        changed = Drift() if looked.why else drift(found, is_whole(looked.partly), _known_of(row))
        look = models.Look(
            watched=row,
            began_at=began_at,
            ended_at=now,
            state=_state(looked),
            why=plain(looked.why)[:200],
            findings=[as_json(finding) for finding in found],
            new=[finding.id for finding in changed.new],
            gone=[as_json(finding) for finding in changed.gone],
            partly=list(looked.partly),
            is_first=changed.is_first,
            report=report,
            digest=orders.digest_of(looked.json),
        )
        return _add(row, look, changed.is_any)


def give_up(watched: int, now: datetime) -> models.Look:
    """Note that an audit ended in vain again and again; it comes again at its usual time."""
    with transaction.atomic():
        row = orders.locked(watched)
        look = models.Look(watched=row, began_at=now, ended_at=now, state="failed", why="ended")
        return _add(row, look, is_news=True)


def _add(row: models.Watched, look: models.Look, is_news: bool) -> models.Look:
    before = row.looks.order_by("-began_at", "-pk").first()
    is_completed = look.state in COMPLETED
    # What cannot be looked at is told when it begins, not every time.
    look.told = is_news if is_completed else before is None or before.state != look.state
    look.save()
    period = PERIODS.get(orders.pace_of(row))
    row.due_at = look.began_at + period if period else None
    row.claim, row.claimed_until, row.attempts = "", None, 0
    row.save()
    account: dict[str, str | int] = {"look": look.pk, "state": look.state, "report": look.digest}
    orders.record("audit.looked", row, account, look.ended_at)
    if look.told:
        tell_of(row.pk, orders.wanted_of(row), value_of(look), orders.speaker(row.site))
    _drop(row.looks.exclude(pk__in=_worth_keeping(row)))
    return look


def _state(looked: Looked) -> LookState:
    if looked.why:
        return "could-not-look"
    return "findings" if any(not finding.note for finding in looked.findings) else "fine"


def _known_of(row: models.Watched) -> dict[str, Finding] | None:
    looks = row.looks.filter(state__in=COMPLETED).order_by("-began_at", "-pk")
    return known((findings_of(look), is_whole(look.partly)) for look in looks)


def prune(now: datetime) -> int:
    """Drop what has been stopped for 400 days, and reports that no look names."""
    old = models.Watched.objects.filter(stopped_at__lt=now - KEPT_STOPPED, due_at__isnull=True)
    dropped = 0
    for row in old:
        with transaction.atomic():
            dropped += _drop(row.looks.all())
            row.delete()
    named = models.Look.objects.exclude(report="").values_list("watched_id", "report")
    for watched, report in shelf.strays(set(named), now):
        shelf.drop(watched, [report])
    return dropped


def _worth_keeping(row: models.Watched) -> list[int]:
    """The newest fifty looks, and those that the next one is held against."""
    newest = row.looks.order_by("-began_at", "-pk").values_list("pk", flat=True)
    completed = newest.filter(state__in=COMPLETED)
    return [*newest[:KEPT_LOOKS], *completed[:1]]


def _drop(looks: QuerySet[models.Look]) -> int:
    """Delete looks, and their reports as soon as that is certain."""
    reports = list(looks.values_list("watched_id", "report"))
    looks.delete()

    def sweep() -> None:
        for watched, report in reports:
            shelf.drop(watched, [report])

    transaction.on_commit(sweep)
    return len(reports)
