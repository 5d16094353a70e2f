"""What of a visitor a page depends on: whether to ask, whether a signal answered, and how the measurement stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from zweck.consent import acts as consent
from zweck.consent.values import Visitor
from zweck.editions.values import Edition
from zweck.measure import acts as measure
from zweck.measure.values import Because
from zweck.policy.model import Policy
from zweck.policy.reading.choices import answerable, asked


@dataclass(frozen=True, slots=True)
class Guest:
    """One variant of a page. Hashable, since finished pages are kept by it; it holds no id.

    `asks`: purposes that the banner on the page asks about; none: no banner. `is_signalled`: the browser's signal has
    answered for the visitor. `until`: the last day of the choice behind `because`.
    """

    asks: tuple[str, ...] = ()
    is_signalled: bool = False
    measured: bool = False
    because: Because = "nothing"
    until: date | None = None


NO_ONE = Guest()


def visitor_of(policy: Policy, environ: Mapping[str, object]) -> Visitor:
    """What a request (a WSGI environ, or Django's META) says of its visitor's choices."""
    cookies, gpc, dnt = (str(environ.get(key, "")) for key in ("HTTP_COOKIE", "HTTP_SEC_GPC", "HTTP_DNT"))
    return consent.visitor_of(policy, cookies, gpc, dnt)


def guest_of(edition: Edition, visitor: Visitor, path: str, now: datetime) -> Guest:
    """The variant of the page at a path that a visitor gets."""
    policy = edition.policy
    status = measure.status(policy, visitor, path, now)
    return Guest(
        asks=consent.asks(policy, visitor, now),
        is_signalled=visitor.signals.gpc and _is_signalled(policy, visitor, now),
        measured=status.measured,
        because=status.because,
        until=last_day(status.until),
    )


@lru_cache(maxsize=64)
def vary(edition: Edition) -> str:
    """What a page's bytes differ by. Where nothing can be chosen, it is not by who asks."""
    return "Cookie, Sec-GPC, DNT, Accept-Encoding" if answerable(edition.policy) else "Accept-Encoding"


def headers_for(edition: Edition, visitor: Visitor, host: str, now: datetime) -> list[tuple[str, str]]:
    """What goes with a page: nobody in between keeps it for others, and a choice that is prolonged, as they came by."""
    headers = [("Cache-Control", "private, no-cache"), ("Vary", vary(edition))]
    if renewed := consent.renew(edition.policy, visitor, host, now):
        headers.append(("Set-Cookie", renewed))
    return headers


def last_day(until: datetime | None) -> date | None:
    """The last day on which a choice counts. Its days are those of UTC, as it ends with one."""
    return None if until is None else (until - timedelta(seconds=1)).astimezone(UTC).date()


def _is_signalled(policy: Policy, visitor: Visitor, now: datetime) -> bool:
    return any(consent.permit(policy, visitor, id_, now).ground == "gpc" for id_ in asked(policy))
