"""Raw SQL of grants, of the marks that lead to them, and of the keys a database relies on.

Every statement is fixed but for the number of its place-holders; values are parameters.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from zweck.vault.database.sql import Value, Where, bind, fetch, has_table, holes, plain, run, vendor
from zweck.vault.sealed import sql as entries
from zweck.vault.terms import known
from zweck.vault.values import GrantState

STATES: tuple[GrantState, ...] = ("ended", "active", "pending", "restricted")  # a row holds the place in this list
ENDED, ACTIVE, PENDING, RESTRICTED = range(4)
LIVE = "NOT (g.state = 0)"  # worded as the partial indexes are, or SQLite would not use them
NOT_YET = 0  # of `since`
GRANT = (
    "SELECT g.number, g.ident, g.subject, g.purpose, g.alias, g.terms, g.made, g.since, g.until, g.ended, g.state,"
    " g.epoch, g.wrapped FROM vault_grant g"
)


class GrantRow(NamedTuple):
    """A grant as it lies there, with its terms in words."""

    number: int
    ident: bytes
    site: str
    place: str
    subject: bytes
    purpose: str
    alias: bytes | None
    basis: str
    edition: int
    text_sha256: bytes
    since: int | None
    until: int | None
    ended: int | None
    state: GrantState
    key_class: str
    epoch: int
    wrapped: bytes | None


class SubjectRow(NamedTuple):
    """Somebody who has or had grants. `alias`: the pseudonym in the ledger, gone with the last of them."""

    ident: bytes
    place: str
    alias: bytes | None


def live_grant(using: str, site: str, subject: bytes, purpose: str, *, lock: bool = False) -> GrantRow | None:
    """The grant of a subject for a purpose that has not ended. `lock`: nobody else changes it meanwhile."""
    where = f"{GRANT} WHERE g.subject = %s AND g.purpose = %s AND {LIVE}"
    given = (subject, known.of(using).purpose_number(site, purpose))
    return next(iter(fetch_grants(using, where + for_update(using, lock), given)), None)


def grant(using: str, site: str, ident: bytes, *, lock: bool = False) -> GrantRow | None:
    """A grant by its id: the index goes by purpose first, and a site has few."""
    for numbers in known.of(using).purposes_of(site):
        where = f"{GRANT} WHERE g.purpose IN ({holes(len(numbers))}) AND g.ident = %s" if numbers else ""
        if where and (found := fetch_grants(using, where + for_update(using, lock), (*numbers, ident))):
            return found[0]
    return None


def grants_of(using: str, site: str, subject: bytes) -> list[GrantRow]:
    """All grants of a subject, oldest first, the ended ones too."""
    live = fetch_grants(using, f"{GRANT} WHERE g.subject = %s AND {LIVE}", (subject,))
    ended = fetch_grants(using, f"{GRANT} WHERE g.subject = %s AND g.state = 0", (subject,))
    return sorted(row for row in (*live, *ended) if row.site == site)


def holders(using: str, key: tuple[str, str, str], after: bytes, limit: int) -> list[GrantRow]:
    """Active grants of (site, place, purpose), by id, after this one."""
    site, place, purpose = key
    where = f"{GRANT} {OF_PURPOSE} ORDER BY g.ident LIMIT %s"
    return fetch_grants(using, where, (place, known.of(using).purpose_number(site, purpose), after, limit))


OF_PURPOSE = (
    f"JOIN vault_terms t ON t.number = g.terms AND t.place = %s WHERE g.purpose = %s AND g.ident > %s"
    f" AND {LIVE} AND g.state = {ACTIVE}"
)


def lying(using: str, site: str) -> dict[str, int]:
    """How many subjects a database has, by the place that their rows name."""
    rows = fetch(
        using,
        "SELECT t.place, count(DISTINCT g.subject) FROM vault_grant g JOIN vault_terms t ON t.number = g.terms"
        " JOIN vault_purpose p ON p.number = g.purpose WHERE p.site = %s GROUP BY t.place",
        (site,),
    )
    return {str(place): int(number) for place, number in rows}


def purposes(using: str, site: str) -> frozenset[str]:
    """For which purposes there are grants in a database that have not ended."""
    rows = fetch(
        using,
        "SELECT p.name FROM vault_purpose p WHERE p.site = %s"
        f" AND EXISTS (SELECT 1 FROM vault_grant g WHERE g.purpose = p.number AND {LIVE})",
        (site,),
    )
    return frozenset(str(purpose) for (purpose,) in rows)


def due(using: str, now: int, limit: int) -> list[GrantRow]:
    """Grants whose time is over."""
    where = f"{GRANT} WHERE g.until IS NOT NULL AND {LIVE} AND g.until <= %s ORDER BY g.until LIMIT %s"
    return fetch_grants(using, where + for_update(using, lock=True), (now, limit))


def marked(using: str, site: str, marks: Sequence[bytes]) -> list[GrantRow]:
    """Grants with one of these marks."""
    where = (
        f"{GRANT} WHERE g.number IN (SELECT m.grant_id FROM vault_mark m WHERE m.mark IN ({holes(len(marks))}))"
        f" AND {LIVE} ORDER BY g.number"
    )
    return [row for row in fetch_grants(using, where, marks) if row.site == site] if marks else []


def subject(using: str, site: str, ident: bytes, *, lock: bool = False) -> SubjectRow | None:
    """Somebody by their id. `lock`: nobody else adds a grant to them meanwhile."""
    if lock and vendor(using) == "postgresql":
        run(using, "SELECT pg_advisory_xact_lock(('x' || left(%s, 16))::bit(64)::bigint)", (ident.hex(),))
    found = fetch(
        using,
        f"SELECT g.purpose, g.terms, g.alias FROM vault_grant g WHERE g.subject = %s AND {LIVE}"
        " UNION ALL SELECT g.purpose, g.terms, g.alias FROM vault_grant g WHERE g.subject = %s AND g.state = 0",
        (ident, ident),
    )
    for purpose, terms, alias in found:
        if known.of(using).purpose(purpose).site == site:
            return SubjectRow(ident, known.of(using).terms(terms).place, plain(alias))
    return None


def begin(
    here: known.Known, using: Where, key: tuple[str, str, str], marks: Sequence[bytes]
) -> tuple[SubjectRow, GrantRow | None] | None:
    """Who has one of these marks, with the live grant, for (site, place, purpose). Names the purpose until the end.

    Of two who collect the same address at once the second waits, on SQLite by BEGIN IMMEDIATE.
    """
    site, place, purpose = key
    number = here.made("purpose", (site, purpose))
    if not marks:
        bind(using, number)
        return None
    if here.is_server:
        # More than two versions of an index are in use only when two renewals overlap; then the newest are asked.
        values = (place, number, marks[-1], marks[-2] if len(marks) > 1 else None)
        found = fetch(using, "SELECT * FROM vault_begin(%s, %s::smallint, %s, %s)", values)
    else:
        found = fetch(using, _begin(len(marks)), (place, number, *marks))
    if not found:
        return None
    ident, alias, own, *rest = found[0]
    subject = SubjectRow(plain(ident), place, plain(alias))
    return subject, None if own is None else row_of(here, (own, *rest))


@cache
def _begin(marks: int) -> str:
    return (
        "SELECT g.subject, g.alias, p.number, p.ident, p.subject, p.purpose, p.alias, p.terms, p.made, p.since,"
        " p.until, p.ended, p.state, p.epoch, p.wrapped FROM vault_mark m JOIN vault_grant g ON g.number = m.grant_id"
        f" AND {LIVE} JOIN vault_terms t ON t.number = g.terms AND t.place = %s LEFT JOIN vault_grant p"
        f" ON p.subject = g.subject AND p.purpose = %s AND NOT (p.state = 0) WHERE m.mark IN ({holes(marks)})"
        " ORDER BY g.number LIMIT 1"
    )


class New(NamedTuple):
    """A new grant with all that lies under it. `entry`: id, shape's number and ciphertext. `marks`: mark, version."""

    row: GrantRow
    made: int
    entry: tuple[bytes, int, bytes] | None
    marks: Sequence[tuple[bytes, int]]


