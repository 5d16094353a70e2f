"""What is fixed about a visitor's choices: how long an answer counts, and how a purpose is written in the cookie."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256

from zweck.policy.model import Policy
from zweck.policy.reading.complaint import Complaint
from zweck.policy.reading.lines import Path

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


def unanswerable(data: Mapping[str, object]) -> Iterator[Complaint]:
    """What one cookie could not hold: too many purposes to answer, or two with the same three characters."""
    site, seen = data.get("site"), dict[str, str]()
    for number, (path, purpose) in enumerate(_answerable(data), 1):
        if number > MOST:
            wrong = f"is the {number}th purpose a visitor can answer, and the choice cookie holds {MOST}"
            yield Complaint(path, wrong, "ask for fewer purposes; more are not understood by anybody anyway")
        elif isinstance(site, str) and (other := seen.setdefault(code(site, purpose), purpose)) != purpose:
            wrong = f'cannot be told from "{other}" in the choice cookie: a chance of one in 262,144'
            yield Complaint(path, wrong, "give one of the two another id")


def short_lived(data: Mapping[str, object]) -> Iterator[Complaint]:
    """A choice that is promised for longer than its cookie lives. (What no browser keeps, the linter finds.)"""
    measurement = _table(_table(data.get("systems")).get("measurement"))
    out = measurement.get("opt_out_days")
    needed = max([ANSWER_DAYS, out] if isinstance(out, int) and out <= BROWSER_DAYS else [ANSWER_DAYS])
    for id_, technology in _table(data.get("technologies")).items():
        days = _table(technology).get("lifetime_days")
        if _table(technology).get("name") == COOKIE and isinstance(days, int) and not needed <= days <= BROWSER_DAYS:
            wrong = f"is {days} days, and what a visitor chose counts for {needed}"
            yield Complaint(("technologies", id_, "lifetime_days"), wrong, f"write {needed} to {BROWSER_DAYS}")


def _answerable(data: Mapping[str, object]) -> Iterator[tuple[Path, str]]:
    """As `answerable`, of plain data in which anything may have the wrong type."""
    touching = {
        str(technology.get("purpose"))
        for technology in _tables(data.get("technologies"))
        if technology.get("essential") is not True
    }
    own = _table(_table(data.get("systems")).get("measurement")).get("purpose")
    for id_, purpose in _table(data.get("purposes")).items():
        mode = _table(purpose).get("consent_mode")
        if mode == "ask" or (mode is None and id_ in touching) or id_ == own:
            yield ("purposes", id_), id_


def _tables(found: object) -> Iterator[Mapping[str, object]]:
    return (value for value in _table(found).values() if isinstance(value, Mapping))


def _table(found: object) -> Mapping[str, object]:
    return found if isinstance(found, Mapping) else {}
