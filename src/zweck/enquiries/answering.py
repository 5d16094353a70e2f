"""What staff do with an enquiry: see what waits, read it, answer it, close it. Every read is recorded by the vault."""

from collections.abc import Sequence
from datetime import datetime

from django.db import DatabaseError, transaction
from django.db.models import Count, Q

from zweck.disclosure import acts as disclosure
from zweck.disclosure.values import Posted
from zweck.enquiries import letters, threads
from zweck.enquiries.errors import Meanwhile, NoThread
from zweck.enquiries.models import File, Message, Thread
from zweck.enquiries.threads import FILE, PERSON, TEXT, Said
from zweck.enquiries.values import STATES, WAYS, Filed, Listed, Opened, Overview, Sent, Shown, Where
from zweck.ledger import acts as ledger
from zweck.policy.model import Policy
from zweck.vault import acts as vault
from zweck.vault.values import KeptFile, Reading

MOST = 200  # enquiries in a list
_FATES: dict[str, Sent] = {"waiting": "waiting", "sent": "sent", "uncertain": "waiting"}


def waiting(site: str, purposes: Sequence[str], now: datetime) -> Overview:
    """What waits for an answer, the oldest first, over all places. Names nobody and reads nothing of the vault."""
    return _overview(site, Q(purpose__in=purposes, state="open"), now)


def settled(site: str, purposes: Sequence[str], now: datetime) -> Overview:
    """What was answered or closed and is still there, the newest first."""
    found = _overview(site, Q(purpose__in=purposes) & ~Q(state="open"), now)
    return Overview(tuple(reversed(found.rows)), found.unreachable)


def of_address(site: str, purposes: Sequence[str], address: str, by: str, now: datetime) -> Overview:
    """The enquiries of whoever has an address; that somebody looked is recorded. Raises BadAddress."""
    subjects = [found.subject.id for found in vault.find(site, "email", address)]
    found = _overview(site, Q(purpose__in=purposes, subject__in=subjects), now)
    with transaction.atomic():
        ledger.record("enquiry.searched", site, {"by": by, "found": len(found.rows)}, now)
    return found


def purpose_of(where: Where, now: datetime) -> str:
    """The purpose under which an enquiry is held. Raises NoThread."""
    return _row(where, now).purpose


def address_of(where: Where, by: str, now: datetime) -> str:
    """The address of whoever asked, read for an instruction of theirs and recorded. Raises NoThread, NotPermitted."""
    thread = _row(where, now)
    wanted = Reading(threads.subject_of(thread), thread.purpose, ("email",), by, "take off the list")
    return vault.read(wanted, now).get("email", "")


def read(where: Where, policy: Policy, by: str, now: datetime) -> Opened:
    """An enquiry with all that was written, read under its purpose and recorded. Raises NoThread, NotPermitted."""
    return opened(_row(where, now), policy, by, now)


def opened(thread: Thread, policy: Policy, by: str, now: datetime) -> Opened:
    """The same, for whoever holds the row already."""
    using = vault.database_of(thread.place)
    subject = threads.subject_of(thread)
    rows = list(thread.messages.using(using).order_by("pk"))
    declared = policy.purposes[thread.purpose].data if thread.purpose in policy.purposes else []
    about = tuple(name for name in declared if name not in (TEXT, FILE))
    said: list[str] = []
    reason = "enquiry" if by != PERSON else "own page"
    with vault.reading(by, reason, now, using) as reader:
        first = dict(reader.read(subject, thread.purpose, (TEXT, *about), bytes(rows[0].entry))) if rows else {}
        said.append(first.pop(TEXT, ""))
        if rest := [bytes(row.entry) for row in rows[1:]]:
            said += [one.get(TEXT, "") for one in reader.read_entries(subject, thread.purpose, (TEXT,), rest)]
    shown = tuple(_shown(row, text, using) for row, text in zip(rows, said, strict=False))
    return Opened(_listed(thread, len(rows)), shown, first)


