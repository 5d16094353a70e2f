"""Raw SQL of campaigns, whose recipients come by the million. Every statement is fixed; values are parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connections

_INSERT = (
    "INSERT INTO disclosure_disclosure"
    ' (ref, site, subject, "grant", purpose, data, recipient, way, "key", at, act, state)'
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_STATES = "SELECT ref, state FROM disclosure_disclosure WHERE ref IN ({})"
_SETTLE = "UPDATE disclosure_disclosure SET state = %s WHERE ref IN ({})"
_SUPPRESSED = (
    "SELECT fingerprint FROM disclosure_suppression WHERE site = %s AND purpose IN (%s, '*') AND fingerprint IN ({})"
)


@dataclass(frozen=True, slots=True)
class About:
    """What disclosures of one batch have in common."""

    site: str
    purpose: str
    recipient: str
    key: str
    at: datetime
    act: int


def states(using: str, refs: Sequence[bytes]) -> Mapping[bytes, str]:
    """What is known of these disclosures."""
    if not refs:
        return {}
    with connections[using].cursor() as cursor:
        cursor.execute(_STATES.format(_holes(refs)), list(refs))
        return {bytes(ref): state for ref, state in cursor.fetchall()}


def record(using: str, about: About, people: Sequence[tuple[bytes, bytes, bytes]]) -> None:
    """Write down disclosures that are about to happen: name, subject and grant of each."""
    connection = connections[using]
    at = connection.ops.adapt_datetimefield_value(about.at)
    head, tail = (
        about.site,
        (about.purpose, "email", about.recipient, "campaign", about.key, at, about.act, "uncertain"),
    )
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, [(ref, head, subject, grant, *tail) for ref, subject, grant in people])


def settle(using: str, state: str, refs: Sequence[bytes]) -> None:
    """Write down what came of disclosures."""
    if refs:
        with connections[using].cursor() as cursor:
            cursor.execute(_SETTLE.format(_holes(refs)), [state, *refs])


def suppressed(using: str, site: str, purpose: str, fingerprints: Sequence[bytes]) -> frozenset[bytes]:
    """Those of the fingerprints that a database's list holds for this purpose."""
    if not fingerprints:
        return frozenset()
    with connections[using].cursor() as cursor:
        cursor.execute(_SUPPRESSED.format(_holes(fingerprints)), [site, purpose, *fingerprints])
        return frozenset(bytes(mark) for (mark,) in cursor.fetchall())


def _holes(values: Sequence[bytes]) -> str:
    return ", ".join(["%s"] * len(values))
