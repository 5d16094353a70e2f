"""Raw SQL of campaigns, whose recipients come by the million. Every statement is fixed; values are parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connections

from zweck.disclosure.values import State

Value = str | bytes

_INSERT = (
    "INSERT INTO disclosure_disclosure"
    ' (ref, site, subject, "grant", purpose, data, recipient, way, "key", at, act, state)'
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_INSERT_ALL = (
    "INSERT INTO disclosure_disclosure"
    ' (ref, subject, "grant", site, purpose, data, recipient, way, "key", at, act, state)'
    " SELECT *, %s, %s, %s, %s, %s, %s, %s::timestamptz, %s::bigint, %s"
    " FROM unnest(%s::bytea[], %s::bytea[], %s::bytea[])"
)
_STATES = "SELECT ref, state FROM disclosure_disclosure WHERE ref {}"
_SETTLE = "UPDATE disclosure_disclosure SET state = %s WHERE ref {}"
_SETTLE_ALL = (
    "UPDATE disclosure_disclosure d SET state = v.state FROM unnest(%s::bytea[], %s::text[]) AS v(ref, state)"
    " WHERE d.ref = v.ref"
)
_SUPPRESSED = (
    "SELECT fingerprint FROM disclosure_suppression WHERE site = %s AND purpose IN (%s, '*') AND fingerprint {}"
)
# What was mailed without a permission of its reader's for this very purpose, or without its entry in the ledger.
_ASTRAY = """
SELECT d.way, d.purpose, CASE
    WHEN g.ident IS NULL THEN 'there is no such permission'
    WHEN p.name <> d.purpose THEN 'the permission is for another purpose'
    WHEN g.subject <> d.subject OR p.site <> d.site THEN 'the permission is of somebody else'
    WHEN a.id IS NULL THEN 'the ledger has no entry of it'
    ELSE 'it was never confirmed' END
FROM disclosure_disclosure d
LEFT JOIN (vault_grant g JOIN vault_purpose p ON p.number = g.purpose) ON g.ident = d."grant"
LEFT JOIN ledger_act a ON a.id = d.act
WHERE d.way IN ('mail', 'campaign') AND (
    g.ident IS NULL OR p.name <> d.purpose OR g.subject <> d.subject OR p.site <> d.site OR a.id IS NULL
    OR (d.way = 'campaign' AND g.since = 0))
LIMIT 20
"""
_ON_RECORD = """SELECT 1 FROM disclosure_disclosure WHERE way IN ('mail', 'campaign') AND ("key" = %s OR ref = %s)"""
_MAILED = "SELECT count(*) FROM disclosure_disclosure WHERE way IN ('mail', 'campaign')"


@dataclass(frozen=True, slots=True)
class About:
    """What disclosures of one batch have in common."""

    site: str
    purpose: str
    recipient: str
    key: str
    at: datetime
    act: int
    state: str


def plan_afresh(using: str) -> None:
    """Have PostgreSQL plan each statement of this transaction for the rows that are there now.

    The plan of a prepared statement is kept. One from when a table was nearly empty reads all of it, and a campaign
    fills it by the million before the database looks at it anew.
    """
    if _is_postgresql(using):
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)")


def states(using: str, refs: Sequence[bytes]) -> Mapping[bytes, str]:
    """What is known of these disclosures."""
    if not refs:
        return {}
    with connections[using].cursor() as cursor:
        cursor.execute(*_among(using, _STATES, [], refs))
        return {bytes(ref): state for ref, state in cursor.fetchall()}


def record(using: str, about: About, people: Sequence[tuple[bytes, bytes, bytes]]) -> None:
    """Write down disclosures that are about to happen: name, subject and grant of each."""
    connection = connections[using]
    at = connection.ops.adapt_datetimefield_value(about.at)
    said = (about.purpose, "email", about.recipient, "campaign", about.key, at, about.act, about.state)
    with connection.cursor() as cursor:
        if _is_postgresql(using):
            columns = [list(column) for column in zip(*people, strict=True)]
            cursor.execute(_INSERT_ALL, [about.site, *said, *columns])
        else:
            cursor.executemany(_INSERT, [(ref, about.site, *whose, *said) for ref, *whose in people])


def settle(using: str, settled: Mapping[State, Sequence[bytes]]) -> None:
    """Write down what came of disclosures: state -> their names. Each name is told once."""
    told = [(ref, state) for state, refs in settled.items() for ref in refs]
    if not told:
        return
    with connections[using].cursor() as cursor:
        if _is_postgresql(using):
            cursor.execute(_SETTLE_ALL, [list(column) for column in zip(*told, strict=True)])
            return
        for state, refs in settled.items():
            if refs:
                cursor.execute(*_among(using, _SETTLE, [state], refs))


def suppressed(using: str, site: str, purpose: str, fingerprints: Sequence[bytes]) -> frozenset[bytes]:
    """Those of the fingerprints that a database's list holds for this purpose."""
    if not fingerprints:
        return frozenset()
    with connections[using].cursor() as cursor:
        cursor.execute(*_among(using, _SUPPRESSED, [site, purpose], fingerprints))
        return frozenset(bytes(mark) for (mark,) in cursor.fetchall())


def astray(using: str) -> list[tuple[str, str, str]]:
    """What was mailed and should not have been: way, purpose, and why."""
    with connections[using].cursor() as cursor:
        cursor.execute(_ASTRAY)
        return [(str(way), str(purpose), str(why)) for way, purpose, why in cursor.fetchall()]


def is_on_record(using: str, name: str) -> bool:
    """Whether a mail's own name, of its Message-ID, is that of something recorded."""
    ref = bytes.fromhex(name) if len(name) == 32 and set(name) <= set("0123456789abcdef") else b""
    with connections[using].cursor() as cursor:
        cursor.execute(_ON_RECORD, [name, ref])
        return cursor.fetchone() is not None


def count_mailed(using: str) -> int:
    """How many mails are on record."""
    with connections[using].cursor() as cursor:
        cursor.execute(_MAILED)
        return int(cursor.fetchone()[0])


def _is_postgresql(using: str) -> bool:
    return connections[using].vendor == "postgresql"


def _among(
    using: str, statement: str, given: list[Value], values: Sequence[bytes]
) -> tuple[str, list[Value | list[bytes]]]:
    """A statement about any of these values: one parameter where the database knows arrays."""
    if _is_postgresql(using):
        return statement.format("= ANY(%s::bytea[])"), [*given, list(values)]
    return statement.format(f"IN ({', '.join(['%s'] * len(values))})"), [*given, *values]
