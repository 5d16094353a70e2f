"""The end of enquiries: what was written is deleted when its time is over, or when its grant has ended."""

import logging
from datetime import datetime

from django.db import DatabaseError, transaction

from zweck.enquiries import threads
from zweck.enquiries.models import File, Thread
from zweck.vault import acts as vault

log = logging.getLogger(__name__)

_AT_ONCE = 200


def sweep(now: datetime) -> int:
    """Delete the enquiries whose time is over, in every place; gives how many. One place's trouble stops no other."""
    total, first = 0, None
    for using in vault.databases():
        try:
            total += _over(now, using) + _without_grant(now, using)
        except DatabaseError as trouble:
            log.warning("enquiries of %s: not swept: %s", using, type(trouble).__name__)
            first = first or trouble
    if first:
        raise first
    return total


def _over(now: datetime, using: str) -> int:
    """Those whose own time is over; the grant may live on with a younger enquiry of the same person."""
    done = 0
    for pk in list(Thread.objects.using(using).filter(until__lte=now).values_list("pk", flat=True)[:_AT_ONCE]):
        with transaction.atomic(using=using):
            thread = Thread.objects.using(using).select_for_update().filter(pk=pk, until__lte=now).first()
            if thread is not None:
                _end(thread, "over", now, using)
                done += 1
    return done


def _without_grant(now: datetime, using: str) -> int:
    """Those whose grant has ended otherwise: withdrawn, or erased with the person."""
    done, last = 0, 0
    while True:
        rows = list(Thread.objects.using(using).filter(pk__gt=last).order_by("pk")[:_AT_ONCE])
        for thread in rows:
            last = thread.pk
            if vault.grant(thread.site, thread.place, bytes(thread.grant)).state == "ended":
                with transaction.atomic(using=using):
                    _end(thread, "grant ended", now, using)
                done += 1
        if len(rows) < _AT_ONCE:
            return done


def _end(thread: Thread, why: str, now: datetime, using: str) -> None:
    messages = thread.messages.using(using).values_list("entry", flat=True)
    files = File.objects.using(using).filter(message__thread=thread).values_list("entry", flat=True)
    entries = [bytes(entry) for entry in (*messages, *files)]
    vault.drop(threads.subject_of(thread), thread.purpose, entries, why, now)
    threads.note("ended", thread, why, now, using)
    thread.delete(using=using)
