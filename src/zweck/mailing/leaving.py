"""Leaving a list: in one transaction the grant ends with its key, the address is marked as wanting nothing, and the
proof of the consent gets its end. The next mail that is due asks for all of it again, so it is not sent.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from zweck.disclosure import acts as disclosure
from zweck.disclosure.values import Suppressed
from zweck.editions import acts as editions
from zweck.mailing import keeping
from zweck.mailing.models import Ask, Consent, Told
from zweck.mailing.purposes import marketing
from zweck.mailing.values import How
from zweck.policy.model import Policy
from zweck.vault import acts as vault
from zweck.vault.values import Grant

LIVING = ("active", "pending", "restricted")
BY_PERSON = "person"


def leave(policy: Policy, grant: Grant, how: How, by: str, now: datetime) -> bool:
    """Take whoever holds a grant off its list; False for who is on it no more. A second time changes nothing.

    The address itself is not read for it: its mark is on record.
    """
    subject, using = grant.subject, vault.database_of(grant.subject.place)
    with transaction.atomic(using=using):
        current = next((g for g in vault.grants_of(subject) if g.purpose == grant.purpose and g.state in LIVING), None)
        if current is None or not vault.withdraw(subject, grant.purpose, how, now):
            return False
        for own in _marks(current, using):
            entry = Suppressed(subject.site, grant.purpose, own, how, now, by)
            disclosure.take_suppressions((entry,), now, using)
            # Whoever left by their own hand may come back today.
            Told.objects.using(using).filter(site=subject.site, purpose=grant.purpose, mark=own).delete()
        Ask.objects.using(using).filter(grant=current.id).delete()
        keeping.end(policy, current.id, how, now, using)
    return True


def _marks(grant: Grant, using: str) -> set[bytes]:
    rows = (table.objects.using(using).filter(grant=grant.id) for table in (Consent, Ask))
    return {bytes(own) for each in rows for own in each.values_list("mark", flat=True)}


def leave_all(policy: Policy, grant: Grant, how: How, now: datetime) -> int:
    """Take whoever holds a grant off every list of the site in their place; gives from how many."""
    lists = marketing(policy)
    held = [one for one in vault.grants_of(grant.subject) if one.purpose in lists and one.state in LIVING]
    return sum(leave(policy, one, how, BY_PERSON, now) for one in held)


def take_off(site: str, address: str, by: str, now: datetime, purpose: str = "") -> int:
    """Take an address off one list, or off every list; gives from how many. It is marked even where it is on none.

    `by`: "staff:<account>". Raises BadAddress.
    """
    lists = (purpose,) if purpose else marketing(editions.current(site).policy)
    count = off(site, address, "staff", by, now, lists)
    for one in lists:
        disclosure.suppress(site, address, one, "staff", by, now)
    return count


def off(  # noqa: PLR0913  (the same)
    site: str, address: str, how: How, by: str, now: datetime, lists: Sequence[str] | None = None
) -> int:
    """Take an address off these lists, or off every list it is on; gives from how many. Raises BadAddress."""
    policy = editions.current(site).policy
    lists = marketing(policy) if lists is None else lists
    held = [one for found in vault.find(site, "email", address) for one in found.grants if one.purpose in lists]
    return sum(leave(policy, one, how, by, now) for one in held)
