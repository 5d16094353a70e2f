"""The only door to choices."""

from datetime import datetime

from zweck.consent import choice as codec
from zweck.consent import permission, signals
from zweck.consent.facts import facts
from zweck.consent.values import NOBODY, Permit, Visitor
from zweck.policy.model import Policy


def visitor_of(policy: Policy, cookies: str, gpc: str, dnt: str) -> Visitor:
    """What a request says of its visitor's choices, from the raw values of Cookie, Sec-GPC and DNT ("": absent).

    Never raises, whatever was sent. Of several readable choices the last counts: browsers put the newest there.
    """
    said = signals.read(gpc, dnt)
    found = codec.found(cookies, facts(policy))
    if not found:
        return Visitor(None, said) if gpc or dnt else NOBODY
    return Visitor(found[-1], said)


def permit(policy: Policy, visitor: Visitor, purpose: str, now: datetime) -> Permit:
    """Whether this purpose may be served on this device, and why."""
    return permission.permit(facts(policy), visitor, purpose, now)


def asks(policy: Policy, visitor: Visitor, now: datetime) -> tuple[str, ...]:
    """Purposes still to be asked about, in declared order; none: no banner."""
    return permission.asks(facts(policy), visitor, now)
