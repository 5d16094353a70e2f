"""What is fixed about a visitor's choices: how long an answer counts, and how a purpose is written in the cookie."""

from base64 import urlsafe_b64encode
from functools import cache
from hashlib import sha256

from zweck.policy.model import Policy

COOKIE = "zweck-choice"
ANSWER_DAYS = 180  # yes and no alike; a yes that counted longer than a no would be a thumb on the scale
BROWSER_DAYS = 400  # no browser keeps a cookie longer (RFC 6265bis, section 5.5)
MOST = 9  # answers in one cookie, so that it stays below 100 bytes with its name


@cache
def code(site: str, purpose: str) -> str:
    """Three characters for a purpose: 18 bits of a hash, so that no table has to be kept or shipped."""
    return urlsafe_b64encode(sha256(f"{site}\n{purpose}".encode()).digest()).decode()[:3]


def asked(policy: Policy) -> tuple[str, ...]:
    """Ids of the purposes that need a yes on this device, in declared order; measurement by consent is one."""
    needing = policy.needing_consent()
    measurement = policy.systems.measurement
    by_consent = measurement.purpose if measurement and measurement.permission == "consent" else None
    return tuple(id_ for id_ in policy.purposes if id_ in needing or id_ == by_consent)


def answerable(policy: Policy) -> tuple[str, ...]:
    """Ids of the purposes that a cookie may hold an answer to: those asked about, and the one with an opt-out."""
    measurement = policy.systems.measurement
    own = measurement.purpose if measurement else None
    return tuple(id_ for id_ in policy.purposes if id_ == own or id_ in asked(policy))