def add(here: known.Known, using: Where, new: New) -> int:
    """Keep a new grant with all of it; gives its number. One statement on PostgreSQL, where each is a round trip."""
    row = new.row
    purpose = here.made("purpose", (row.site, row.purpose))
    terms = here.made("terms", (row.place, row.basis, row.edition, row.text_sha256, row.key_class))
    values: list[Value] = [
        row.ident, row.subject, purpose, row.alias, terms, new.made,
        None if row.since == new.made else row.since or NOT_YET, row.until, STATES.index(row.state), row.epoch,
        row.wrapped,
    ]  # fmt: skip
    if here.is_server and new.entry:
        marks = [value for mark, version in new.marks for value in (mark, version)]
        entry, shape, sealed = new.entry
        return int(fetch(using, _add(len(new.marks)), [*values, *marks, entry, purpose, shape, sealed])[0][0])
    number = int(fetch(using, _ADD_GRANT, values)[0][0])
    if new.entry:
        entry, shape, sealed = new.entry
        entries.add(using, number, entries.Entry(entry, shape, sealed), purpose)
    put_marks(using, number, new.marks)
    return number


_ADD_GRANT = (
    "INSERT INTO vault_grant (ident, subject, purpose, alias, terms, made, since, until, state, epoch, wrapped)"
    f" VALUES ({holes(11)}) RETURNING number"
)


