"""A trial begins: the form was sent, then the link in the mail was pressed."""

import logging
import os
import re
from dataclasses import dataclass
from datetime import datetime

from django.db import Error, transaction

from zweck.disclosure import acts as disclosure
from zweck.disclosure.values import Letter
from zweck.editions import acts as editions
from zweck.ledger import acts as ledger
from zweck.places import acts as places
from zweck.trials import models
from zweck.trials.errors import NoTrial
from zweck.trials.offering import currencies
from zweck.trials.terms import PENDING, SET_UP_WITHIN
from zweck.vault import acts as vault
from zweck.vault.values import Collecting, Grant, Reading, Subject, Submission, Taken

MOST_MAILS = 5  # that one trial is asked to be confirmed with: nobody's mailbox is flooded through our form
BY = "disclosure"  # who may read an address before it is confirmed: to write to it, or to see whether it was asked for
TOKEN = "trial"  # noqa: S105  (a kind of token)


SEP = "~"  # in a link, between the token and what its form said
_SAID = re.compile(r"(?P<entry>[0-9a-f]{32})~(?P<currency>[A-Z]{3})?")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """What one form said: the entry that holds its data, the currency that was chosen, and its language.

    Anybody may type an address, and several forms may wait under one. Each has a link of its own in its own mail, and
    the link carries the wish: what is confirmed is what that form said.
    """

    entry: bytes
    currency: str
    language: str


def link(grant: Grant, language: str, wish: Wish | None = None) -> str:
    """The path of a trial's own page, in the language of the mail that holds it."""
    said = f"{SEP}{wish.entry.hex()}{SEP}{wish.currency}" if wish else ""
    return f"/z/trial/{vault.token(TOKEN, grant, None)}{said}?lang={language}"


def wish_of(said: str, row: models.Trial, now: datetime, language: str) -> Wish | None:
    """The wish that a link carries for a trial that is not confirmed yet; None where there is no such form any more.

    Not signed: whoever holds a link for this address may have any of its forms, and chose the currency freely.
    """
    subject = Subject(row.site, row.place, bytes(row.subject))
    entries = vault.entries(subject, row.purpose, now)
    if not said:  # of a mail that was sent before links carried it
        return Wish(entries[0], row.currency, language) if entries else None
    found = _SAID.fullmatch(said)
    if found is None or bytes.fromhex(found["entry"]) not in entries:
        return None
    return Wish(bytes.fromhex(found["entry"]), found["currency"] or "", language)


def start(submission: Submission) -> Taken:
    """Take the form. Rows and a letter, in the chosen place; the answer is the same whoever asks.

    Whoever has a trial already is written to about that one, and nothing new is stored. Whoever did not confirm one
    yet may ask again, for another place too: each form waits for its own link, and the first to be pressed counts.
    """
    earlier = _earlier(submission.site, submission.data["email"], submission.purpose)
    for grant in earlier:
        if grant.state != "pending":
            _remind(grant, submission)
            return Taken()
    if not any(grant.subject.place == submission.place and _asked_enough(grant) for grant in earlier):
        _ask(submission)
    return Taken()


def _earlier(site: str, address: str, purpose: str) -> list[Grant]:
    """The trials of this address in all places that can be asked: one that is away stops nobody elsewhere."""
    away = places.down()
    found = vault.find(site, "email", address, tuple(one for one in vault.places() if one not in away))
    return [grant for one in found for grant in one.grants if grant.purpose == purpose]


def _asked_enough(grant: Grant) -> bool:
    """Whether no further mail goes to this address about this place, so that nothing more can be confirmed either."""
    using = vault.database_of(grant.subject.place)
    return models.Trial.objects.using(using).filter(grant=grant.id, asked__gte=MOST_MAILS).exists()


