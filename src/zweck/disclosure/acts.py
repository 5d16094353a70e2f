"""The one door to the outside: tell the operator, send what is due, look at a link."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import models as db
from django.utils.timezone import now as wall_clock

from zweck.disclosure import addresses, mail, web
from zweck.disclosure.errors import BadSetting, NotDelivered
from zweck.disclosure.models import Outgoing
from zweck.disclosure.values import Alert
from zweck.disclosure.web import look_at

__all__ = ["look_at", "send_due", "tell_operator"]

# Longer than one attempt can take, so that a claim never runs out under a sender that still works.
_CLAIM = timedelta(minutes=5)
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (0.25, 1, 5, 15, 60, 180, 360, 720, 1440))
_BATCH = 10
Send = Callable[[Outgoing, datetime], None]


def tell_operator(alert: Alert, now: datetime) -> int:
    """Put an alert into the outbox, once per way that is set up, in the caller's transaction."""
    kinds = addresses.kinds()
    for kind in kinds:
        Outgoing.objects.create(
            kind=kind,
            site=alert.site,
            key=secrets.token_hex(16),
            subject=alert.subject,
            text=alert.text,
            payload=dict(alert.payload),
            created_at=now,
            due_at=now,
        )
    return len(kinds)


def send_due(now: datetime) -> int:
    """Send what is due, each by one sender at a time; returns how many left.

    A sender that is killed after the other side took a message and before this is noted leads to a second
    delivery under the same key, by which the receiver can tell; nothing is ever lost.
    """
    due = _waiting(now).order_by("due_at", "pk").values_list("pk", flat=True)[:_BATCH]
    return sum(_send_one(pk, now) for pk in list(due))


def _waiting(now: datetime) -> "db.QuerySet[Outgoing]":
    free = db.Q(claimed_until__isnull=True) | db.Q(claimed_until__lte=now)
    return Outgoing.objects.filter(free, due_at__lte=now, sent_at__isnull=True, given_up_at__isnull=True)


def _send_one(pk: int, now: datetime) -> int:
    # Claiming is one UPDATE: of two senders only one finds the row still free.
    claim = {"claimed_until": now + _CLAIM, "attempts": db.F("attempts") + 1}
    if not _waiting(now).filter(pk=pk).update(**claim):
        return 0
    message = Outgoing.objects.get(pk=pk)
    try:
        _WAYS[message.kind](message, now)
    except (NotDelivered, BadSetting) as trouble:
        _put_off(message, str(trouble), now)
        return 0
    Outgoing.objects.filter(pk=pk).update(sent_at=wall_clock(), claimed_until=None, trouble="")
    return 1


def _put_off(message: Outgoing, trouble: str, now: datetime) -> None:
    fields: Mapping[str, object] = (
        {"due_at": now + _PAUSES[message.attempts - 1]} if message.attempts <= len(_PAUSES) else {"given_up_at": now}
    )
    Outgoing.objects.filter(pk=message.pk).update(claimed_until=None, trouble=trouble[:120], **fields)


def _by_mail(message: Outgoing, _now: datetime) -> None:
    to = addresses.alert_to()
    if not to:
        raise BadSetting("ZWECK_ALERT_TO is no longer set")
    letter = mail.Mail(message.key, to, message.subject, message.text, message.created_at)
    mail.send(letter, addresses.smtp())


def _by_webhook(message: Outgoing, now: datetime) -> None:
    url = addresses.webhook_url()
    if not url:
        raise BadSetting("ZWECK_ALERT_WEBHOOK is no longer set")
    web.post(url, message.payload, message.key, addresses.webhook_secret(), now)


_WAYS: dict[str, Send] = {"mail": _by_mail, "webhook": _by_webhook}
