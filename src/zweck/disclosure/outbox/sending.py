"""Sends the letters that are due: the vault is asked, the disclosure recorded, and only then the mail server spoken to.

Asking and recording are one transaction; what it could not commit never leaves. A sender that is killed between the
server's answer and the note of it leaves the letter due, and it is sent again under the same Message-ID.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime

from django.conf import settings
from django.db import models as db
from django.db import transaction

from zweck.disclosure import models, recording, suppressed
from zweck.disclosure.errors import BadLetter, BadSetting, NotDelivered, Unwritable
from zweck.disclosure.letters import wire
from zweck.disclosure.letters.address import writable
from zweck.disclosure.letters.paper import paper
from zweck.disclosure.letters.preparing import prepared
from zweck.disclosure.outbox.posting import is_confirming, parameter
from zweck.disclosure.pauses import CLAIM, pause_after
from zweck.disclosure.smtp import dkim
from zweck.disclosure.smtp.relay import smtp
from zweck.disclosure.smtp.session import Outcome, Ready, Session
from zweck.disclosure.values import State, Stream
from zweck.editions import acts as editions
from zweck.editions.errors import NoEdition
from zweck.vault import acts as vault
from zweck.vault.errors import BadAddress, NoGrant, NotPermitted
from zweck.vault.values import Subject

_BATCH = 20
_STREAMS: tuple[Stream, ...] = ("transactional", "marketing")


@dataclass(frozen=True, slots=True)
class Gated:
    """A letter that may leave: its row, and the mail as it is handed over."""

    row: models.Letter
    ready: Ready


def send_due(now: datetime, using: str) -> int:
    """Send what is due in one database; returns how many the mail server took."""
    rows = _claimed(now, using)
    if not rows:
        return 0
    with transaction.atomic(using=using):
        gated = _gated(rows, now, using)
    return sum(_hand_over([one for one in gated if one.row.stream == stream], stream, now) for stream in _STREAMS)


def _claimed(now: datetime, using: str) -> list[models.Letter]:
    letters = models.Letter.objects.using(using)
    free = db.Q(claimed_until__isnull=True) | db.Q(claimed_until__lte=now)
    due = letters.filter(free, state="waiting", due_at__lte=now)
    # Claiming is one UPDATE for each: of two senders only one finds the row still free.
    claim = {"claimed_until": now + CLAIM, "attempts": db.F("attempts") + 1}
    numbers = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:_BATCH])
    mine = [number for number in numbers if due.filter(pk=number).update(**claim)]
    return list(letters.filter(pk__in=mine).order_by("pk"))


def _gated(rows: Sequence[models.Letter], now: datetime, using: str) -> list[Gated]:
    """Those that may leave, each recorded; the others get their end here."""
    found: list[Gated] = []
    with vault.reading("disclosure", "mail", now, using=using) as reader:
        for row in rows:
            try:
                found.append(Gated(row, _written(row, reader, now)))
            except (NotPermitted, NoGrant, _OutOfForce):
                _end(row, "not-permitted", "the vault gave no address under this purpose")
            except _Suppressed:
                _end(row, "suppressed", "")
            except (Unwritable, BadAddress) as trouble:
                _end(row, "refused", str(trouble))
            except (BadLetter, BadSetting, NoEdition) as trouble:
                _put_off(row, str(trouble), now)
    return found


class _OutOfForce(Exception):  # noqa: N818
    """The grant does not allow this mail, or holds no address."""


class _Suppressed(Exception):  # noqa: N818
    """The reader wants no advertising."""


def _written(row: models.Letter, reader: vault.Reader, now: datetime) -> Ready:
    """Ask for one letter and write it. Raises what `_gated` knows."""
    policy = editions.current(row.site).policy
    subject = Subject(row.site, row.place, bytes(row.subject))
    grant = vault.grant(row.site, row.place, bytes(row.grant))
    if not (grant.state == "active" or (grant.state == "pending" and is_confirming(row.template))):
        raise _OutOfForce
    address, data = _asked(row, subject, reader)
    if row.stream == "marketing" and suppressed.is_suppressed(row.site, address, row.purpose):
        raise _Suppressed
    target, values = writable(address), {**row.says, **{parameter(name): text for name, text in data.items()}}
    stream: Stream = "marketing" if row.stream == "marketing" else "transactional"
    page = paper(row.template, row.language, values, frozenset(row.links))
    mail = prepared(policy, page, row.language, row.purpose, stream, row.reply_to)
    row.message_id = row.message_id or f"{row.key}@{mail.domain}"
    urls = {name: mail.origin + path for name, path in row.links.items()}
    bytes_ = wire.filled(mail, target.address, row.message_id, format_datetime(row.created_at), urls)
    ref = recording.record_letter(row, ("email", *row.fields), mail.provider, now)
    models.Letter.objects.using(row.using).filter(pk=row.pk).update(message_id=row.message_id)
    bytes_ = dkim.signed(bytes_, dkim.signers(settings.KEYS, mail.domain), int(now.timestamp()))
    return Ready(row.pk, mail.bounces.format(ref.hex()), target.address, bytes_, target.needs_utf8)


def _asked(row: models.Letter, subject: Subject, reader: vault.Reader) -> tuple[str, Mapping[str, str]]:
    """The reader's address as it is now, and the data that the text names."""
    if row.entry is None:
        data = dict(reader.read(subject, row.purpose, ("email", *row.fields)))
        address = data.get("email", "")
    else:
        address = reader.read(subject, row.purpose, ("email",)).get("email", "")
        entry = bytes(row.entry)
        data = dict(reader.read(subject, row.purpose, tuple(row.fields), entry)) if row.fields else {}
    if not address:
        raise _OutOfForce
    return address, {name: data.get(name, "") for name in row.fields}


