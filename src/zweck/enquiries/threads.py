"""Enquiries as rows: finding, opening, and adding a message, each in the transaction of the caller."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, transaction

from zweck.doors import Attachment
from zweck.editions import acts as editions
from zweck.editions.values import Edition
from zweck.enquiries import tags
from zweck.enquiries.errors import NothingSaid, NoThread, NotTaken
from zweck.enquiries.models import File, Message, Thread
from zweck.enquiries.values import Way, Where
from zweck.ledger import acts as ledger
from zweck.policy.periods import over_at
from zweck.vault import acts as vault
from zweck.vault.errors import PaymentData
from zweck.vault.values import Collecting, Grant, KeptFile, Subject

TEXT = "message"  # the datum that holds what is written, on either side
FILE = "attachment"  # the datum that a policy declares where files are taken
PERSON = "person"
LONGEST = 20_000  # characters of what is written on a page


@dataclass(frozen=True, slots=True)
class Said:
    """A message about to be stored."""

    text: str = field(repr=False)
    by: str
    way: Way
    is_elsewhere: bool = False
    left_out: int = 0
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """An enquiry about to be opened."""

    edition: Edition
    purpose: str
    place: str
    language: str
    text_sha256: str
    data: Mapping[str, str] = field(repr=False)
    said: Said


def open_(asked: Asked, now: datetime) -> Thread:
    """Store a new enquiry under its purpose."""
    policy = asked.edition.policy
    using = vault.database_of(asked.place)
    until = over_at(policy, asked.purpose, now)
    with transaction.atomic(using=using):
        collected = vault.collect(
            Collecting(
                site=asked.edition.site,
                place=asked.place,
                purpose=asked.purpose,
                basis=policy.purposes[asked.purpose].basis or "",
                edition=asked.edition.number,
                text_sha256=asked.text_sha256,
                data=asked.data,
                until=until,
                evidence={"by": "person", "way": asked.said.way},
            ),
            now,
        )
        _prolong(collected.grant, until, now)
        thread = Thread.objects.using(using).create(
            ident=tags.new_ident(),
            site=asked.edition.site,
            place=asked.place,
            subject=collected.subject.id,
            grant=collected.grant.id,
            purpose=asked.purpose,
            language=asked.language,
            way=asked.said.way,
            asked_at=now,
            said_at=now,
            until=until,
        )
        _add(thread, collected.entry, asked.said, now, using)
    return thread


def add(thread: Thread, said: Said, now: datetime, using: str) -> Message:
    """Store a further message of either side under the same grant, and move the enquiry's end.

    Raises NothingSaid, NotTaken, NoThread, and what the vault raises.
    """
    if not said.text.strip():
        raise NothingSaid("nothing was written")
    edition = editions.current(thread.site)
    purpose = edition.policy.purposes.get(thread.purpose)
    if purpose is None:
        raise NotTaken("the policy in force no longer has the purpose of this enquiry")
    grant = vault.grant(thread.site, thread.place, bytes(thread.grant))
    until = over_at(edition.policy, thread.purpose, now)
    collected = vault.collect(
        Collecting(
            site=thread.site,
            place=thread.place,
            purpose=thread.purpose,
            basis=purpose.basis or "",
            edition=edition.number,
            text_sha256=grant.text_sha256,
            data={TEXT: said.text},
            subject=subject_of(thread),
            until=until,
            evidence={"by": said.by.partition(":")[0], "way": said.way},
        ),
        now,
    )
    if collected.grant.id != grant.id:  # ended a moment ago: there is nobody to write to any more
        raise NoThread("the time of this enquiry is over")
    _prolong(collected.grant, until, now)
    Thread.objects.using(using).filter(pk=thread.pk).update(until=until)
    return _add(thread, collected.entry, said, now, using)


@contextmanager
def locked(where: Where, now: datetime) -> Iterator[tuple[Thread, str]]:
    """An enquiry that nobody else changes meanwhile, with its database. Raises NoThread."""
    using = vault.database_of(where.place)
    with transaction.atomic(using=using):
        rows = Thread.objects.using(using).select_for_update()
        thread = rows.filter(pk=where.number, site=where.site, place=where.place).first()
        if thread is None or is_over(thread, now):
            raise NoThread("there is no such enquiry, or its time is over")
        yield thread, using


def by_tag(kind: tags.Kind, text: str, now: datetime) -> Thread | None:
    """The enquiry of a tag, in whichever place it lies; None for any other tag, and for what is over.

    Raises DatabaseError where it might lie in a place that does not answer.
    """
    ident = tags.ident_of(kind, text)
    trouble: DatabaseError | None = None
    for using in vault.databases() if ident else ():
        try:
            thread = Thread.objects.using(using).filter(ident=ident).first()
        except DatabaseError as failure:
            trouble = failure
            continue
        if thread is not None:
            return None if is_over(thread, now) else thread
    if trouble is not None:
        raise trouble
    return None


def where_of(thread: Thread) -> Where:
    """Which enquiry a row is."""
    return Where(thread.site, thread.place, thread.number)


def subject_of(thread: Thread) -> Subject:
    """Whose enquiry it is."""
    return Subject(thread.site, thread.place, bytes(thread.subject))


def is_over(thread: Thread, now: datetime) -> bool:
    """Whether its time is over, though nobody has swept it yet."""
    return thread.until is not None and thread.until <= now


def note(act: str, thread: Thread, by: str, now: datetime, using: str) -> None:
    """Write an act on an enquiry into the ledger: its random id, and who, as an account's number."""
    body = {"enquiry": bytes(thread.ident).hex(), "purpose": thread.purpose, "by": by}
    ledger.record(f"enquiry.{act}", thread.site, body, now, using)


def _add(thread: Thread, entry: bytes, said: Said, now: datetime, using: str) -> Message:
    message = Message.objects.using(using).create(
        thread=thread,
        entry=entry,
        by=said.by,
        way=said.way,
        at=now,
        is_elsewhere=said.is_elsewhere,
        left_out=said.left_out,
    )
    _attach(thread, message, said, now, using)
    note("asked" if said.by == PERSON else "answered", thread, said.by, now, using)
    return message


def _attach(thread: Thread, message: Message, said: Said, now: datetime, using: str) -> None:
    """Keep the files of a message, where the policy declares such; count those that are not kept."""
    left = said.left_out
    purpose = editions.current(thread.site).policy.purposes.get(thread.purpose)
    for file in said.files:
        if purpose is None or FILE not in purpose.data:
            left += 1
            continue
        kept = KeptFile(file.name, file.kind, file.content)
        try:
            entry = vault.attach(subject_of(thread), thread.purpose, FILE, kept, said.by.partition(":")[0], now)
        except PaymentData:
            left += 1
            continue
        File.objects.using(using).create(message=message, entry=entry, kind=file.kind, bytes=len(file.content))
    if left != said.left_out:
        message.left_out = left
        message.save(using=using, update_fields=["left_out"])


def _prolong(grant: Grant, until: datetime | None, now: datetime) -> None:
    """A grant lasts as long as the longest of its enquiries."""
    if grant.until is not None and (until is None or until > grant.until):
        vault.extend(grant, until, now)
