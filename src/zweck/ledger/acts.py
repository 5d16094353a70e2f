"""The only door to the ledger."""

import json
import logging
import secrets
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.db import transaction

from zweck.ledger import exporting, formats, keys, merkle, recount, sealing, sequencer, sql, testimony
from zweck.ledger.entry import Value, compose, moment, stamp
from zweck.ledger.errors import NotInLog, OutsideTransaction
from zweck.ledger.models import Act, Position
from zweck.ledger.models import Checkpoint as CheckpointRow
from zweck.ledger.values import Checkpoint, Entry, Inclusion, Receipt, Recount, Where

log = logging.getLogger(__name__)


def where(using: str = "default") -> Where:
    """Where a database's log lies."""
    return Where(using, settings.KEYS, settings.DATA / "checkpoints")


def record(act: str, site: str, body: Mapping[str, Value], now: datetime, using: str = "default") -> Receipt:
    """Write an act down, in the transaction of what it records: both happen or neither.

    The body holds text, whole numbers, truths, null, and lists of these; the ledger adds act, site, time and a random
    id. Raises OutsideTransaction, BadBody, and PersonInBody when a value holds an e-mail or network address.
    """
    data = compose(act, site, body, secrets.token_hex(16), now)
    leaf = merkle.leaf_hash(data)
    number = sql.insert_act(using, site, leaf, data.decode())
    if number is None:
        raise OutsideTransaction(f"{act}: open transaction.atomic(using={using!r}) around the act and its record")
    return Receipt(number, leaf, now, using)


def promise(receipt: Receipt) -> str:
    """The signed promise that the act is, or will be, in the log: a note of origin, leaf and time.

    Ask after the commit; inside a transaction it raises RuntimeError, since a promise cannot be rolled back.
    """
    origin = sequencer.origin_of(receipt.using)
    with transaction.atomic(using=receipt.using, durable=True):
        if not Act.objects.using(receipt.using).filter(pk=receipt.number, leaf=receipt.leaf).exists():
            raise NotInLog("this act was not committed; nothing is promised")
    signer = keys.signer(origin, where(receipt.using).keys)
    return signer.sign(f"{origin}\n{formats.PROMISE}\n{b64encode(receipt.leaf).decode()}\nat {stamp(receipt.at)}\n")


def receipt_file(receipt: Receipt) -> str:
    """The receipt as a JSON file for `zweck verify`: the promise, and the proof as soon as there is one."""
    entry = _entry_of(receipt)
    proof = inclusion(receipt) if entry.position >= 0 else None
    return formats.receipt(verifier(receipt.using), entry, promise(receipt), proof)


def seal(document: Mapping[str, object], using: str = "default") -> dict[str, object]:
    """The document with a `signature`: Ed25519 with the log's key over its canonical form (RFC 8785).

    The document holds objects, lists, text, whole numbers, truths and null, under ASCII keys.
    """
    signer = keys.signer(sequencer.origin_of(using), where(using).keys)
    return sealing.sealed(document, signer)


def body_of(receipt: Receipt) -> str:
    """The recorded body of an act, canonical JSON. Raises NotInLog."""
    return _entry_of(receipt).body


def sequence(now: datetime, using: str = "default") -> int:
    """Order what was committed since the last run and sign a checkpoint; gives the number of entries.

    Not inside a transaction. Raises LogForked, KeyTrouble, LedgerError; see `sequencer`.
    """
    return sequencer.sequence(where(using), now)


def size(using: str = "default") -> int:
    """How many entries have their position."""
    newest = checkpoint(using)
    return newest.size if newest else 0


def checkpoint(using: str = "default") -> Checkpoint | None:
    """The newest checkpoint; none while the log is empty."""
    row = CheckpointRow.objects.using(using).order_by("-size").first()
    return Checkpoint(row.size, bytes(row.root), row.note, row.at) if row else None