def _hand_over(gated: Sequence[Gated], stream: Stream, now: datetime) -> int:
    if not gated:
        return 0
    began, left, count = time.monotonic(), list(gated), 0
    rows = {one.ready.tag: one.row for one in gated}
    waiting = iter(gated)

    def source() -> Ready | None:
        return next((one.ready for one in waiting), None)

    def report(mail: Ready, outcome: Outcome) -> None:
        nonlocal count
        at = now + timedelta(seconds=time.monotonic() - began)
        count += _note(rows.pop(mail.tag), outcome, at)

    trouble = "the connection was lost before its turn"
    try:
        with Session(smtp(stream)) as session:
            session.run(source, report)
    except (NotDelivered, BadSetting) as failed:
        trouble = str(failed)
    for one in left:
        if one.ready.tag in rows:
            _put_off(one.row, trouble, now)
    return count


def _note(row: models.Letter, outcome: Outcome, at: datetime) -> int:
    """Write down what came of a letter; 1 when it left."""
    if outcome.verdict == "accepted":
        _end(row, "sent", "", answer=outcome.answer, accepted_at=at)
    elif outcome.verdict == "refused":
        _end(row, "refused", outcome.answer)
    else:
        _put_off(row, outcome.answer, at)
    return outcome.verdict == "accepted"


def _end(row: models.Letter, state: State, trouble: str, **more: object) -> None:
    """A letter's end. Its links hold tokens, which nobody needs here any more."""
    using = row.using
    with transaction.atomic(using=using):
        ended: dict[str, object] = {"state": state, "trouble": trouble[:200], "links": {}, "claimed_until": None}
        models.Letter.objects.using(using).filter(pk=row.pk).update(**ended, **more)
        recording.settle(row, state)


def _put_off(row: models.Letter, trouble: str, now: datetime) -> None:
    pause = pause_after(row.attempts)
    if pause is None:
        _end(row, "given-up", trouble)
        return
    fields = {"due_at": now + pause, "claimed_until": None, "trouble": trouble[:200]}
    models.Letter.objects.using(row.using).filter(pk=row.pk).update(**fields)
