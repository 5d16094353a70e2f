"""The answer to a question about a new purpose: a yes makes a permission with its proof, a no none, for good."""

from datetime import datetime, timedelta

from django.db import transaction

from zweck.disclosure import acts as disclosure
from zweck.disclosure.values import Posted
from zweck.editions.values import Edition
from zweck.ledger import acts as ledger
from zweck.mailing import keeping, leaving
from zweck.mailing.audience import places_of
from zweck.mailing.keeping import Given
from zweck.mailing.models import Asked, Consent
from zweck.policy.model import Policy
from zweck.vault import acts as vault
from zweck.vault.errors import NotPermitted
from zweck.vault.values import Collecting, Grant, Reading

UNDER_WAY = timedelta(minutes=1)  # a request may be at it still
SETTLED_WITHIN = timedelta(days=2)
WAY = "permission"


def answer(edition: Edition, grant: Grant, asked: Asked, said: str, now: datetime) -> str:
    """Take a yes or a no; gives the answer that counts from now on. A no stays a no, also after a yes.

    Where the new purpose lies in another database, its part is committed first and the note of the answer after it. A
    kill between the two loses nothing: a second yes finds it done, a no takes it back, and `settle` notes it otherwise.
    """
    using = vault.database_of(grant.subject.place)
    with transaction.atomic(using=using):
        row = Asked.objects.using(using).select_for_update().get(pk=asked.pk)
        if row.answer == "no" or row.answer == said:
            return row.answer
        # Whoever is known no longer, since the first purpose has ended, has no address left that could be used.
        if said == "yes" and not _grant_new(edition, grant, row, now, using):
            return row.answer
        if said == "no":
            _take_back(edition.policy, grant, row, now)
        _note(row, said, now, using)
    return said


def settle(now: datetime, using: str) -> int:
    """Note a yes whose permission lies in this database, where a kill left it without its note; gives how many."""
    count = 0
    given = Consent.objects.using(using).filter(
        way=WAY, end__isnull=True, recorded_at__gt=now - SETTLED_WITHIN, recorded_at__lt=now - UNDER_WAY
    )
    for consent in given:
        for other in vault.databases():
            if other == using:  # one transaction did both
                continue
            about = {"site": consent.site, "purpose": consent.purpose, "mark": bytes(consent.mark), "answer": ""}
            with transaction.atomic(using=other):
                for row in Asked.objects.using(other).select_for_update().filter(**about):
                    _note(row, "yes", consent.confirmed_at, other)
                    count += 1
    return count


def _note(row: Asked, said: str, at: datetime, using: str) -> None:
    row.answer, row.answered_at = said, at
    row.save(using=using, update_fields=["answer", "answered_at"])
    body: dict[str, str | int] = {"question": row.question, "purpose": row.purpose, "answer": said}
    ledger.record("question.answered", row.site, body, at, using)


def _grant_new(edition: Edition, grant: Grant, row: Asked, now: datetime, using: str) -> bool:
    """Make the grant that a yes is, with its proof; False where no address is left."""
    policy = edition.policy
    purpose = policy.purposes.get(row.purpose)
    try:
        wish = Reading(grant.subject, grant.purpose, ("email",), leaving.BY_PERSON, "permission given")
        email = vault.read(wish, now)["email"]
    except NotPermitted:
        return False
    if purpose is None or purpose.basis is None:
        return False
    places = places_of(policy, row.purpose)
    stays = grant.subject.place in places or places == ("",)
    place = grant.subject.place if stays else places[0]
    collecting = Collecting(
        site=row.site,
        place=place,
        purpose=row.purpose,
        basis=purpose.basis,
        edition=row.edition,
        text_sha256=row.text_sha256,
        data={"email": email},
        subject=grant.subject if stays else None,
        evidence={"form": "", "question": row.question},
    )
    there = vault.database_of(place)
    with transaction.atomic(using=there):
        own = Consent.objects.using(there).filter(site=row.site, purpose=row.purpose, mark=bytes(row.mark))
        if not own.filter(way=WAY, end__isnull=True).exists():
            keeping.keep(_given(row, vault.collect(collecting, now).grant, using), now, now, there)
    disclosure.lift(row.site, email, row.purpose, now)
    return True


def _given(row: Asked, made: Grant, using: str) -> Given:
    fate = disclosure.fate(Posted(row.posted, using))
    return Given(
        site=row.site,
        purpose=row.purpose,
        grant=made.id,
        mark=bytes(row.mark),
        edition=row.edition,
        text_sha256=row.text_sha256,
        form="",
        language=row.language,
        way="permission",
        asked_at=row.at,
        accepted_at=fate.accepted_at if fate else None,
        message_id=fate.message_id if fate else "",
        answer=fate.answer if fate else "",
    )


def _take_back(policy: Policy, grant: Grant, row: Asked, now: datetime) -> None:
    for place in dict.fromkeys((grant.subject.place, *places_of(policy, row.purpose))):
        rows = Consent.objects.using(vault.database_of(place)).filter(
            site=row.site, purpose=row.purpose, mark=bytes(row.mark), end__isnull=True
        )
        # Without a yes on record, only what a yes without its note may have left.
        for consent in rows if row.answer == "yes" else rows.filter(way=WAY):
            given = vault.grant(row.site, place, bytes(consent.grant))
            leaving.leave(policy, given, "page", leaving.BY_PERSON, now)
