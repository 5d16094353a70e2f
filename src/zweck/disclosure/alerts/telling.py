"""Alerts to the operator: put into the outbox, and sent until they arrive."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import models as db
from django.utils.timezone import now as wall_clock

from zweck.disclosure import web
from zweck.disclosure.alerts import mail, ways
from zweck.disclosure.errors import BadSetting, NotDelivered
from zweck.disclosure.models import Outgoing
from zweck.disclosure.pauses import CLAIM, pause_after
from zweck.disclosure.smtp.relay import smtp
from zweck.disclosure.values import Alert

_BATCH = 10
Send = Callable[[Outgoing, datetime], None]


def tell(alert: Alert, now: datetime) -> int:
    """Put an alert into the outbox, once per way that is set up, in the caller's transaction."""
    kinds = ways.kinds()
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
    return sum(send_one(pk, now) for pk in list(due))


def _waiting(now: datetime) -> "db.QuerySet[Outgoing]":
    free = db.Q(claimed_until__isnull=True) | db.Q(claimed_until__lte=now)
    return Outgoing.objects.filter(free, due_at__lte=now, sent_at__isnull=True, given_up_at__isnull=True)


def send_one(pk: int, now: datetime) -> int:
    """Send one alert if nobody else does."""
    # Claiming is one UPDATE: of two senders only one finds the row still free.
    claim = {"claimed_until": now + CLAIM, "attempts": db.F("attempts") + 1}
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
    pause = pause_after(message.attempts)
    fields: Mapping[str, object] = {"due_at": now + pause} if pause else {"given_up_at": now}
    Outgoing.objects.filter(pk=message.pk).update(claimed_until=None, trouble=trouble[:120], **fields)


def _by_mail(message: Outgoing, _now: datetime) -> None:
    to = ways.alert_to()
    if not to:
        raise BadSetting("ZWECK_ALERT_TO is no longer set")
    mail.send(mail.Mail(message.key, to, message.subject, message.text, message.created_at), smtp())


def _by_webhook(message: Outgoing, now: datetime) -> None:
    url = ways.webhook_url()
    if not url:
        raise BadSetting("ZWECK_ALERT_WEBHOOK is no longer set")
    web.post(url, message.payload, message.key, ways.webhook_secret(), now)


_WAYS: dict[str, Send] = {"mail": _by_mail, "webhook": _by_webhook}