@cache
def _add(marks: int) -> str:
    """All inserts of a new grant as one statement of PostgreSQL."""
    parts = [f"g AS ({_ADD_GRANT})"]
    if marks:
        rows = ", ".join(["(%s::bytea, %s::smallint)"] * marks)
        parts.append(
            "m AS (INSERT INTO vault_mark (mark, grant_id, version) SELECT v.mark, g.number, v.version"
            f" FROM g CROSS JOIN (VALUES {rows}) AS v (mark, version))"
        )
    return (
        f"WITH {', '.join(parts)} INSERT INTO vault_entry (grant_id, entry, purpose, shape, sealed)"
        " SELECT g.number, %s::bytea, %s::smallint, %s::integer, %s::bytea FROM g RETURNING grant_id"
    )


def put_marks(using: Where, grant: int, marks: Sequence[tuple[bytes, int]]) -> None:
    """Keep the marks of a grant: mark and version."""
    if marks:
        run(using, _marks(len(marks)), [value for mark, version in marks for value in (mark, grant, version)])


@cache
def _marks(count: int) -> str:
    rows = ", ".join(["(%s, %s, %s)"] * count)
    return f"INSERT INTO vault_mark (mark, grant_id, version) VALUES {rows} ON CONFLICT DO NOTHING"


def drop_marks(using: str, grant: int, marks: Sequence[bytes]) -> None:
    """Forget these marks of a grant."""
    if marks:
        run(using, f"DELETE FROM vault_mark WHERE mark IN ({holes(len(marks))}) AND grant_id = %s", (*marks, grant))


def drop_all_marks(using: str, grant: int) -> None:
    """Forget all marks of a grant: looks through all there are, for one whose addresses nobody can open any more."""
    run(using, "DELETE FROM vault_mark WHERE grant_id = %s", (grant,))


def set_state(using: str, row: GrantRow) -> None:
    """Write a grant's state and times as this row has them."""
    statement = "UPDATE vault_grant SET state = %s, since = %s, until = %s WHERE number = %s"
    run(using, statement, (STATES.index(row.state), row.since or NOT_YET, row.until, row.number))


def end_grant(using: str, grant: int, now: int) -> None:
    """Destroy a grant's key and its data. The row stays and says when it ended. The purpose is named already."""
    run(using, "UPDATE vault_grant SET state = 0, ended = %s, wrapped = NULL WHERE number = %s", (now, grant))
    entries.drop_all(using, grant)


def put_back(using: str, row: GrantRow) -> None:
    """Undo `end_grant` as somebody would who kept a copy of the row. Of a proof's control only."""
    statement = "UPDATE vault_grant SET state = %s, ended = NULL, wrapped = %s, alias = %s WHERE number = %s"
    run(using, statement, (STATES.index(row.state), row.wrapped, row.alias, row.number))


def forget_alias(using: str, subject: bytes) -> None:
    """Take the pseudonym from the grants of a subject of whom none is left."""
    run(
        using,
        "UPDATE vault_grant SET alias = NULL WHERE subject = %s AND state = 0 AND NOT EXISTS"
        f" (SELECT 1 FROM vault_grant g WHERE g.subject = %s AND {LIVE})",
        (subject, subject),
    )


def master_keys(using: str) -> dict[str, bytes]:
    """Names and proofs of the keys this database relies on."""
    return {
        name: bytes(proof) for name, proof in fetch(using, "SELECT name, proof FROM vault_masterkey ORDER BY name", ())
    }


def has_tables(using: str) -> bool:
    """Whether this database has been migrated so far that it may rely on keys."""
    return has_table(using, "vault_masterkey")


def add_master_key(using: str, name: str, proof: bytes, made: int) -> None:
    """Note a key this database relies on from now on."""
    statement = "INSERT INTO vault_masterkey (name, proof, made) VALUES (%s, %s, %s) ON CONFLICT (name) DO NOTHING"
    run(using, statement, (name, proof, made))


def fetch_grants(using: str, statement: str, values: Sequence[Value]) -> list[GrantRow]:
    """Grants that a statement beginning with `GRANT` brings."""
    here = known.of(using)
    return [row_of(here, row) for row in fetch(using, statement, values)]


def row_of(here: known.Known, columns: Sequence[Any]) -> GrantRow:  # Any: columns as the driver brings them
    """The row of a grant, from the columns of `GRANT`."""
    (number, ident, subject, purpose, alias, terms, made, since, until, ended, state, epoch, wrapped) = map(
        plain, columns
    )
    site, name = here.purpose(purpose)
    place, basis, edition, text, key_class = here.terms(terms)
    began = made if since is None else since or None
    return GrantRow(
        number, ident, site, place, subject, name, alias, basis, edition, text, began, until, ended, STATES[state],
        key_class, epoch, wrapped,
    )  # fmt: skip


def for_update(using: str, lock: bool) -> str:
    """What lets nobody else change the grants meanwhile; on SQLite there is one writer at a time."""
    return " FOR UPDATE OF g" if lock and vendor(using) == "postgresql" else ""
