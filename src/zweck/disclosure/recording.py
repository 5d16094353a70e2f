"""What left, to whom, under which purpose: a row and a ledger entry, before it leaves."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from zweck.disclosure import models
from zweck.disclosure.values import STATES, Disclosed, State
from zweck.ledger import acts as ledger
from zweck.vault import acts as vault

Plain = str | int | bool | None
Value = Plain | list[Plain]


def ref_of(site: str, key: str, grant: bytes) -> bytes:
    """The name of one disclosure: the same for the same letter to the same reader."""
    return hashlib.sha256(b"\0".join((site.encode(), key.encode(), grant))).digest()[:16]


def record_letter(row: models.Letter, data: tuple[str, ...], via: str, now: datetime) -> bytes:
    """Record that a letter is about to leave, once for all its attempts; gives its name."""
    using, ref = row.using, ref_of(row.site, row.key, bytes(row.grant))
    rows = models.Disclosure.objects.using(using)
    if rows.filter(ref=ref).exists():
        return ref
    body: dict[str, Value] = {
        "template": row.template,
        "purpose": row.purpose,
        "data": [*data],
        "ref": ref.hex(),
        "via": via,
    }
    entry = ledger.record("mail.disclosed", row.site, body, now, using)
    rows.create(
        ref=ref,
        site=row.site,
        subject=row.subject,
        grant=row.grant,
        purpose=row.purpose,
        data=",".join(data)[:200],
        recipient=via,
        way="mail",
        key=row.key,
        at=now,
        act=entry.number,
        state="uncertain",
    )
    return ref


def settle(row: models.Letter, state: State) -> None:
    """Write down at its disclosure what came of a letter; one that was never disclosed has none."""
    ref = ref_of(row.site, row.key, bytes(row.grant))
    models.Disclosure.objects.using(row.using).filter(ref=ref).update(state=state)


def bounced(tag: str) -> Disclosed | None:
    """What a bounce speaks of, by the hex digits of its address's tag; None when it is nothing of ours."""
    try:
        ref = bytes.fromhex(tag)
    except ValueError:
        return None
    for using in vault.databases():
        row = models.Disclosure.objects.using(using).filter(ref=ref).first()
        if row is not None:
            return _disclosed(row, using)
    return None


def of_subject(subject: bytes, using: str) -> Iterator[Disclosed]:
    """Everything that left of one person, oldest first."""
    for row in models.Disclosure.objects.using(using).filter(subject=subject).order_by("pk"):
        yield _disclosed(row, using)


def _disclosed(row: models.Disclosure, using: str) -> Disclosed:
    return Disclosed(
        ref=bytes(row.ref),
        site=row.site,
        subject=bytes(row.subject),
        grant=bytes(row.grant),
        purpose=row.purpose,
        data=tuple(row.data.split(",")),
        recipient=row.recipient,
        way=row.way,
        key=row.key,
        at=row.at,
        state=STATES[row.state],
        using=using,
    )
