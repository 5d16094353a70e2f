"""Double opt-in: somebody's address is asked by mail, and only the answer to that mail puts it on the list.

Whoever types an address into a form learns nothing about it. An address gets at most one mail a day and list because of
what somebody typed: a question, or for those on the list already a word that they are, with the way to their settings.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from zweck.disclosure import acts as disclosure
from zweck.disclosure.values import Letter, Posted
from zweck.editions.values import Edition
from zweck.mailing import keeping
from zweck.mailing.keeping import Given
from zweck.mailing.marks import mark
from zweck.mailing.models import Ask, Told
from zweck.mailing.purposes import check
from zweck.mailing.values import Way
from zweck.policy.texts import say
from zweck.policy.words import words
from zweck.vault import acts as vault
from zweck.vault.values import Collecting, Grant, Reading, Subject, Submission, Taken

ANSWER_WITHIN = timedelta(days=7)
ONCE_IN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Wish:
    """An address that is to be asked, and by what. `subject`: whose it is, where that is known."""

    edition: Edition
    purpose: str
    email: str = field(repr=False)
    place: str
    language: str
    form: str
    text_sha256: str
    subject: Subject | None = None


def subscribe(sent: Submission) -> Taken:
    """Take what the form of a list brought. Raises NotMarketing."""
    check(sent.edition.policy, sent.purpose)
    email = sent.data["email"]
    wish = Wish(sent.edition, sent.purpose, email, sent.place, sent.language, sent.form, sent.text_sha256)
    ask(wish, sent.now)
    return Taken(mails=True)


def ask(wish: Wish, now: datetime) -> None:
    """Ask an address, unless it is on the list already, and write to it unless it was written to today."""
    own, held = mark(wish.email), _held(wish)
    using = vault.database_of(held.subject.place if held else wish.place)
    with transaction.atomic(using=using):
        if not _is_first_today(wish, own, now, using):
            return
        grant = held or vault.collect(_collecting(wish, now), now).grant
        if grant.state == "pending":
            _note(grant, wish, own, _post_question(grant, wish, now), now)
        else:
            _tell_it_is_on(grant, wish, now)


def confirm(grant: Grant, now: datetime) -> bool:
    """Put whoever was asked on the list: grant, proof and ledger together. False where there is nothing to confirm."""
    using = vault.database_of(grant.subject.place)
    with transaction.atomic(using=using):
        # Locked, so that of two clicks at once only one finds the question.
        row = Ask.objects.using(using).select_for_update().filter(grant=grant.id, until__gt=now).first()
        if row is None:
            return False
        vault.confirm(grant, None, now)
        _lift(grant, now)
        keeping.keep(_given(row, using), now, now, using)
        row.delete(using=using)
    return True


def refuse(grant: Grant, now: datetime) -> bool:
    """Whoever was asked says that they never wished it: what was typed is gone at once."""
    using = vault.database_of(grant.subject.place)
    with transaction.atomic(using=using):
        gone, _ = Ask.objects.using(using).filter(grant=grant.id).delete()
        if gone:
            vault.withdraw(grant.subject, grant.purpose, "never asked for", now)
    return bool(gone)


def forget(now: datetime, using: str) -> int:
    """Drop questions that nobody answered in time, and when addresses were last written to."""
    gone, _ = Ask.objects.using(using).filter(until__lte=now).delete()
    old, _ = Told.objects.using(using).filter(at__lte=now - ONCE_IN).delete()
    return gone + old


def _held(wish: Wish) -> Grant | None:
    """The grant in force of an address on this list, wherever the list lies."""
    places = tuple(wish.edition.policy.purposes[wish.purpose].places) or (wish.place,)
    for found in vault.find(wish.edition.site, "email", wish.email, places):
        for grant in found.grants:
            if grant.purpose == wish.purpose and grant.state == "active":
                return grant
    return None


def _is_first_today(wish: Wish, own: bytes, now: datetime, using: str) -> bool:
    """Whether the address was not written to about this list for a day; from now on it was."""
    about = {"site": wish.edition.site, "purpose": wish.purpose, "mark": own}
    row, is_new = Told.objects.using(using).get_or_create(**about, defaults={"at": now})
    if is_new:
        return True
    older = Told.objects.using(using).filter(pk=row.pk, at__lte=now - ONCE_IN)
    return older.update(at=now) == 1


def _collecting(wish: Wish, now: datetime) -> Collecting:
    purpose = wish.edition.policy.purposes[wish.purpose]
    return Collecting(
        site=wish.edition.site,
        place=wish.subject.place if wish.subject else wish.place,
        purpose=wish.purpose,
        basis=str(purpose.basis),
        edition=wish.edition.number,
        text_sha256=wish.text_sha256,
        data={"email": wish.email},
        subject=wish.subject,
        until=now + ANSWER_WITHIN,
        pending=True,
        evidence={"form": wish.form, "language": wish.language},
    )


def _post_question(grant: Grant, wish: Wish, now: datetime) -> Posted:
    policy, said = wish.edition.policy, words(wish.language)
    until = now + ANSWER_WITHIN
    letter = Letter(
        grant=grant,
        template="newsletter-confirm",
        language=wish.language,
        key=f"ask-{secrets.token_hex(16)}",
        says={
            "purpose": say(policy.purposes[grant.purpose].name, wish.language),
            "site": policy.name,
            "until": said.day_time(until, policy.time_zone),
            "day": said.date(until.date()),
        },
        links={"confirm": f"/z/confirm/{vault.token('confirm', grant, until)}"},
    )
    return disclosure.post(letter, now)


def _tell_it_is_on(grant: Grant, wish: Wish, now: datetime) -> None:
    policy = wish.edition.policy
    letter = Letter(
        grant=grant,
        template="newsletter-already",
        language=wish.language,
        key=f"already-{secrets.token_hex(16)}",
        says={"purpose": say(policy.purposes[grant.purpose].name, wish.language), "site": policy.name},
        links={"mine": f"/z/mine/{vault.token('mine', grant, None)}"},
    )
    disclosure.post(letter, now)


def _note(grant: Grant, wish: Wish, own: bytes, posted: Posted, now: datetime) -> None:
    told = {
        "site": wish.edition.site,
        "purpose": wish.purpose,
        "mark": own,
        "edition": wish.edition.number,
        "text_sha256": wish.text_sha256,
        "form": wish.form,
        "language": wish.language,
        "asked_at": now,
        "until": now + ANSWER_WITHIN,
        "posted": posted.number,
    }
    Ask.objects.using(posted.using).update_or_create(grant=grant.id, defaults=told)


def _given(row: Ask, using: str) -> Given:
    fate = disclosure.fate(Posted(row.posted, using)) if row.posted is not None else None
    way: Way = "preferences" if row.form == "" else "form"
    return Given(
        site=row.site,
        purpose=row.purpose,
        grant=bytes(row.grant),
        mark=bytes(row.mark),
        edition=row.edition,
        text_sha256=row.text_sha256,
        form=row.form,
        language=row.language,
        way=way,
        asked_at=row.asked_at,
        accepted_at=fate.accepted_at if fate else None,
        message_id=fate.message_id if fate else "",
        answer=fate.answer if fate else "",
    )


def _lift(grant: Grant, now: datetime) -> None:
    """Whoever confirms wants mail again, whatever was said before."""
    wish = Reading(grant.subject, grant.purpose, ("email",), by="person", reason="confirmed")
    email = vault.read(wish, now)["email"]
    disclosure.lift(grant.subject.site, email, grant.purpose, now)
