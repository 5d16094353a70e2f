"""Takes one mail: reads it, asks the handlers it is meant for, counts what became of it."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum

from zweck import doors
from zweck.disclosure.incoming import judging, routing, texts
from zweck.disclosure.incoming.models import Taken, Tally
from zweck.disclosure.incoming.reading import read
from zweck.disclosure.incoming.routing import Way
from zweck.disclosure.incoming.values import Mail, Outcome

# Longer than a server tries to hand a mail over again, and than anybody forgets an old folder that is read anew.
REMEMBERED = timedelta(days=90)


def take(raw: bytes, envelope: str, now: datetime) -> Outcome:
    """Take a mail, once, however often it comes. Raises BadMail; what a handler raises means: later.

    `envelope`: the address that the mail server delivered to, or empty.
    """
    mail = read(raw)
    outcome = _handed(mail, envelope, now)
    count(outcome, now)
    return outcome


def is_first(mark: bytes, using: str, now: datetime) -> bool:
    """Note a mail in the caller's transaction, beside what it leads to; False for one that was taken before."""
    return Taken.objects.using(using).get_or_create(mark=mark, defaults={"at": now})[1]


def forget(now: datetime) -> int:
    """Forget mails that nobody will bring again, and old counts."""
    gone = Tally.objects.filter(day__lt=(now - REMEMBERED).date()).delete()[0]
    for using in sorted(set(getattr(settings, "PLACES", {"": "default"}).values())):
        gone += Taken.objects.using(using).filter(at__lt=now - REMEMBERED).delete()[0]
    return gone


def count(outcome: str, now: datetime) -> None:
    """Count what became of a mail; the day is UTC's."""
    with transaction.atomic():
        row, _ = Tally.objects.get_or_create(day=now.astimezone(UTC).date(), outcome=outcome)
        Tally.objects.filter(pk=row.pk).update(count=F("count") + 1)


def counted(since: datetime) -> dict[str, int]:
    """How many mails had which outcome since the beginning of a moment's day."""
    rows = Tally.objects.filter(day__gte=since.astimezone(UTC).date()).values_list("outcome")
    return dict(rows.annotate(total=Sum("count")).order_by())


def _handed(mail: Mail, envelope: str, now: datetime) -> Outcome:
    ways = list(routing.ways(mail, envelope, tuple(doors.mailboxes)))
    if mail.is_report:
        tags = tuple(way.token for way in routing.tagged((envelope,)) if way.kind == "bounce")
        given = _incoming(mail, Way("bounce", envelope, ""), now)
        return "taken" if judging.judge(mail.reports, (*tags, *mail.refs), given) else "left"
    if mail.is_automatic:
        # An answer of a machine to a mail of ours is done with; any other mail of a machine is not ours to judge.
        return "ignored" if mail.refs or any(way.token for way in ways) else "left"
    for way in ways:
        if doors.mailboxes[way.kind](_incoming(mail, way, now)):
            return "taken"
    return "left"


def _incoming(mail: Mail, way: Way, now: datetime) -> doors.Incoming:
    return doors.Incoming(
        to=way.to,
        token=way.token,
        sender=mail.sender,
        name=mail.name,
        subject=mail.subject,
        text=mail.text,
        said=texts.said(mail.text),
        attachments=mail.attachments,
        left_out=mail.left_out,
        mark=_mark(mail),
        at=now,
    )


def _mark(mail: Mail) -> bytes:
    """The same for the same mail. Its content belongs to it: some programs give all their mails one Message-ID."""
    told = f"incoming\0{mail.message_id}\0{mail.sender.casefold()}\0{mail.digest.hex()}"
    return hmac.new(settings.SECRET_KEY.encode(), told.encode("utf-8", "replace"), hashlib.sha256).digest()
