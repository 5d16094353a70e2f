"""What goes by itself: questions nobody answered, proofs whose time is over, consents that ended elsewhere."""

from datetime import datetime

from zweck.editions import acts as editions
from zweck.editions.errors import NoEdition
from zweck.mailing import answering, asking, keeping
from zweck.mailing.bringing import queue
from zweck.mailing.campaigns import sending, trying
from zweck.mailing.models import Consent
from zweck.vault import acts as vault
from zweck.vault.errors import NoGrant

AT_ONCE = 200


def tidy(now: datetime, using: str) -> int:
    """Everything that is over in one database; gives how many things ended."""
    gone = asking.forget(now, using) + keeping.forget(now, using) + _ended_elsewhere(now, using)
    return gone + queue.forget(now, using) + answering.settle(now, using)


def campaigns(now: datetime) -> int:
    """Send what is due of campaigns and their tests, for a while; gives how many readers had their turn.

    Both by one work, so that one set of connections to the mail server serves them.
    """
    return sum(trying.send_tests(now, using) for using in vault.databases()) + sending.send(now)


def _ended_elsewhere(now: datetime, using: str) -> int:
    """Consents whose grant has ended without us, by an erasure for instance, get their end as well."""
    count, after = 0, 0
    rows = Consent.objects.using(using).filter(end__isnull=True).order_by("number")
    while some := list(rows.filter(number__gt=after)[:AT_ONCE]):
        after = some[-1].number
        for row in some:
            count += _is_over(row, using) and _end(row, now, using)
    return count


def _is_over(row: Consent, using: str) -> bool:
    for place in vault.places():
        if vault.database_of(place) == using:
            try:
                return vault.grant(row.site, place, bytes(row.grant)).state == "ended"
            except NoGrant:
                continue
    return True


def _end(row: Consent, now: datetime, using: str) -> bool:
    try:
        policy = editions.current(row.site).policy
    except NoEdition:
        return False
    return keeping.end(policy, bytes(row.grant), "elsewhere", now, using)