def verifier(using: str = "default") -> str:
    """The public key in C2SP form; publish it where the log's owner alone cannot change it unseen."""
    return str(keys.signer(sequencer.origin_of(using), where(using).keys).verifier)


def entries(start: int, end: int, using: str = "default") -> Iterator[Entry]:
    """The entries at the positions [start, end)."""
    return (Entry(*row) for row in sql.entries(using, start, end))


def entry(receipt: Receipt) -> Entry:
    """An act as it was written down; position -1 while it has none. Raises NotInLog for one that is not there."""
    return _entry_of(receipt)


def bodies(act: str, using: str = "default", *, after: Receipt | None = None) -> Iterator[str]:
    """The bodies of all acts whose name begins so, in the order in which they were recorded, placed or not.

    `after`: only what was recorded after this one.
    """
    return sql.bodies(using, act, after.number if after else 0)


def inclusion(receipt: Receipt) -> Inclusion:
    """Shows that the act is in the tree of the newest checkpoint. Raises NotInLog before it is sequenced."""
    entry, newest = _entry_of(receipt), checkpoint(receipt.using)
    if newest is None or not 0 <= entry.position < newest.size:
        raise NotInLog("this act has no position yet; the sequencer gives it one within seconds")
    return Inclusion(entry, merkle.inclusion(entry.position, newest.size, _hash_of(receipt.using)), newest)


def consistency(old: int, new: int, using: str = "default") -> tuple[bytes, ...]:
    """Shows that the tree of `new` entries begins with that of `old`. Raises NotInLog."""
    if not 0 <= old <= new <= size(using):
        raise NotInLog(f"the log has {size(using)} entries; choose 0 <= old <= new within them")
    return merkle.consistency(old, new, _hash_of(using))


def export(to: Path | TextIO, using: str = "default", start: int = 0) -> int:
    """Write the log as one file for `zweck verify`; gives the number of entries.

    `start` is 0 or the size of a checkpoint, from which a shorter file continues. Raises NotInLog.
    """
    if isinstance(to, Path):
        with to.open("w", encoding="utf-8", newline="\n") as stream:
            return exporting.write(stream, using, verifier(using), start)
    return exporting.write(to, using, verifier(using), start)


def cosign(at_size: int, line: str, witness: str, using: str = "default") -> None:
    """Keep a witness's cosignature line of a checkpoint. `witness`: its verifier key. Raises BadNote, NotInLog."""
    testimony.add_cosignature(using, at_size, line, witness)


def timestamp(at_size: int, token: bytes, using: str = "default") -> None:
    """Keep an RFC 3161 token over SHA-256 of a checkpoint's note. Raises BadNote when it is over something else."""
    testimony.add_timestamp(using, at_size, token)


def oldest_unsequenced(now: datetime, using: str = "default") -> timedelta | None:
    """How long the oldest committed act has been waiting for its position; none waits: None."""
    newest = CheckpointRow.objects.using(using).order_by("-size").values_list("settled", flat=True).first()
    found = sql.oldest_pending(using, newest or 0)
    return now - moment(json.loads(found)["at"]) if found else None


def recounted(using: str = "default") -> Recount:
    """Build the tree anew from the acts and hold it against every checkpoint, in the database and outside."""
    return recount.recount(where(using))


def _entry_of(receipt: Receipt) -> Entry:
    """The act as an entry; position -1 while it has none."""
    act = Act.objects.using(receipt.using).filter(pk=receipt.number, leaf=receipt.leaf).first()
    if act is None:
        raise NotInLog("no such act: it was rolled back, or the receipt belongs to another database")
    position = Position.objects.using(receipt.using).filter(act_id=act.pk).values_list("position", flat=True).first()
    return Entry(-1 if position is None else position, bytes(act.leaf), act.body)


def _hash_of(using: str) -> merkle.HashOf:
    return lambda start, end: merkle.root_of(sql.leaves(using, start, end))
