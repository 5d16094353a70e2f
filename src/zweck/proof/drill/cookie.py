"""The choice cookie as it lies in a jar: read as the service reads it, and put forward as time would."""

from datetime import UTC, datetime

from zweck.consent import acts as consent
from zweck.consent.values import Visitor
from zweck.policy.model import Policy
from zweck.proof.drill.person import Person

COOKIE = "zweck-choice"
# Something that a visitor may have on the device without being asked, set where scripts cannot see it.
STRAY = "_ga_planted"
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # from which it counts its days
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def visitor_of(policy: Policy, person: Person) -> Visitor:
    """What the service makes of somebody's jar and signals."""
    cookies = "; ".join(f"{name}={kept.value}" for name, kept in person.jar.items())
    return consent.visitor_of(policy, cookies, person.sends.get("sec-gpc", ""), person.sends.get("dnt", ""))


def dated(value: str, until: datetime) -> str:
    """The same choice with all its answers ending on another day."""
    version, id_, *answers = value.split(".")
    number = (until - _EPOCH).days
    digits = "".join(_DIGITS[number // 36**place % 36] for place in (2, 1, 0))
    return ".".join([version, id_, *(f"{each[:4]}{digits}" for each in answers)])