def file(where: Where, number: int, by: str, now: datetime) -> KeptFile:
    """A file of an enquiry, read under its purpose and recorded. Raises NoThread, NotPermitted."""
    thread = _row(where, now)
    using = vault.database_of(where.place)
    row = File.objects.using(using).filter(pk=number, message__thread=thread).first()
    if row is None:
        raise NoThread("this enquiry has no such file")
    wanted = Reading(threads.subject_of(thread), thread.purpose, (FILE,), by, "enquiry", bytes(row.entry))
    return vault.file_of(wanted, now)


def answer(where: Where, text: str, by: str, seen: int, now: datetime) -> None:
    """Answer an enquiry: the text is stored under its purpose, and a mail leaves with it, in one transaction.

    `seen`: the last message that whoever answers has seen. Raises Meanwhile where there is a newer one: then
    nothing was stored or sent. Raises NothingSaid, NoThread, NotTaken, and what the vault raises.
    """
    with threads.locked(where, now) as (thread, using):
        if thread.messages.using(using).filter(pk__gt=seen).exists():
            raise Meanwhile("something was written meanwhile")
        message = threads.add(thread, Said(text, by, "page"), now, using)
        thread.refresh_from_db(using=using)
        letter = letters.answered(thread, message, now)
        Message.objects.using(using).filter(pk=message.pk).update(letter=letter)
        Thread.objects.using(using).filter(pk=thread.pk).update(state="answered", answered_at=now, taken_by=by)


def take_on(where: Where, by: str, now: datetime) -> None:
    """Say that an account means to answer; empty gives it back. Raises NoThread."""
    with threads.locked(where, now) as (thread, using):
        Thread.objects.using(using).filter(pk=thread.pk).update(taken_by=by)


def close(where: Where, by: str, now: datetime) -> None:
    """Close an enquiry that needs no answer; a further message opens it again. Raises NoThread."""
    with threads.locked(where, now) as (thread, using):
        if thread.state != "closed":
            Thread.objects.using(using).filter(pk=thread.pk).update(state="closed")
            threads.note("closed", thread, by, now, using)


def _overview(site: str, which: Q, now: datetime) -> Overview:
    rows: list[Listed] = []
    unreachable: list[str] = []
    for using in vault.databases():
        try:
            there = Thread.objects.using(using).filter(which, Q(until__isnull=True) | Q(until__gt=now), site=site)
            counted = there.annotate(count=Count("messages")).order_by("said_at")
            rows += [_listed(thread, thread.count) for thread in counted[:MOST]]
        except DatabaseError:
            unreachable += [place for place in vault.places() if vault.database_of(place) == using]
    return Overview(tuple(sorted(rows, key=lambda row: row.said_at))[:MOST], tuple(unreachable))


def _row(where: Where, now: datetime) -> Thread:
    using = vault.database_of(where.place)
    thread = Thread.objects.using(using).filter(pk=where.number, site=where.site, place=where.place).first()
    if thread is None or threads.is_over(thread, now):
        raise NoThread("there is no such enquiry, or its time is over")
    return thread


def _listed(thread: Thread, messages: int) -> Listed:
    return Listed(
        where=threads.where_of(thread),
        purpose=thread.purpose,
        language=thread.language,
        state=STATES[thread.state],
        way=WAYS[thread.way],
        asked_at=thread.asked_at,
        said_at=thread.said_at,
        answered_at=thread.answered_at,
        until=thread.until,
        taken_by=thread.taken_by,
        messages=messages,
    )


def _shown(row: Message, text: str, using: str) -> Shown:
    return Shown(
        number=row.pk,
        by=row.by,
        way=WAYS[row.way],
        at=row.at,
        said=disclosure.new_part(text) if row.way == "mail" else text.strip(),
        text=text,
        is_elsewhere=row.is_elsewhere,
        left_out=row.left_out,
        sent=_sent(row, using),
        files=tuple(Filed(file.pk, file.kind, file.bytes) for file in row.files.using(using).order_by("pk")),
    )


def _sent(row: Message, using: str) -> Sent:
    if row.letter is None:
        return "none"
    fate = disclosure.fate(Posted(row.letter, using))
    return _FATES.get(fate.state, "failed") if fate else "none"  # dropped, since it is long ago