def _remind(grant: Grant, submission: Submission) -> None:
    """Write to somebody who has a trial where it is, at most once a day."""
    using = vault.database_of(grant.subject.place)
    row = models.Trial.objects.using(using).filter(grant=grant.id).first()
    if row is None:
        return
    key = f"trial-again-{bytes(row.ident).hex()}-{submission.now:%Y%m%d}"
    with transaction.atomic(using=using):
        letter = Letter(
            grant, "trial-again", submission.language, key, links={"trial": link(grant, submission.language)}
        )
        disclosure.post(letter, submission.now)


def _ask(submission: Submission) -> None:
    using, now = vault.database_of(submission.place), submission.now
    policy = submission.edition.policy
    basis = policy.purposes[submission.purpose].basis or "contract"
    wanted = Collecting(
        site=submission.site,
        place=submission.place,
        purpose=submission.purpose,
        basis=basis,
        edition=submission.edition.number,
        text_sha256=submission.text_sha256,
        data=submission.data,
        until=now + PENDING,
        pending=True,
        evidence={"form": submission.form, "language": submission.language},
    )
    with transaction.atomic(using=using):
        collected = vault.collect(wanted, now)
        grant, chosen = collected.grant, submission.choices.get("currency", "")
        wish = Wish(collected.entry, chosen if chosen in currencies(policy) else "", submission.language)
        row, is_new = models.Trial.objects.using(using).get_or_create(
            grant=grant.id,
            defaults={
                "ident": os.urandom(16),
                "site": grant.subject.site,
                "place": grant.subject.place,
                "subject": grant.subject.id,
                "purpose": grant.purpose,
                "language": wish.language,
                "currency": wish.currency,
                "made_at": now,
                "due_at": now + PENDING,
            },
        )
        row.due_at = now + PENDING
        row.asked += 0 if is_new else 1
        row.save(using=using)
        key = f"trial-confirm-{bytes(row.ident).hex()}-{row.asked}"
        links = {"trial": link(grant, wish.language, wish)}
        disclosure.post(Letter(grant, "trial-confirm", wish.language, key, links=links), now)


def confirm(row: models.Trial, grant: Grant, wish: Wish, now: datetime) -> None:
    """A link was pressed: the trial is to be set up as its form said. A second press changes nothing.

    What other forms said for this address goes, here and in other places. Raises NoTrial where it has a trial already.
    """
    others = _elsewhere(grant, wish, now)
    if any(one.state != "pending" for one in others):
        raise NoTrial("this address has a trial in another place")
    using = row.using
    with transaction.atomic(using=using):
        locked = models.Trial.objects.using(using).select_for_update().get(pk=row.pk)
        if locked.state != "pending":
            return
        # Until it is set up nobody knows its end; what never is goes like any other trial.
        vault.confirm(grant, now + SET_UP_WITHIN, now)
        said = vault.entries(grant.subject, grant.purpose, now)
        vault.drop(grant.subject, grant.purpose, [one for one in said if one != wish.entry], "not confirmed", now)
        locked.currency, locked.language = wish.currency, wish.language
        locked.state, locked.due_at, locked.attempts = "confirmed", now, 0
        locked.save(using=using)
        edition = editions.current(row.site).number
        ledger.record("trial.confirmed", row.site, {"trial": bytes(row.ident).hex(), "edition": edition}, now, using)
    for one in others:
        _forget(one, now)


def _elsewhere(grant: Grant, wish: Wish, now: datetime) -> list[Grant]:
    """Other trials of the same address."""
    wanted = Reading(grant.subject, grant.purpose, ("email",), BY, "asked for in another place", wish.entry)
    address = vault.read(wanted, now)["email"]
    return [one for one in _earlier(grant.subject.site, address, grant.purpose) if one.id != grant.id]


def _forget(grant: Grant, now: datetime) -> None:
    """Drop what was not confirmed. Where its database is away it goes by itself, in time."""
    using = vault.database_of(grant.subject.place)
    try:
        with transaction.atomic(using=using):
            gone, _ = models.Trial.objects.using(using).filter(grant=grant.id, state="pending").delete()
            if gone:
                vault.withdraw(grant.subject, grant.purpose, "another form was confirmed", now)
    except Error as away:
        log.warning("a trial that was not confirmed could not be dropped yet: %s", type(away).__name__)
