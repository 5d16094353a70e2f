"""Three promises the ledger makes about itself, each with a planted violation."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, transaction

from zweck.ledger import acts, recount, scratch, sequencer, sql
from zweck.ledger.models import Act, Checkpoint, Position, Testimony
from zweck.ledger.values import Where
from zweck.policy.sentences import Sentence
from zweck.promises.register import register
from zweck.promises.values import Clock, CouldNotLook, Finding, Proof, Reach, Target, once

PATIENCE = timedelta(seconds=5)
_PLANTED_AT = datetime(2000, 1, 1, tzinfo=UTC)


def register_all() -> None:
    """Called once, when Django is ready."""
    for proof in (APPEND_ONLY, SEQUENCED, CONSISTENT):
        register(proof)


def _where(target: Target) -> Where:
    """The log a target names; a live one names none and means the default database's."""
    found = target.place.get("ledger")
    return found if isinstance(found, Where) else acts.where()


def append_only(target: Target, sentence: Sentence, clock: Clock) -> Finding:
    """Try every forbidden statement on a row written for this, and take everything back."""
    using = _where(target).using
    try:
        accepted = _tried(using, clock.now())
    except DatabaseError as error:
        raise CouldNotLook(f"a forbidden statement failed, but was not refused: {type(error).__name__}") from error
    tried = len(sql.FORBIDDEN | sql.FORBIDDEN_ON[sql.vendor(using)])
    return Finding(
        kept=not accepted,
        seen=f"{tried} forbidden statements, tried on the log and rolled back",
        figures={"tried": tried, "refused": tried - len(accepted)},
        trouble=tuple(f"{name}: the database would do it" for name in accepted),
    )


def sequenced(target: Target, sentence: Sentence, clock: Clock) -> Finding:
    """Look how long the oldest act has been waiting for its position."""
    using = _where(target).using
    waiting = acts.oldest_unsequenced(clock.now(), using)
    kept = waiting is None or waiting < PATIENCE
    seconds = round(waiting.total_seconds(), 1) if waiting else 0
    return Finding(
        kept=kept,
        seen="the acts that have no position in the log yet",
        figures={"entries": acts.size(using), "oldest_waits_seconds": seconds},
        trouble=() if kept else (f"an act has been waiting for {seconds} seconds; the sequencer stands still",),
    )


def consistent(target: Target, sentence: Sentence, clock: Clock) -> Finding:
    """Build the tree anew and hold it against every checkpoint, in the database and outside."""
    found = recount.recount(_where(target))
    return Finding(
        kept=not found.trouble,
        seen="the tree, built anew from the acts, against every checkpoint in the database and in the appended file",
        figures={"entries": found.entries, "checkpoints": found.checkpoints, "appended": found.appended},
        trouble=found.trouble,
    )


def _tried(using: str, now: datetime) -> list[str]:
    """Which statements were carried out, each on a row that exists: a trigger of SQLite speaks only for rows."""
    with transaction.atomic(using=using):
        sequencer.origin_of(using)
        receipt = acts.record("probe", "probe", {}, now, using)
        checkpoint = Checkpoint.objects.using(using).order_by("size").first()
        if checkpoint is None:
            Position.objects.using(using).create(position=0, act_id=receipt.number)
            checkpoint = Checkpoint(size=1, root=receipt.leaf, frontier=receipt.leaf, note="probe", at=now)
            checkpoint.save(using=using, force_insert=True)
        Testimony.objects.using(using).create(checkpoint=checkpoint, kind="timestamp", content="probe")
        accepted = sql.accepted(using)
        transaction.set_rollback(True, using=using)
    return accepted


@contextmanager
def _unprotected(target: Target, sentence: Sentence) -> Iterator[Target]:
    """A log without triggers, on which every forbidden statement succeeds."""
    with _filled() as where:
        yield _at(target, where)


@contextmanager
def _forgotten(target: Target, sentence: Sentence) -> Iterator[Target]:
    """A log with an act from long ago that nobody sequenced."""
    with scratch.scratch_log() as where:
        with transaction.atomic(using=where.using):
            acts.record("probe", "probe", {}, _PLANTED_AT, where.using)
        yield _at(target, where)


@contextmanager
def _tampered(target: Target, sentence: Sentence) -> Iterator[Target]:
    """A log in which one entry was rewritten together with its leaf, as an insider would."""
    with _filled() as where:
        first = Act.objects.using(where.using).order_by("pk").first()
        other = Act.objects.using(where.using).order_by("pk").last()
        if first and other:
            Act.objects.using(where.using).filter(pk=first.pk).update(body=other.body, leaf=other.leaf)
        yield _at(target, where)


@contextmanager
def _filled() -> Iterator[Where]:
    with scratch.scratch_log() as where:
        with transaction.atomic(using=where.using):
            for number in range(3):
                acts.record("probe", "probe", {"number": number}, _PLANTED_AT, where.using)
        sequencer.sequence(where, _PLANTED_AT)
        yield where


def _at(target: Target, where: Where) -> Target:
    return replace(target, place={**target.place, "ledger": where})


APPEND_ONLY = Proof("ledger.append-only", append_only, _unprotected, Reach.PROCESS, needs=("tables",), beyond=once)
SEQUENCED = Proof("ledger.sequenced", sequenced, _forgotten, Reach.PROCESS, needs=("tables",), beyond=once)
CONSISTENT = Proof("ledger.consistent", consistent, _tampered, Reach.HOST, needs=("tables",), beyond=once)
