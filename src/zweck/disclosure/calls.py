"""Asking a machine of ours elsewhere to do something for a person: a signed webhook whose answer is wanted.

The row that asks is its caller's, and so are its further attempts; here it is asked once. The vault is asked for the
data at this moment, and the disclosure is recorded, before anything leaves.
"""

from datetime import datetime

from django.db import transaction

from zweck.disclosure import models, web
from zweck.disclosure.recording import ref_of
from zweck.disclosure.values import Answered, Call
from zweck.ledger import acts as ledger
from zweck.vault import acts as vault


def call(wanted: Call, now: datetime) -> Answered:
    """Ask once, outside any transaction: what is disclosed is committed before it leaves. The key stays the same.

    Raises NotPermitted and NoGrant of the vault, NotDelivered to try again later, Declined for a no that stays.
    """
    subject, using = wanted.grant.subject, vault.database_of(wanted.grant.subject.place)
    payload: dict[str, object] = {**wanted.says}
    with transaction.atomic(using=using, durable=True):
        if wanted.fields:
            with vault.reading("disclosure", "webhook", now, using) as reader:
                payload["data"] = dict(reader.read(subject, wanted.grant.purpose, wanted.fields))
        ref = _record(wanted, now, using)
    said = web.ask(wanted.url, payload, wanted.key, wanted.secret, now)
    models.Disclosure.objects.using(using).filter(ref=ref).update(state="sent")
    return Answered(said)


def _record(wanted: Call, now: datetime, using: str) -> bytes:
    """Once for all attempts under a key."""
    subject, ref = wanted.grant.subject, ref_of(wanted.grant.subject.site, wanted.key, wanted.grant.id)
    rows = models.Disclosure.objects.using(using)
    if rows.filter(ref=ref).exists():
        return ref
    body: dict[str, str | list[str | int | bool | None]] = {
        "purpose": wanted.grant.purpose,
        "data": [*wanted.fields],
        "ref": ref.hex(),
        "via": wanted.recipient,
    }
    entry = ledger.record("webhook.disclosed", subject.site, body, now, using)
    rows.create(
        ref=ref,
        site=subject.site,
        subject=subject.id,
        grant=wanted.grant.id,
        purpose=wanted.grant.purpose,
        data=",".join(wanted.fields)[:200],
        recipient=wanted.recipient,
        way="webhook",
        key=wanted.key,
        at=now,
        act=entry.number,
        state="uncertain",
    )
    return ref
