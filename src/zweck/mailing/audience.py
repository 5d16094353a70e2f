"""Who a list's next mail would reach, and who it would not, counted without opening a single address."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from zweck.disclosure import acts as disclosure
from zweck.mailing.models import Ask, Consent, Left
from zweck.mailing.values import Audience
from zweck.policy.model import Policy
from zweck.vault import acts as vault

AT_ONCE = 500


def places_of(policy: Policy, purpose: str) -> tuple[str, ...]:
    """Where a purpose's people are; one place without a name where the policy names none."""
    return tuple(policy.purposes[purpose].places) or ("",)


def audience(policy: Policy, purpose: str) -> Audience:
    """The people of a list, by what would happen to a mail to them now."""
    languages: Counter[str] = Counter()
    pending = left = suppressed = 0
    shut = [entry.fingerprint for entry in disclosure.suppressions(policy.site) if entry.purpose in (purpose, "*")]
    for using in databases(policy, purpose):
        own = Consent.objects.using(using).filter(site=policy.site, purpose=purpose)
        on = own.filter(end__isnull=True)
        languages.update(on.values_list("language", flat=True))
        for some in _some(shut):
            closed = Counter(on.filter(mark__in=some).values_list("language", flat=True))
            languages.subtract(closed)
            suppressed += closed.total()
        pending += Ask.objects.using(using).filter(site=policy.site, purpose=purpose).count()
        left += own.filter(end__isnull=False).values("mark").distinct().count()
    reached = {language: count for language, count in languages.items() if count > 0}
    return Audience(sum(reached.values()), pending, left, suppressed, reached)


def left_since(policy: Policy, purpose: str, since: datetime) -> int:
    """How many have left a list since a moment."""
    rows = (
        Left.objects.using(using).filter(consent__site=policy.site, consent__purpose=purpose, at__gte=since)
        for using in databases(policy, purpose)
    )
    return sum(each.count() for each in rows)


def databases(policy: Policy, purpose: str) -> tuple[str, ...]:
    """The databases in which a purpose's people are, each once."""
    return tuple(dict.fromkeys(vault.database_of(place) for place in places_of(policy, purpose)))


def _some(marks: list[bytes]) -> Iterator[list[bytes]]:
    for start in range(0, len(marks), AT_ONCE):
        yield marks[start : start + AT_ONCE]
