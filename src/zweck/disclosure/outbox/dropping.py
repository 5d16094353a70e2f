"""Drops letters that have had their end, once the time is over for which it is of use to know what became of them.

A policy says how long by `[[retention]]` of the record `mail`; else it is 90 days. What was disclosed stays on record
by itself, under a pseudonym and without a text.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet

from zweck.disclosure.models import Letter, Outgoing
from zweck.editions import acts as editions
from zweck.policy.model import Policy
from zweck.policy.periods import MAIL_LEAST_DAYS, MAIL_RECORD, kept_until

KEPT = timedelta(days=90)
LEAST = timedelta(days=MAIL_LEAST_DAYS)
AT_ONCE = 500


def drop(now: datetime, using: str) -> int:
    """Drop what is over in one database; gives how many."""
    letters = Letter.objects.using(using).exclude(state="waiting").filter(due_at__lt=now - LEAST).order_by("pk")
    known = {one.site: one.policy for one in editions.sites()}
    count = sum(_drop(letters.filter(site=site), policy, now) for site, policy in known.items())
    count += _drop(letters.exclude(site__in=[*known]), None, now)
    alerts = Outgoing.objects.using(using).filter(due_at__lt=now - KEPT)
    return count + sum(alerts.filter(**ended).delete()[0] for ended in _ENDED)


_ENDED = ({"sent_at__isnull": False}, {"given_up_at__isnull": False})


def _drop(letters: "QuerySet[Letter]", policy: Policy | None, now: datetime) -> int:
    return sum(letters.filter(pk__in=some).delete()[0] for some in _over(letters, policy, now))


def _over(letters: "QuerySet[Letter]", policy: Policy | None, now: datetime) -> Iterator[list[int]]:
    """Numbers of letters that are over, the oldest first; ends with some of which none is."""
    after = 0
    while some := list(letters.filter(pk__gt=after).values_list("pk", "due_at")[:AT_ONCE]):
        over = [number for number, at in some if _kept_until(policy, at) <= now]
        if not over:
            return
        after = some[-1][0]
        yield over


def _kept_until(policy: Policy | None, at: datetime) -> datetime:
    declared = kept_until(policy, MAIL_RECORD, at) if policy else None
    return max(at + LEAST, declared or at + KEPT)
