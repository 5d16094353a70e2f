"""A trial begins: the form was sent, then the link in the mail was pressed."""

import os
from datetime import datetime

from django.db import transaction

from zweck.disclosure import acts as disclosure
from zweck.disclosure.values import Letter
from zweck.editions import acts as editions
from zweck.ledger import acts as ledger
from zweck.trials import models
from zweck.trials.offering import currencies
from zweck.trials.terms import PENDING, SET_UP_WITHIN
from zweck.vault import acts as vault
from zweck.vault.values import Collecting, Grant, Submission, Taken

MOST_MAILS = 5  # that one trial is asked to be confirmed with: nobody's mailbox is flooded through our form
TOKEN = "trial"  # noqa: S105  (a kind of token)


def link(grant: Grant, language: str) -> str:
    """The path of a trial's own page, in the language of the mail that holds it."""
    return f"/z/trial/{vault.token(TOKEN, grant, None)}?lang={language}"


def start(submission: Submission) -> Taken:
    """Take the form. Rows and a letter, in the chosen place; the answer is the same whoever asks.

    Whoever has a trial already is written to about that one, and nothing new is stored. Whoever did not confirm one
    yet may choose another place: the older wish goes.
    """
    earlier = _earlier(submission)
    for grant in earlier:
        if grant.state != "pending":
            _remind(grant, submission)
            return Taken()
    _ask(submission)
    for grant in earlier:
        if grant.subject.place != submission.place:
            _forget(grant, submission.now)
    return Taken()


def _earlier(submission: Submission) -> list[Grant]:
    """The trials of this address in all places."""
    found = vault.find(submission.site, "email", submission.data["email"])
    return [grant for one in found for grant in one.grants if grant.purpose == submission.purpose]


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
        grant = vault.collect(wanted, now).grant
        row, is_new = models.Trial.objects.using(using).get_or_create(
            grant=grant.id,
            defaults={
                "ident": os.urandom(16),
                "site": grant.subject.site,
                "place": grant.subject.place,
                "subject": grant.subject.id,
                "purpose": grant.purpose,
                "language": submission.language,
                "made_at": now,
                "due_at": now + PENDING,
            },
        )
        chosen = submission.choices.get("currency", "")
        row.currency = chosen if chosen in currencies(policy) else ""
        row.language, row.due_at = submission.language, now + PENDING
        row.asked += 0 if is_new else 1
        row.save(using=using)
        if row.asked <= MOST_MAILS:
            key = f"trial-confirm-{bytes(row.ident).hex()}-{row.asked}"
            links = {"trial": link(grant, row.language)}
            disclosure.post(Letter(grant, "trial-confirm", row.language, key, links=links), now)


def _forget(grant: Grant, now: datetime) -> None:
    using = vault.database_of(grant.subject.place)
    with transaction.atomic(using=using):
        models.Trial.objects.using(using).filter(grant=grant.id, state="pending").delete()
        vault.withdraw(grant.subject, grant.purpose, "another place was chosen", now)


def confirm(row: models.Trial, grant: Grant, now: datetime) -> None:
    """The link was pressed: the trial is to be set up. A second press changes nothing."""
    using = row.using
    with transaction.atomic(using=using):
        locked = models.Trial.objects.using(using).select_for_update().get(pk=row.pk)
        if locked.state != "pending":
            return
        # Until it is set up nobody knows its end; what never is goes like any other trial.
        vault.confirm(grant, now + SET_UP_WITHIN, now)
        locked.state, locked.due_at, locked.attempts = "confirmed", now, 0
        locked.save(using=using)
        edition = editions.current(row.site).number
        ledger.record("trial.confirmed", row.site, {"trial": bytes(row.ident).hex(), "edition": edition}, now, using)
