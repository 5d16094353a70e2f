"""GDPRbench's records on the vault, in raw SQL and in a dict, for `bench.gdprbench`.

A record is made from its number as GDPRbench makes it: purpose of 25, user of 10,000, one of 100 objects, and so on,
one in ten over after 30 seconds, and a hundred characters. On the vault it is a grant: the purpose is the grant's, the
time its end, the user an address by which the person is found, the rest data under the grant. Different from theirs:
users who come again do so for another purpose (a grant is one for each person and purpose); an update changes one
field, to bytes it never had; a key that is gone is drawn again instead of counted; what they made of "WHERE PUR" on
PostgreSQL (a value no record has) is done as it is written.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from bench.vault import as_owner

START = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
PURPOSES = tuple(f"purpose{n}" for n in range(25))
COUNTS = {"object": 100, "decision": 2, "access": 10, "sharing": 10, "source": 10, "category": 10}
META, DATA = tuple(COUNTS), "content"
FIELDS = ("email", *META, DATA)
SECONDS = (30, *range(10_000, 25_000, 2_000), 1_000_000)
PAGE, BULK, BY, WHY = 500, 1_000, "staff:1", "a benchmark"
COLUMNS = "key, purpose, until, email, " + ", ".join((*META, DATA))
RAW_TABLE = (
    "CREATE TABLE plain (key varchar(20) PRIMARY KEY, purpose varchar(60) NOT NULL, until bigint NOT NULL,"
    f" email varchar(320) NOT NULL, {', '.join(f'{one} varchar(200) NOT NULL' for one in (*META, DATA))})",
    "CREATE INDEX plain_purpose ON plain (purpose)",
    "CREATE INDEX plain_email ON plain (email)",
    "CREATE INDEX plain_until ON plain (until)",
)
RAW_INSERT = f"INSERT INTO plain ({COLUMNS}) VALUES ({', '.join(['%s'] * 11)})"
RAW_READ = f"SELECT {', '.join(FIELDS)} FROM plain WHERE until > %s AND "

Rows = list[tuple[str, ...]]


@dataclass(frozen=True)
class Row:
    """A record; `values` as FIELDS names them."""

    number: int
    purpose: str
    until: datetime
    values: tuple[str, ...]

    @property
    def user(self) -> str:
        """Whose it is."""
        return self.values[0]

    @property
    def raw(self) -> tuple[object, ...]:
        """As it stands in the raw table."""
        return (f"key{self.number}", self.purpose, _micros(self.until), *self.values)

    def changed(self, change: "Change") -> "Row":
        """The same with another value."""
        values = tuple(
            change.value if one == change.field else old for one, old in zip(FIELDS, self.values, strict=True)
        )
        return Row(self.number, self.purpose, self.until, values)


@dataclass(frozen=True)
class Change:
    """A field and its new value."""

    field: str
    value: str


def record(number: int, now: datetime) -> Row:
    """The record of a number, made now."""
    meta = [f"{one}{number % count}" for one, count in COUNTS.items()]
    purpose = PURPOSES[(number + number // 10_000) % len(PURPOSES)]
    until = now + timedelta(seconds=SECONDS[number % len(SECONDS)])
    return Row(number, purpose, until, (user(number), *meta, content(number)))


def user(number: int) -> str:
    """One of ten thousand, and nobody."""
    return f"user{number % 10_000}@example.org"


def content(number: int) -> str:
    """A hundred letters (digits might be an account number, which the vault refuses)."""
    return "".join(random.Random(number).choices("abcdefghijklmnopqrstuvwxyz", k=100))  # noqa: S311


class Zipf:
    """Numbers below a count, a few of them often (theta .99), in no order."""

    def __init__(self, count: int, chance: random.Random) -> None:
        self.numbers = chance.sample(range(count), count)
        self.weights = list(accumulate(1 / rank**0.99 for rank in range(1, count + 1)))
        self.chance = chance

    def next(self) -> int:
        """The next one."""
        return self.chance.choices(self.numbers, cum_weights=self.weights)[0]


class Model:
    """What must be there."""

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.erased: list[Row] = []
        self.over: list[Row] = []
        self.expired: list[Row] = []
        self.next = 0

    def at(self, now: datetime) -> None:
        """What is over from now on is not there, though nobody swept it yet."""
        for row in [row for row in self.rows.values() if row.until <= now]:
            self.over.append(self.rows.pop(row.number))

    def expire(self, now: datetime) -> int:
        """How many must be swept."""
        self.at(now)
        found, self.over = self.over, []
        self.expired += found
        return len(found)

    def insert(self, row: Row) -> int:
        """A further record."""
        self.rows[row.number] = row
        self.next = row.number + 1
        return 1

    def read(self, row: Row) -> Rows:
        """By its key."""
        return [row.values]

    def read_by_purpose(self, purpose: str) -> Rows:
        """All of a purpose."""
        return sorted(row.values for row in self.rows.values() if row.purpose == purpose)

    def read_by_user(self, who: str) -> Rows:
        """All of a user."""
        return sorted(row.values for row in self.rows.values() if row.user == who)

    def update(self, row: Row, change: Change) -> int:
        """By its key."""
        return self._update([row], change)

    def update_by_purpose(self, purpose: str, change: Change) -> int:
        """All of a purpose."""
        return self._update([row for row in self.rows.values() if row.purpose == purpose], change)

    def update_by_user(self, who: str, change: Change) -> int:
        """All of a user."""
        return self._update([row for row in self.rows.values() if row.user == who], change)

    def delete(self, row: Row) -> int:
        """By its key."""
        self.erased.append(self.rows.pop(row.number))
        return 1

    def delete_by_user(self, who: str) -> int:
        """All of a user."""
        return sum([self.delete(row) for row in [*self.rows.values()] if row.user == who])

    def _update(self, rows: Sequence[Row], change: Change) -> int:
        for row in rows:
            self.rows[row.number] = row.changed(change)
        return len(rows)


class Raw:
    """One flat table with an index for each question, in the clear."""

    def fill(self, rows: Sequence[Row]) -> None:
        """Make the table and put them in."""
        from django.db import connection, transaction

        as_owner(*RAW_TABLE)
        with connection.cursor() as cursor, transaction.atomic():
            cursor.executemany(RAW_INSERT, [row.raw for row in rows])

    def plain(self, got: Rows | int) -> Rows | int:
        """An answer as the model gives it."""
        return got if isinstance(got, int) else sorted(got)

    def insert(self, row: Row, _now: datetime) -> int:
        """A further record."""
        return self._write(RAW_INSERT, row.raw)

    def read(self, row: Row, now: datetime) -> Rows:
        """By its key."""
        return self._read("key = %s", row.raw[0], now)

    def read_by_purpose(self, purpose: str, now: datetime) -> Rows:
        """All of a purpose."""
        return self._read("purpose = %s", purpose, now)

    def read_by_user(self, who: str, now: datetime) -> Rows:
        """All of a user."""
        return self._read("email = %s", who, now)

    def update(self, row: Row, change: Change, now: datetime) -> int:
        """By its key."""
        return self._update("key = %s", row.raw[0], change, now)

    def update_by_purpose(self, purpose: str, change: Change, now: datetime) -> int:
        """All of a purpose."""
        return self._update("purpose = %s", purpose, change, now)

    def update_by_user(self, who: str, change: Change, now: datetime) -> int:
        """All of a user."""
        return self._update("email = %s", who, change, now)

    def delete(self, row: Row, _now: datetime) -> int:
        """By its key."""
        return self._write("DELETE FROM plain WHERE key = %s", (row.raw[0],))

    def delete_by_user(self, who: str, now: datetime) -> int:
        """All of a user."""
        return self._write("DELETE FROM plain WHERE email = %s AND until > %s", (who, _micros(now)))

    def expire(self, now: datetime) -> int:
        """All whose time is over."""
        return self._write("DELETE FROM plain WHERE until <= %s", (_micros(now),))

    def _read(self, where: str, value: object, now: datetime) -> Rows:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(RAW_READ + where, (_micros(now), value))
            return list(cursor.fetchall())

    def _update(self, where: str, value: object, change: Change, now: datetime) -> int:
        statement = f"UPDATE plain SET {change.field} = %s WHERE until > %s AND {where}"
        return self._write(statement, (change.value, _micros(now), value))

    def _write(self, statement: str, values: Sequence[object]) -> int:
        from django.db import connection, transaction

        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.rowcount)


class Vaulted:
    """As rooms do it."""

    def __init__(self) -> None:
        self.subjects: dict[int, Any] = {}

    def fill(self, rows: Sequence[Row]) -> None:
        """Collect them all."""
        from django.db import transaction

        for start in range(0, len(rows), BULK):
            with transaction.atomic():
                for row in rows[start : start + BULK]:
                    self.insert(row, START)

    def plain(self, got: list[dict[str, str]] | int) -> Rows | int:
        """An answer as the model gives it."""
        if isinstance(got, int):
            return got
        return sorted(tuple(one[name] for name in FIELDS) for one in got)

    def insert(self, row: Row, now: datetime) -> int:
        """A further record."""
        from zweck.vault import acts
        from zweck.vault.values import Collecting

        data = dict(zip(FIELDS, row.values, strict=True))
        wanted = Collecting("club", "", row.purpose, "consent", 1, "ab" * 32, data, until=row.until)
        self.subjects[row.number] = acts.collect(wanted, now).subject
        return 1

    def read(self, row: Row, now: datetime) -> list[dict[str, str]]:
        """By its key."""
        from zweck.vault import acts

        with acts.reading(BY, WHY, now) as reader:
            return [reader.read(self.subjects[row.number], row.purpose, FIELDS)]

    def read_by_purpose(self, purpose: str, now: datetime) -> list[dict[str, str]]:
        """All of a purpose: a page of 500 by one SELECT."""
        from zweck.vault import acts

        found: list[dict[str, str]] = []
        after, count = b"", PAGE
        with acts.reading(BY, WHY, now) as reader:
            while count == PAGE:
                page = reader.read_page("club", "", purpose, FIELDS, after, PAGE)
                found += [dict(one.values) for one in page if not one.rule]
                after, count = page[-1].id if page else b"", len(page)
        return found

    def read_by_user(self, who: str, now: datetime) -> list[dict[str, str]]:
        """All of a user: who it is by the address, then all by one SELECT."""
        from zweck.vault import acts

        with acts.reading(BY, WHY, now) as reader:
            held = reader.read_grants(self._of_user(who, now), FIELDS)
        return [dict(one.values) for one in held if not one.rule]

    def update(self, row: Row, change: Change, now: datetime) -> int:
        """By its key."""
        from zweck.vault import acts

        acts.amend(self.subjects[row.number], row.purpose, {change.field: change.value}, BY, now)
        return 1

    def update_by_purpose(self, purpose: str, change: Change, now: datetime) -> int:
        """All of a purpose."""
        from zweck.vault import acts

        return acts.amend_purpose("club", "", purpose, {change.field: change.value}, BY, now)

    def update_by_user(self, who: str, change: Change, now: datetime) -> int:
        """All of a user."""
        from zweck.vault import acts

        return acts.amend_grants(self._of_user(who, now), {change.field: change.value}, BY, now)

    def delete(self, row: Row, now: datetime) -> int:
        """By its key."""
        from zweck.vault import acts

        return int(acts.withdraw(self.subjects[row.number], row.purpose, "asked", now))

    def delete_by_user(self, who: str, now: datetime) -> int:
        """All of a user."""
        from django.db import transaction

        from zweck.vault import acts

        with transaction.atomic():
            found = self._of_user(who, now)
            return sum(acts.withdraw(grant.subject, grant.purpose, "asked", now) for grant in found)

    def expire(self, now: datetime) -> int:
        """All whose time is over."""
        from zweck.vault import acts

        return acts.expire(now, "default")

    def is_refused(self, row: Row, purpose: str, now: datetime) -> bool:
        """Whether nothing of it is read for this purpose, now."""
        from zweck.vault import acts
        from zweck.vault.errors import NotPermitted

        try:
            with acts.reading("proof", WHY, now) as reader:
                reader.read(self.subjects[row.number], purpose, FIELDS)
        except NotPermitted:
            return True
        return False

    def _of_user(self, who: str, now: datetime) -> list[Any]:  # Any: grants
        from zweck.vault import acts

        return [one for found in acts.find("club", "email", who) for one in found.grants if one.until > now]


def club(folder: Path) -> None:
    """Put a policy with all purposes into force."""
    from tests.vault import world

    head = world.CLUB.partition("[data]")[0]
    words = 'name = {{ de = "{0}", en = "{0}" }}\n'
    data = "".join(f"[data.{one}]\n{words.format(one)}" for one in FIELDS)
    names = ", ".join(f'"{one}"' for one in FIELDS)
    purposes = "".join(
        f'[purposes.{one}]\n{words.format(one)}basis = "consent"\ndata = [{names}]\n' for one in PURPOSES
    )
    world.activate(folder, START, head + data + purposes)


def _micros(moment: datetime) -> int:
    return int(moment.timestamp() * 1e6)
